"""Searching: meaning and words are fused, and of passages that overlap the best one stands."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document, Frozen, Passage
from corpus.split import SPLITTER_VERSION
from index import store
from index.encoder import Encoder, Vectors
from index.everyday import Thesaurus
from index.lexical import LexicalIndex
from index.manifest import EncoderIdentity
from index.spelling import Speller
from index.store import Stored

# Rows that compete for the answer; behind them no fused score has been seen to reach the first ten.
POOL = 200
# What a word match may add to a cosine. Chosen on our own questions; see docs/search.md.
WORDS_WEIGHT = 0.1
# An entry's opening was written to be the answer. Another passage of the entry takes its place only
# where the opening is far from a listed question and the passage close ("do I lie on a couch?").
FAR, CLOSE = 0.35, 0.4


class Hit(Frozen):
    """A passage that may answer.

    `core` is the part of it that would score best alone. `meaning` is the cosine of question and
    passage, `question` that of the question and the nearest one that the passage is known to
    answer, `words` the BM25 score as a share of the best passage's. `base` fuses meaning and words,
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


class _Signals(NamedTuple):
    """One question's vector, its nearest rows with their scores, and each passage's word score."""

    vector: Vectors
    scores: Vectors
    rows: NDArray[np.int64]
    words: NDArray[np.float32]


class Index:
    """Everything that can be quoted, ready to be searched."""

    def __init__(self, stored: Stored, encoder: Encoder) -> None:
        self.documents: dict[str, Document] = {d.id: d for d in stored.documents}
        self._encoder = encoder
        self._passages = stored.passages
        self._vectors = stored.vectors
        number = {passage.id: at for at, passage in enumerate(stored.passages)}
        self._passage_of_row = np.array(
            [number[row] for row in stored.manifest.rows], dtype=np.int64
        )
        self._answers = [row.answers or "" for row in stored.rows]
        texts = [f"{passage.section or ''} {passage.text}" for passage in stored.passages]
        self._lexical = LexicalIndex(texts)
        questions = [text for row in stored.rows if row.answers for text in row.texts]
        self._thesaurus = Thesaurus.load(self._lexical.vocabulary)
        self._speller = Speller([*texts, *questions], also_known=self._thesaurus.words)

    @classmethod
    def load(cls, folder: Path, encoder: Encoder, identity: EncoderIdentity) -> "Index":
        """StaleIndexError unless model, splitter and documents are those the index was built with."""
        stored = store.load(folder)
        stored.manifest.check(folder, identity, SPLITTER_VERSION)
        store.check_documents(folder, stored.documents)
        return cls(stored, encoder)

    def search(self, question: str, k: int) -> Found:
        """The `k` best passages that do not overlap, best first."""
        return self.search_all([question], k)[0]

    def search_all(self, questions: Sequence[str], k: int) -> list[Found]:
        """`search` for many questions, which are embedded together."""
        if not questions or not self._passages:
            return [Found() for _ in questions]
        repaired = [self._speller.repair(question) for question in questions]
        meant = [" ".join([text, *self._thesaurus.means(text)]) for text in repaired]
        vectors = self._encoder.encode(meant)
        scores, rows = self._vectors.search(vectors, POOL)
        return [
            self._found(_Signals(vector, cosines, found, self._lexical.scores(text)), k)
            for text, vector, cosines, found in zip(meant, vectors, scores, rows, strict=True)
        ]

    def _found(self, signals: _Signals, k: int) -> Found:
        is_question = signals.rows >= len(self._passages)
        question: dict[int, float] = {}
        near: dict[str, None] = {}
        for row, score in zip(signals.rows[is_question], signals.scores[is_question], strict=True):
            question.setdefault(int(self._passage_of_row[row]), float(score))
            near.setdefault(self._answers[row])
        meaning = self._meaning(signals, {*question, *np.argsort(-signals.words)[:POOL].tolist()})
        base = {
            at: cosine + WORDS_WEIGHT * float(signals.words[at]) for at, cosine in meaning.items()
        }
        question = {self._answering(at, base): cosine for at, cosine in reversed(question.items())}
        fused = base | {
            at: max(base[at], cosine + WORDS_WEIGHT * float(signals.words[at]))
            for at, cosine in question.items()
        }
        ranked = sorted(fused, key=lambda at: (-fused[at], at))
        hits = [
            Hit(
                passage=self._passages[at],
                core=self._passages[self._core(at, ranked)],
                score=fused[at],
                base=base[at],
                meaning=meaning[at],
                words=float(signals.words[at]),
                question=question.get(at),
            )
            for at in self._apart(ranked, k)
        ]
        return Found(hits=tuple(hits), questions=tuple(near))

    def _meaning(self, signals: _Signals, others: set[int]) -> dict[int, float]:
        """The cosine of each passage that a signal found, also of those that only words found."""
        is_passage = signals.rows < len(self._passages)
        found: dict[int, float] = dict(
            zip(signals.rows[is_passage].tolist(), signals.scores[is_passage].tolist(), strict=True)
        )
        unseen = sorted(others - found.keys())
        if unseen:
            cosines = self._vectors.rows(np.array(unseen)) @ signals.vector
            found |= zip(unseen, cosines.tolist(), strict=True)
        return found

    def _answering(self, opening: int, base: Mapping[int, float]) -> int:
        """The passage of an entry that answers a question listed for it: mostly its opening."""
        document = self._passages[opening].document
        best = max(
            (at for at in base if self._passages[at].document == document), key=base.__getitem__
        )
        return best if base[opening] < FAR and base[best] > CLOSE else opening

    def _core(self, at: int, ranked: Sequence[int]) -> int:
        """The best ranked part of a passage; the passage itself where it has no parts."""
        whole = self._passages[at]
        return next(
            (
                other
                for other in ranked
                if other != at
                and _overlap(self._passages[other], whole)
                and whole.span.start <= self._passages[other].span.start
                and self._passages[other].span.end <= whole.span.end
            ),
            at,
        )

    def _apart(self, ranked: Sequence[int], k: int) -> list[int]:
        """The first `k` of which no two share a character of their document, or all their words."""
        chosen: list[int] = []
        for at in ranked:
            if not any(_overlap(self._passages[at], self._passages[other]) for other in chosen):
                chosen.append(at)
                if len(chosen) == k:
                    break
        return chosen


def _overlap(one: Passage, other: Passage) -> bool:
    return one.document == other.document and (
        (one.span.start < other.span.end and other.span.start < one.span.end)
        or one.text == other.text
    )
