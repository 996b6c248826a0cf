"""Searching: signals are fused, and of passages that overlap the best one stands."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from corpus.document import Document, Passage
from corpus.split import SPLITTER_VERSION
from index import store
from index.core import Cores
from index.differing import Differing, Open
from index.encoder import Encoder
from index.entries import Entries
from index.everyday import Thesaurus
from index.evidence import COMPARED, Witness
from index.fusion import POOL, Compared, Fusion, Scores
from index.hit import Found, Hit, Taken
from index.manifest import EncoderIdentity
from index.overlap import first_apart, overlap
from index.query import Queries, Query, Question
from index.ranking import Ranking
from index.rows import Row
from index.spelling import Speller
from index.store import Stored

# Among so many of the first hits, one must take a side of a topic on which documents differ.
SUPPORT = 10


class Index:
    """Everything that can be quoted, ready to be searched."""

    def __init__(self, stored: Stored, encoder: Encoder, spanish: Encoder | None = None) -> None:
        self.documents: dict[str, Document] = {d.id: d for d in stored.documents}
        # Passages that only lead to others stand last.
        shown = sum(self.documents[p.document].quotable for p in stored.passages)
        self._passages = stored.passages[:shown]
        self._sending = frozenset(
            at for at in range(shown) if self._document(at).purpose != "answer"
        )
        self._vectors = stored.vectors
        self._entries = Entries(self.documents, stored, reads_spanish=spanish is not None)
        self._fusion = Fusion(self.documents, self._passages, self._vectors, self._entries)
        self._cores = Cores(self.documents, self._passages, stored, self._fusion)
        topics = self._entries.of_topics()
        is_alike = not self._entries.e5
        self._differing = Differing(
            self._passages, *topics, elsewhere=self._entries.sending_on(), is_alike=is_alike
        )
        self._witness = Witness(self._fusion, self.documents, self._passages)
        vocabulary = self._fusion.lexical.vocabulary
        thesaurus = Thesaurus.load(vocabulary)
        texts = [f"{passage.section or ''} {passage.text}" for passage in self._passages]
        speller = _speller(texts, thesaurus, stored.rows[len(stored.passages) :])
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

    @property
    def size(self) -> int:
        """How many passages can be found."""
        return len(self._passages)

    def search(self, question: Question | str, k: int) -> Found:
        """The `k` best passages that do not overlap, best first."""
        return self.search_all([question], k)[0]

    def search_all(self, questions: Sequence[Question | str], k: int) -> list[Found]:
        """`search` for many questions, which are embedded together; a bare text is English."""
        if not questions or not self._passages:
            return [Found() for _ in questions]
        asked = [Question(text=one) if isinstance(one, str) else one for one in questions]
        return [self._found(one, k) for one in self._compared(asked, POOL)]

    def rankings(self, questions: Sequence[Question]) -> list[Ranking]:
        """All passages for each question, which are embedded together."""
        if not questions or not self._passages:
            return []
        return [self._ranking(one) for one in self._compared(questions, self.size)]

    def _compared(self, questions: Sequence[Question], k: int) -> list[Compared]:
        """Each question with its `k` nearest passages and all known questions, embedded together."""
        queries = self._queries.of(questions, are_known=bool(self._entries))
        vectors = np.stack([query.vector for query in queries])
        cosines, rows = self._vectors.search(vectors, k, among=self.size)
        near = self._entries.near(queries)
        return [
            Compared(*pair, dict(zip(rows[at].tolist(), cosines[at].tolist(), strict=True)))
            for at, pair in enumerate(zip(queries, near, strict=True))
        ]

    def _ranking(self, one: Compared) -> Ranking:
        scores = self._fusion.scores(one, ())
        return Ranking(self._passages, scores, lambda at: self._hit(at, self._passages[at], scores))

    def answering(self, found: Found) -> Found:
        """What was found, without hits that are there to send people on."""
        purposes = {id: document.purpose for id, document in self.documents.items()}
        hits = tuple(hit for hit in found.hits if purposes[hit.passage.document] == "answer")
        return found._replace(hits=hits)

    def _found(self, one: Compared, k: int) -> Found:
        query = one.query
        topic = self._differing.asked_about(query.asked, query.language)
        taking = [at for _, rows in topic.sides for at in rows] if topic else []
        scores = self._fusion.scores(one, taking)
        # What sends people on takes no place of what may answer: one of it is enough.
        sending = next((at for at in scores.ranked if at in self._sending), None)
        others = [at for at in scores.ranked if at not in self._sending]
        leading = first_apart(others, self._passages, max(k, COMPARED))
        answering = leading[:k]
        best = answering if sending is None else [*answering, sending]
        best = sorted(best, key=lambda at: (-scores.score[at], at))
        leanings = self._entries.leanings(scores.known)
        found = Found(
            sending=None if sending is None else self._marked(sending, query, scores),
            hits=tuple(self._marked(at, query, scores) for at in best),
            evidence=self._witness.on(query, leading, scores, leanings, sending)
            if leading
            else None,
            questions=self._titles(scores),
        )
        # Words that nothing found speaks of are about something else, whatever they sound like.
        if topic is None or not self._overlap(best[:SUPPORT], taking):
            return found
        sides = self._sides(topic, query, scores)
        return found._replace(difference=topic.difference, sides=sides)

    def _marked(self, at: int, query: Query, scores: Scores) -> Hit:
        return self._hit(at, self._cores.of(at, query, scores), scores)

    def _hit(self, at: int, core: Passage, scores: Scores) -> Hit:
        return Hit(
            passage=self._passages[at],
            core=core,
            score=scores.score[at],
            base=scores.base[at],
            meaning=scores.meaning[at],
            words=float(scores.words[at]),
            question=scores.known.get(at),
        )

    def _sides(self, topic: Open, query: Query, scores: Scores) -> tuple[Taken, ...]:
        """Of each side, the sentence that stands nearest to the question."""
        nearest = [(side, max(rows, key=lambda at: scores.base[at])) for side, rows in topic.sides]
        return tuple(Taken(side=side, hit=self._marked(at, query, scores)) for side, at in nearest)

    def _overlap(self, some: Sequence[int], others: Sequence[int]) -> bool:
        return any(
            overlap(self._passages[one], self._passages[other]) for one in some for other in others
        )

    def _titles(self, scores: Scores) -> tuple[str, ...]:
        """The questions of the entries that answer, nearest first."""
        near = [self._document(at) for at in scores.ranked if at in scores.known]
        titles = dict.fromkeys(document.title for document in near if document.purpose == "answer")
        return tuple(titles)

    def _document(self, at: int) -> Document:
        return self.documents[self._passages[at].document]


def _speller(texts: Sequence[str], thesaurus: Thesaurus, questions: Sequence[Row]) -> Speller:
    """Only English is repaired, but some of it is taken for that and is not."""
    english = [text for row in questions if row.language != "es" for text in row.texts]
    spanish = [text for row in questions if row.language == "es" for text in row.texts]
    return Speller(texts, also_known=[*thesaurus.words, *spanish], asked=english)
