"""Fusing what speaks for a passage: meaning, words, where known questions lead, whom a question names."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document, Passage
from index.bridge import Bridge
from index.encoder import Vectors
from index.entries import Entries, Near
from index.lexical import LexicalIndex
from index.providers import Providers
from index.query import Query
from index.vectors import VectorIndex

# Passages that compete for the answer by their words; behind them no fused score has been seen to
# reach the first ten.
POOL = 200
# What a word match may add to a cosine, and what it may cost to stand far from the known questions
# that were asked for. Chosen on our own questions; see docs/search.md.
WORDS_WEIGHT, BRIDGE_WEIGHT = 0.05, 0.2
# What letters that are shared with an entry's ways of asking may add; chosen like the above.
LETTERS_WEIGHT = 0.13
# What a passage gains whose publisher the question names.
NAMED_WEIGHT = 0.2


class Compared(NamedTuple):
    """A question, how near known ones are, and the cosines of the passages that are nearest in meaning."""

    query: Query
    near: Near
    meaning: dict[int, float]


class Scores(NamedTuple):
    """Of one question, by the numbers of passages.

    `base` fuses all signals but known questions, which `score` has too; `known` are the scores of
    entries by their openings, of which some may be no passage that is shown, and `asked` the rows of
    their nearest ways of asking. `ranked` begins with the best.
    """

    meaning: dict[int, float]
    words: NDArray[np.float32]
    asked: dict[int, int]
    known: dict[int, float]
    base: dict[int, float]
    score: dict[int, float]
    ranked: list[int]


class Fusion:
    """Scores passages for questions."""

    def __init__(
        self,
        documents: Mapping[str, Document],
        passages: Sequence[Passage],
        vectors: VectorIndex,
        entries: Entries,
    ) -> None:
        """`passages` are those that can be shown, and stand first in `vectors`."""
        self._shown = len(passages)
        self._document_of = [passage.document for passage in passages]
        self._vectors = vectors
        self._entries = entries
        self.lexical = LexicalIndex([f"{p.section or ''} {p.text}" for p in passages])
        self.providers = Providers(documents)
        self._of_entries = frozenset(
            at for at, p in enumerate(passages) if documents[p.document].questions
        )
        shown = self.rows(range(len(passages)))
        self.bridge = Bridge(entries.known(), shown, sorted(self._of_entries))

    def scores(self, one: Compared, others: Iterable[int]) -> Scores:
        """Scores of the passages with a cosine in `meaning`, of `others`, and of what words find."""
        query, near, meaning = one
        asked = self._entries.asked(query, near)
        likely = self._entries.scores(query, near, asked)
        numbers = asked.passages.tolist()
        known = dict(zip(numbers, likely.tolist(), strict=True))
        spelt = (likely + LETTERS_WEIGHT * asked.letters).tolist()
        openings = {at: of for at, of in zip(numbers, spelt, strict=True) if at < self._shown}
        words = self.lexical.scores(query.meant)
        meaning = self._with_cosines(query, meaning, {*openings, *others, *_most(words, POOL)})
        base = self._base(query, meaning, words, self.bridge.reach(known))
        score = base | self._held_to(openings, base) | openings
        at = np.fromiter(score, dtype=np.int64, count=len(score))
        ranked = at[np.lexsort((at, -np.fromiter(score.values(), np.float64, len(score))))].tolist()
        nearest = dict(zip(numbers, asked.rows.tolist(), strict=True))
        return Scores(meaning, words, nearest, known, base, score, ranked)

    def rows(self, numbers: Sequence[int]) -> Vectors:
        """The stored vectors of some passages."""
        return self._vectors.rows(np.asarray(numbers, dtype=np.int64))

    def _base(
        self,
        query: Query,
        meaning: Mapping[int, float],
        words: NDArray[np.float32],
        reach: NDArray[np.float32],
    ) -> dict[int, float]:
        numbers = list(meaning)
        fused = np.fromiter(meaning.values(), dtype=np.float64, count=len(numbers))
        fused += WORDS_WEIGHT * words[numbers] + BRIDGE_WEIGHT * reach[numbers]
        base = dict(zip(numbers, fused.tolist(), strict=True))
        named = self.providers.named(query.said)
        if named:
            for at in numbers:
                if self.providers.publisher(self._document_of[at]) in named:
                    base[at] += NAMED_WEIGHT
        return base

    def _held_to(
        self, openings: Mapping[int, float], base: Mapping[int, float]
    ) -> dict[int, float]:
        """An entry's further passages by their base: they can't be better than its opening.

        An entry's ways of asking say what it is about, its paragraphs only what it touches.
        """
        most = {self._document_of[at]: score for at, score in openings.items()}
        further = (base.keys() & self._of_entries) - openings.keys()
        return {at: min(base[at], most.get(self._document_of[at], base[at])) for at in further}

    def _with_cosines(
        self, query: Query, meaning: dict[int, float], others: set[int]
    ) -> dict[int, float]:
        """The cosine of each passage that a signal found, also of those that meaning did not find."""
        unseen = sorted(others - meaning.keys())
        if not unseen:
            return meaning
        cosines = (self.rows(unseen) @ query.vector).tolist()
        return meaning | dict(zip(unseen, cosines, strict=True))


def _most(scores: NDArray[np.float32], k: int) -> list[int]:
    """Numbers of the `k` highest scores above 0, in no order."""
    above = np.flatnonzero(scores)
    if len(above) > k:
        above = above[np.argpartition(scores[above], -k)[-k:]]
    found: list[int] = above.tolist()
    return found
