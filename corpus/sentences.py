"""Sentence ends, by syntok: it is right on abbreviations, prices and times where rules are not."""

import re
from collections.abc import Iterator

from syntok import segmenter

# Sentences longer than a quote may be are cut at a semicolon, a dash or a comma instead.
MAX_WORDS = 80
_CLAUSE = re.compile(r"(?<=[;—–,])\s+|(?<=[—–])")

# "– D. Winnicott" belongs to the words before it.
_ATTRIBUTION = re.compile(r"[–—-]\s?[A-ZÀ-Ý]")
_GLUED_ELLIPSIS = re.compile(r"…(?=[A-ZÀ-Ý])")


def sentences(text: str) -> list[tuple[int, int]]:
    """Half-open ranges of `text`, in order, without the white space between them."""
    starts = [sentence[0].offset for paragraph in segmenter.analyze(text) for sentence in paragraph]
    starts = [start for start in starts[1:] if not _ATTRIBUTION.match(text, start)]
    starts += [match.end() for match in _GLUED_ELLIPSIS.finditer(text)]
    return [piece for start, end in _gapless(text, starts) for piece in _short(text, start, end)]


def _gapless(text: str, inner_starts: list[int]) -> Iterator[tuple[int, int]]:
    """Ranges that touch but for white space: whatever the tokenizer skipped stays in its sentence."""
    starts = [0, *sorted(set(inner_starts))]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = text[start:end]
        if piece.strip():
            yield start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _short(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while len(text[start:end].split()) > MAX_WORDS:
        cut = _last_clause(text, start, end)
        yield start, start + len(text[start:cut].rstrip())
        start = cut
    yield start, end


def _last_clause(text: str, start: int, end: int) -> int:
    """Where the last clause that fits ends; a text without clauses is cut between words."""
    words = list(re.finditer(r"\S+", text[start:end]))
    limit = start + words[MAX_WORDS].start()
    cuts = [start + match.end() for match in _CLAUSE.finditer(text[start:limit])]
    return max((cut for cut in cuts if cut > start), default=limit)
