"""What a search finds."""

from corpus.document import Frozen, Passage


class Hit(Frozen):
    """A passage that may answer.

    `core` is the part of it that would score best alone. `meaning` is the cosine of question and
    passage; `question`, on the same scale, is how near the question is to those that the passage is
    known to answer; `words` the BM25 score as a share of the best passage's. `base` fuses meaning and words,
    `score` also known questions; it orders the hits of one search.
    """

    passage: Passage
    core: Passage
    score: float
    base: float
    meaning: float
    words: float
    question: float | None


class Found(Frozen):
    """The hits of one search, and the known questions nearest to the one that was asked."""

    hits: tuple[Hit, ...] = ()
    questions: tuple[str, ...] = ()
