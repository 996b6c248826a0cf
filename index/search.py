"""Searching: meaning and words are fused, and of passages that overlap the best one stands."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document, Passage
from corpus.split import SPLITTER_VERSION
from index import store
from index.encoder import Encoder, Vectors
from index.everyday import Thesaurus
from index.hit import Found, Hit
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


class _Signals(NamedTuple):
    """One question's vector, its nearest rows with their scores, and each passage's word score."""

    vector: Vectors
    scores: Vectors
    rows: NDArray[np.int64]
    words: NDArray[np.float32]


class _Asked(NamedTuple):
    """The row of a known question, and its cosine with the one that was asked."""

    row: int
    cosine: float


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
        asked = self._asked(signals)
        words = WORDS_WEIGHT * signals.words
        meaning = self._meaning(signals, {*asked, *np.argsort(-signals.words)[:POOL].tolist()})
        base = {at: cosine + float(words[at]) for at, cosine in meaning.items()}
        asked = self._answering(asked, base)
        fused = base | {
            at: max(base[at], one.cosine + float(words[at])) for at, one in asked.items()
        }
        ranked = sorted(fused, key=lambda at: (-fused[at], at))
        hits = [
            Hit(
                passage=self._passages[at],
                core=self._passages[self._core(at, base, asked.get(at))],
                score=fused[at],
                base=base[at],
                meaning=meaning[at],
                words=float(signals.words[at]),
                question=asked[at].cosine if at in asked else None,
            )
            for at in self._apart(ranked, k)
        ]
        near = dict.fromkeys(self._answers[one.row] for one in asked.values())
        return Found(hits=tuple(hits), questions=tuple(near))

    def _asked(self, signals: _Signals) -> dict[int, _Asked]:
        """The nearest known question of each passage that answers one, nearest first."""
        is_question = signals.rows >= len(self._passages)
        found: dict[int, _Asked] = {}
        for row, cosine in zip(signals.rows[is_question], signals.scores[is_question], strict=True):
            found.setdefault(int(self._passage_of_row[row]), _Asked(int(row), float(cosine)))
        return found

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

    def _answering(
        self, asked: Mapping[int, _Asked], base: Mapping[int, float]
    ) -> dict[int, _Asked]:
        """The passage that answers each known question: its entry's opening, or one far closer."""
        best: dict[str, int] = {}
        for at in base:
            document = self._passages[at].document
            if document not in best or base[at] > base[best[document]]:
                best[document] = at
        found: dict[int, _Asked] = {}
        for opening, one in asked.items():
            closest = best[self._passages[opening].document]
            is_closer = base[opening] < FAR and base[closest] > CLOSE
            found.setdefault(closest if is_closer else opening, one)
        return found

    def _core(self, at: int, base: Mapping[int, float], asked: _Asked | None) -> int:
        """The best part of a passage; the passage itself where it has no parts.

        Where a known question led to it, its words count too: they are clearer than a visitor's.
        """
        whole = self._passages[at]
        parts = [other for other in base if other != at and _holds(whole, self._passages[other])]
        if not parts:
            return at
        fit = np.array([base[part] for part in parts])
        if asked:
            fit += (
                self._vectors.rows(np.array(parts)) @ self._vectors.rows(np.array([asked.row]))[0]
            )
        return parts[int(fit.argmax())]

    def _apart(self, ranked: Sequence[int], k: int) -> list[int]:
        """The first `k` of which no two share a character of their document, or all their words."""
        chosen: list[int] = []
        for at in ranked:
            if not any(_overlap(self._passages[at], self._passages[other]) for other in chosen):
                chosen.append(at)
                if len(chosen) == k:
                    break
        return chosen


def _holds(whole: Passage, part: Passage) -> bool:
    return (
        whole.document == part.document
        and whole.span.start <= part.span.start
        and part.span.end <= whole.span.end
    )


def _overlap(one: Passage, other: Passage) -> bool:
    return one.document == other.document and (
        (one.span.start < other.span.end and other.span.start < one.span.end)
        or one.text == other.text
    )
