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
    """By the number of each passage, the others that stand inside it; none for one without.

    A passage is not inside itself, should it be among the others.
    """
    by_document: dict[str, list[int]] = {}
    for at in sorted(range(len(others)), key=lambda at: others[at].span.start):
        by_document.setdefault(others[at].document, []).append(at)
    starts = {id: [others[at].span.start for at in of] for id, of in by_document.items()}
    found: dict[int, list[int]] = {}
    for number, whole in enumerate(wholes):
        begun = starts.get(whole.document, [])
        # Those inside it begin within it.
        within = slice(bisect_left(begun, whole.span.start), bisect_right(begun, whole.span.end))
        held = [
            at
            for at in by_document.get(whole.document, [])[within]
            if others[at] is not whole and holds(whole, others[at])
        ]
        if held:
            found[number] = sorted(held)
    return found


def overlap(one: Passage, other: Passage) -> bool:
    """Whether two passages share a character of a document, or all their words in it."""
    return one.document == other.document and (
        (one.span.start < other.span.end and other.span.start < one.span.end)
        or one.text == other.text
    )
