"""Passages that share words: of those that do, the best one stands."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from corpus.document import Passage


def first_apart(ranked: Sequence[int], passages: Sequence[Passage], k: int) -> list[int]:
    """The first `k` numbers whose passages share no character of a document, nor all their words."""
    chosen: list[int] = []
    by_document: dict[str, list[Passage]] = {}
    for at in ranked:
        passage = passages[at]
        others = by_document.setdefault(passage.document, [])
        if not any(overlap(passage, other) for other in others):
            others.append(passage)
            chosen.append(at)
            if len(chosen) == k:
                break
    return chosen


def holds(whole: Passage, part: Passage) -> bool:
    """Whether the part stands inside the whole."""
    return (
        whole.document == part.document
        and whole.span.start <= part.span.start
        and part.span.end <= whole.span.end
    )


def inside(wholes: Sequence[Passage], others: Sequence[Passage]) -> dict[int, list[int]]:
    """By the number of each passage, those of the others that stand inside it; none for one without."""
    by_document: dict[str, list[int]] = {}
    for at, passage in enumerate(others):
        by_document.setdefault(passage.document, []).append(at)
    found = {
        number: [at for at in by_document.get(whole.document, ()) if holds(whole, others[at])]
        for number, whole in enumerate(wholes)
    }
    return {number: parts for number, parts in found.items() if parts}


def parts(passages: Sequence[Passage]) -> dict[int, list[int]]:
    """By the number of each passage, those of others that stand inside it; none for one without."""
    by_document: dict[str, list[int]] = {}
    for at, passage in enumerate(passages):
        by_document.setdefault(passage.document, []).append(at)
    found: dict[int, list[int]] = {}
    for numbers in by_document.values():
        # Those inside one begin within it.
        numbers.sort(key=lambda at: passages[at].span.start)
        starts = [passages[at].span.start for at in numbers]
        for at in numbers:
            span = passages[at].span
            near = numbers[bisect_left(starts, span.start) : bisect_right(starts, span.end)]
            inside = [
                other for other in near if other != at and holds(passages[at], passages[other])
            ]
            if inside:
                found[at] = sorted(inside)
    return found


def overlap(one: Passage, other: Passage) -> bool:
    """Whether two passages share a character of a document, or all their words in it."""
    return one.document == other.document and (
        (one.span.start < other.span.end and other.span.start < one.span.end)
        or one.text == other.text
    )
