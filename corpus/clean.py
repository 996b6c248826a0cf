"""Cleaning that can only delete, and a map from what is left back to the source's characters."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

from corpus.document import Extract, Span


class Deletion(NamedTuple):
    """Characters `start` to `end` of the source that nobody will be quoted, and why."""

    start: int
    end: int
    reason: str


class Cleaned:
    """A source without its deletions. Positions of `text` translate to spans of the source."""

    def __init__(self, source: str, deletions: Iterable[Deletion] = ()) -> None:
        self.source = source
        self.deletions = tuple(sorted(deletions))
        self._cuts = _merged(self.deletions)
        kept = _between(self._cuts, len(source))
        self._source_starts = [start for start, _ in kept]
        self._starts = [0, *accumulate(end - start for start, end in kept)][:-1]
        self.text = "".join(source[start:end] for start, end in kept)

    def span(self, start: int, end: int) -> Span:
        """The source span of `text[start:end]`, which must not be empty."""
        first, last = self._to_source(start), self._to_source(end - 1) + 1
        # Both ends are kept characters, so that no cut reaches over them.
        inside = slice(bisect_left(self._cuts, (first, 0)), bisect_left(self._cuts, (last, 0)))
        return Span(start=first, end=last, cuts=tuple(self._cuts[inside]))

    def extract(self, start: int, end: int) -> Extract:
        """`text[start:end]` with its source span."""
        return Extract(text=self.text[start:end], span=self.span(start, end))

    def position(self, offset: int) -> int:
        """Where the source's `offset` stands in `text`; a deleted offset moves to what follows it."""
        piece = bisect_right(self._source_starts, offset) - 1
        if piece < 0:
            return 0
        end = self._starts[piece + 1] if piece + 1 < len(self._starts) else len(self.text)
        return min(self._starts[piece] + offset - self._source_starts[piece], end)

    def _to_source(self, position: int) -> int:
        piece = bisect_right(self._starts, position) - 1
        return self._source_starts[piece] + position - self._starts[piece]


def _merged(deletions: Iterable[Deletion]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end, _ in deletions:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


def _between(cuts: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    edges = [0, *(edge for cut in cuts for edge in cut), length]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]
