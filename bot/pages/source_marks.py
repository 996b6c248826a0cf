"""Which characters of a document are marked as the quote: told by spans, never by searching."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from corpus.document import Span

Range = tuple[int, int]


class Piece(NamedTuple):
    """Characters that stand together and are marked, or not; `start` and `end` are the document's."""

    start: int
    end: int
    text: str
    is_marked: bool


def ranges(span: Span) -> list[Range]:
    """The half-open ranges of a span's characters, without its cuts."""
    edges = [span.start, *(edge for cut in span.cuts for edge in cut), span.end]
    return [pair for pair in zip(edges[::2], edges[1::2], strict=True) if pair[0] < pair[1]]


def pieces(text: str, shown: Span, marked: Sequence[Range]) -> list[Piece]:
    """The characters of `shown`, in order; neighbours that are marked alike are one piece."""
    found: list[Piece] = []
    for piece in _cut(text, shown, marked):
        if found and found[-1].is_marked == piece.is_marked:
            last = found[-1]
            piece = piece._replace(start=last.start, text=last.text + piece.text)
            found.pop()
        found.append(piece)
    return found


def _cut(text: str, shown: Span, marked: Sequence[Range]) -> Iterator[Piece]:
    edges = sorted({edge for pair in marked for edge in pair})
    for start, end in ranges(shown):
        stops = [start, *(edge for edge in edges if start < edge < end), end]
        for first, last in pairwise(stops):
            is_marked = any(left <= first < right for left, right in marked)
            yield Piece(first, last, text[first:last], is_marked)
