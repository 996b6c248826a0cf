"""Passages that share words: of those that do, the best one stands."""

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


def overlap(one: Passage, other: Passage) -> bool:
    """Whether two passages share a character of a document, or all their words in it."""
    return one.document == other.document and (
        (one.span.start < other.span.end and other.span.start < one.span.end)
        or one.text == other.text
    )
