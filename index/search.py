"""Searching: meaning and words are fused, and of passages that overlap the best one stands."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document, Language
from corpus.split import SPLITTER_VERSION
from index import store
from index.encoder import Encoder
from index.everyday import Thesaurus
from index.hit import Found, Hit
from index.lexical import LexicalIndex
from index.manifest import EncoderIdentity
from index.overlap import first_apart, holds
from index.query import Queries, Query
from index.questions import Asked, KnownQuestions
from index.spelling import Speller
from index.store import Stored

# Rows that compete for the answer; behind them no fused score has been seen to reach the first ten.
POOL = 200
# What a word match may add to a cosine. Chosen on our own questions; see docs/search.md.
WORDS_WEIGHT = 0.1
# What letters that are shared with an entry's ways of asking may add; chosen like the above.
LETTERS_WEIGHT = 0.13


class _Signals(NamedTuple):
    """One question, the nearest passages with their cosines, and each passage's word score."""

    query: Query
    meaning: dict[int, float]
    words: NDArray[np.float32]


class Index:
    """Everything that can be quoted, ready to be searched."""

    def __init__(self, stored: Stored, encoder: Encoder, spanish: Encoder | None = None) -> None:
        self.documents: dict[str, Document] = {d.id: d for d in stored.documents}
        self._passages = stored.passages
        self._vectors = stored.vectors
        number = {passage.id: at for at, passage in enumerate(stored.passages)}
        first = len(stored.passages)
        asked = stored.rows[first:]
        vectors = self._vectors.rows(np.arange(first, len(stored.rows)))
        in_spanish = vectors
        if spanish is not None and stored.spanish is not None:
            in_spanish = stored.spanish.rows(np.arange(len(asked)))
        self._known = KnownQuestions(
            self.documents,
            asked,
            first,
            np.array([number[row.passage] for row in asked], dtype=np.int64),
            {"en": vectors, "es": in_spanish},
            frozenset({"es"} if spanish is not None else ()),
        )
        texts = [f"{passage.section or ''} {passage.text}" for passage in stored.passages]
        self._lexical = LexicalIndex(texts)
        questions = [text for row in asked for text in row.texts]
        thesaurus = Thesaurus.load(self._lexical.vocabulary)
        speller = Speller([*texts, *questions], also_known=thesaurus.words)
        self._queries = Queries(encoder, spanish, speller, thesaurus)

    @classmethod
    def load(
        cls,
        folder: Path,
        encoder: Encoder,
        identity: EncoderIdentity,
        spanish: tuple[Encoder, EncoderIdentity] | None = None,
    ) -> "Index":
        """StaleIndexError unless model, splitter and documents are those the index was built with.

        Without the model that the index has for Spanish, Spanish questions are compared by `encoder`.
        """
        stored = store.load(folder)
        stored.manifest.check(folder, identity, SPLITTER_VERSION)
        store.check_documents(folder, stored.documents)
        is_same = spanish is not None and spanish[1] == stored.manifest.spanish
        return cls(stored, encoder, spanish[0] if spanish and is_same else None)

    def search(self, question: str, k: int, language: Language = "en") -> Found:
        """The `k` best passages that do not overlap, best first."""
        return self.search_all([question], k, [language])[0]

    def search_all(
        self, questions: Sequence[str], k: int, languages: Sequence[Language] = ()
    ) -> list[Found]:
        """`search` for many questions, which are embedded together; English unless told."""
        if not questions or not self._passages:
            return [Found() for _ in questions]
        languages = languages or ["en"] * len(questions)
        queries = self._queries.of(questions, languages, are_known=bool(self._known))
        vectors = np.stack([query.vector for query in queries])
        scores, rows = self._vectors.search(vectors, POOL, among=len(self._passages))
        return [
            self._found(
                _Signals(
                    query,
                    dict(zip(rows[at].tolist(), scores[at].tolist(), strict=True)),
                    self._lexical.scores(query.meant),
                ),
                k,
            )
            for at, query in enumerate(queries)
        ]

    def _found(self, signals: _Signals, k: int) -> Found:
        query = signals.query
        asked = self._known.compared(query.said, query.asked, query.language)
        words = WORDS_WEIGHT * signals.words
        meaning = self._meaning(signals, {*asked, *np.argsort(-signals.words)[:POOL].tolist()})
        base = {at: cosine + float(words[at]) for at, cosine in meaning.items()}
        known = self._answering(asked, meaning, query.is_alike)
        openings = {at: score + LETTERS_WEIGHT * asked[at].letters for at, score in known.items()}
        fused = self._held_to(openings, base) | openings
        ranked = sorted(fused, key=lambda at: (-fused[at], at))
        hits = [
            Hit(
                passage=self._passages[at],
                core=self._passages[self._core(at, base, asked.get(at))],
                score=fused[at],
                base=base[at],
                meaning=meaning[at],
                words=float(signals.words[at]),
                question=known.get(at),
            )
            for at in first_apart(ranked, self._passages, k)
        ]
        near = [self.documents[self._passages[at].document] for at in ranked if at in known]
        titles = dict.fromkeys(document.title for document in near if document.purpose == "answer")
        return Found(hits=tuple(hits), questions=tuple(titles))

    def _held_to(
        self, openings: Mapping[int, float], base: Mapping[int, float]
    ) -> dict[int, float]:
        """Passages by meaning and words; one of an entry can't be better than its opening.

        An entry's ways of asking say what it is about, its paragraphs only what it touches.
        """
        most = {self._passages[at].document: score for at, score in openings.items()}
        return {
            at: min(score, most.get(self._passages[at].document, score))
            for at, score in base.items()
        }

    def _meaning(self, signals: _Signals, others: set[int]) -> dict[int, float]:
        """The cosine of each passage that a signal found, also of those that only words found."""
        unseen = sorted(others - signals.meaning.keys())
        if not unseen:
            return signals.meaning
        cosines = self._vectors.rows(np.array(unseen)) @ signals.query.vector
        return signals.meaning | dict(zip(unseen, cosines.tolist(), strict=True))

    def _answering(
        self, asked: Mapping[int, Asked], meaning: Mapping[int, float], is_alike: bool
    ) -> dict[int, float]:
        """How likely each entry's opening is what was asked for, as a cosine.

        Its best passage only counts if it was compared by the same model (`is_alike`).
        """
        best: dict[str, float] = {}
        for at, cosine in meaning.items():
            document = self._passages[at].document
            best[document] = max(cosine, best.get(document, -1.0))
        return {
            at: one.score(best[self._passages[at].document] if is_alike else None)
            for at, one in asked.items()
        }

    def _core(self, at: int, base: Mapping[int, float], asked: Asked | None) -> int:
        """The best part of a passage; the passage itself where it has no parts.

        Where a known question led to it, its words count too: they are clearer than a visitor's.
        """
        whole = self._passages[at]
        parts = [other for other in base if other != at and holds(whole, self._passages[other])]
        if not parts:
            return at
        fit = np.array([base[part] for part in parts])
        if asked:
            fit += (
                self._vectors.rows(np.array(parts)) @ self._vectors.rows(np.array([asked.row]))[0]
            )
        return parts[int(fit.argmax())]
