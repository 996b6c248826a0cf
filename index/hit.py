"""What a search finds."""

from typing import NamedTuple

from corpus.claims import Difference, Side
from corpus.document import Frozen, Passage
from index.encoder import Vectors


class Evidence(NamedTuple):
    """`signals` by name; `question` is the embedding of what was said.

    Without entries that answer and entries that send people on, what is told of them is left out.
    """

    signals: dict[str, float]
    question: Vectors


class Hit(Frozen):
    """A passage that may answer.

    `core` is the part of it that would score best alone. `meaning` is the cosine of question and
    passage; `question`, on the same scale, is how near the question is to those that the passage is
    known to answer; `words` the BM25 score as a share of the best passage's. `base` fuses meaning,
    words and where known questions lead, `score` also known questions themselves; it orders the
    hits of one search.
    """

    passage: Passage
    core: Passage
    score: float
    base: float
    meaning: float
    words: float
    question: float | None


class Taken(Frozen):
    """A side of a topic, and the sentence that takes it and stands nearest to the question."""

    side: Side
    hit: Hit


class Found(NamedTuple):
    """The hits of one search, the evidence on the first that answers, and the known questions nearest by.

    `sending` is the opening of the nearest entry that sends people on, wherever it ranks.
    Where the question is about a topic on which documents differ, `sides` holds two or three.
    """

    hits: tuple[Hit, ...] = ()
    evidence: Evidence | None = None
    sending: Hit | None = None
    questions: tuple[str, ...] = ()
    difference: Difference | None = None
    sides: tuple[Taken, ...] = ()
