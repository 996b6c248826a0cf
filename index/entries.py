"""The entries of an index: documents that list ways of asking, whether or not they may be quoted."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, get_args

import numpy as np

from corpus.document import Document, Language, Purpose
from index.bridge import Known
from index.encoder import Vectors
from index.query import Query
from index.questions import Asked, Floats, KnownQuestions
from index.rows import Row
from index.store import Stored


class Leanings(NamedTuple):
    """The nearest entry that answers, by its opening, and how near it is.

    Then how near the nearest of each kind is that sends people on; -1 where there is none.
    """

    opening: int
    answering: float
    contact: float
    declined: float
    about: float


class Near(NamedTuple):
    """Cosines of one question with all known questions, and with all passages of entries."""

    known: Vectors
    own: Vectors


class Entries:
    """Compares questions with the entries' ways of asking, and with their words."""

    def __init__(
        self, documents: Mapping[str, Document], stored: Stored, reads_spanish: bool
    ) -> None:
        """With `reads_spanish`, Spanish questions come as vectors of the model that reads Spanish."""
        first = len(stored.passages)
        number = {passage.id: at for at, passage in enumerate(stored.passages)}
        rows = [row for row in stored.rows[first:] if row.document]
        self._documents = documents
        self._stored = stored
        self._reads_spanish = reads_spanish and stored.spanish is not None
        self.e5: frozenset[Language] = frozenset({"es"} if self._reads_spanish else ())
        self._openings = np.array([number[row.passage or ""] for row in rows], dtype=np.int64)
        self._questions = KnownQuestions(
            documents,
            rows,
            first,
            self._openings,
            self._vectors(0, len(rows)),
            self.e5,
        )
        self._count = len(rows)
        opening = {row.document: at for row, at in zip(rows, self._openings, strict=True)}
        self._opening = {str(id): int(at) for id, at in opening.items()}
        self._purposes = {at: documents[id].purpose for id, at in self._opening.items()}
        own = [at for at, p in enumerate(stored.passages) if p.document in self._opening]
        self._own_vectors = stored.vectors.rows(np.array(own, dtype=np.int64))
        self._opening_of = np.array(
            [self._opening[stored.passages[at].document] for at in own], dtype=np.int64
        )

    def __bool__(self) -> bool:
        return self._count > 0

    def near(self, queries: Sequence[Query]) -> list[Near]:
        """How near the ways of asking and the entries' passages are; many at once cost little more than one."""
        if not self:
            none = np.zeros(0, dtype=np.float32)
            return [Near(none, none) for _ in queries]
        own = np.stack([query.vector for query in queries]) @ self._own_vectors.T
        known = self._questions.cosines(
            [query.asked for query in queries], [query.language for query in queries]
        )
        return [Near(*pair) for pair in zip(known, own, strict=True)]

    def asked(self, query: Query, near: Near) -> Asked:
        """How near the ways of asking of each entry are."""
        return self._questions.compared(query.said, near.known, query.language)

    def scores(self, query: Query, near: Near, asked: Asked) -> Floats:
        """How likely each entry is what was asked for, as a cosine, in the order of `asked`.

        Its best passage only counts if it was compared by the same model.
        """
        if not query.is_alike:
            return asked.scores(None)
        best = np.full(len(self._stored.passages), -1, dtype=np.float32)
        np.maximum.at(best, self._opening_of, near.own)
        return asked.scores(best[asked.passages])

    def leanings(self, scores: Mapping[int, float]) -> Leanings:
        """Which way the nearest entries lean."""
        best: dict[Purpose, tuple[float, int]] = {}
        for at, score in scores.items():
            purpose = self._purposes[at]
            best[purpose] = max(best.get(purpose, (-1.0, -1)), (score, at))
        near: dict[Purpose, float] = {purpose: score for purpose, (score, _) in best.items()}
        return Leanings(
            best.get("answer", (-1.0, -1))[1],
            *(near.get(purpose, -1.0) for purpose in get_args(Purpose)),
        )

    def known(self) -> list[Known]:
        """The English entries that answer, with their Spanish versions' openings."""
        versions = {
            document.translates: self._opening[document.id]
            for document in self._documents.values()
            if document.translates and document.id in self._opening
        }
        return [
            Known(
                (opening, versions[id]) if id in versions else (opening,),
                self._questions.vectors_of(opening),
                self._own_vectors[self._opening_of == opening],
            )
            for id, opening in self._opening.items()
            if self._documents[id].purpose == "answer" and self._documents[id].translates is None
        ]

    def of_topics(self) -> tuple[list[Row], dict[Language, Vectors]]:
        """The rows of topics, and their vectors for questions in each language."""
        rows = self._stored.rows[len(self._stored.passages) + self._count :]
        return rows, self._vectors(self._count, len(rows))

    def sending_on(self) -> dict[Language, Vectors]:
        """The vectors of what is asked of entries that send people on, for questions in each language."""
        sends = np.array([self._purposes[int(at)] != "answer" for at in self._openings], dtype=bool)
        return {language: of[sends] for language, of in self._vectors(0, self._count).items()}

    def _vectors(self, start: int, count: int) -> dict[Language, Vectors]:
        numbers = np.arange(start, start + count)
        english = self._stored.vectors.rows(numbers + len(self._stored.passages))
        if not self._reads_spanish or self._stored.spanish is None:
            return {"en": english, "es": english}
        return {"en": english, "es": self._stored.spanish.rows(numbers)}
