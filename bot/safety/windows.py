"""The parts of a message that are read by themselves, so that no other part can hide them."""

import re
from typing import NamedTuple

# About as many words as 256 word pieces hold in misspelt or Spanish text.
WHOLE = 170
WINDOW, OVERLAP = 110, 15
_BREAK = re.compile(r"(?<=[.!?…])\s+|\s*\n\s*")
_LEAST = 2  # sentences of a message that has a core
_SENTENCE = re.compile(r"(?<=[.;!?]) ")


def _pieces(text: str) -> list[list[str]]:
    """Sentences as words; one that is longer than a window in parts."""
    pieces = []
    for sentence in _SENTENCE.split(text):
        words = sentence.split()
        pieces += [words[at : at + WINDOW] for at in range(0, len(words), WINDOW - OVERLAP)] or [[]]
    return [piece for piece in pieces if piece]


def _length(pieces: list[list[str]]) -> int:
    return sum(map(len, pieces))


def _joined(pieces: list[list[str]]) -> str:
    return " ".join(" ".join(words) for words in pieces)


def windows(text: str) -> list[str]:
    """The whole text if it is short; else runs of sentences that overlap by one or two."""
    if len(text.split()) <= WHOLE:
        return [text]
    runs: list[str] = []
    kept: list[list[str]] = []
    for piece in _pieces(text):
        if kept and _length(kept) + len(piece) > WINDOW:
            runs.append(_joined(kept))
            while _length(kept) > OVERLAP:
                kept = kept[1:]
        kept.append(piece)
    runs.append(_joined(kept))
    return list(dict.fromkeys(runs))


class Core(NamedTuple):
    """A message without sentences at its ends; it counts if each of those is harmless by itself."""

    text: str
    dropped: tuple[str, ...]


def cores(message: str) -> list[Core]:
    """What is left of a message as typed without its first sentence, its last, or both."""
    parts = [part for part in _BREAK.split(message) if part.strip()]
    if len(parts) < _LEAST or len(message.split()) > WHOLE:
        return []
    first, last = parts[0], parts[-1]
    found = [Core(" ".join(parts[:-1]), (last,)), Core(" ".join(parts[1:]), (first,))]
    if len(parts) > _LEAST:
        found.append(Core(" ".join(parts[1:-1]), (first, last)))
    return found
