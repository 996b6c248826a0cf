"""Searching: meaning and words are fused, and of passages that overlap the best one stands."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document, Language, Passage
from corpus.split import SPLITTER_VERSION
from index import store
from index.encoder import Encoder, Vectors
from index.everyday import Thesaurus
from index.hit import Found, Hit
from index.lexical import LexicalIndex
from index.manifest import EncoderIdentity
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
    """One question in words and as a vector, the nearest passages, and each one's word score.

    `asked` is the vector that is compared with known questions.
    """

    text: str
    language: Language
    vector: Vectors
    asked: Vectors
    meaning: dict[int, float]
    words: NDArray[np.float32]


class Index:
    """Everything that can be quoted, ready to be searched."""

    def __init__(self, stored: Stored, encoder: Encoder, spanish: Encoder | None = None) -> None:
        self.documents: dict[str, Document] = {d.id: d for d in stored.documents}
        self._encoder = encoder
        self._spanish = spanish if stored.spanish is not None else None
        self._passages = stored.passages
        self._vectors = stored.vectors
        number = {passage.id: at for at, passage in enumerate(stored.passages)}
        first = len(stored.passages)
        asked = stored.rows[first:]
        vectors = self._vectors.rows(np.arange(first, len(stored.rows)))
        in_spanish = vectors
        if self._spanish is not None and stored.spanish is not None:
            in_spanish = stored.spanish.rows(np.arange(len(asked)))
        self._known = KnownQuestions(
            self.documents,
            asked,
            first,
            np.array([number[row.passage] for row in asked], dtype=np.int64),
            {"en": vectors, "es": in_spanish},
            frozenset({"es"} if self._spanish is not None else ()),
        )
        texts = [f"{passage.section or ''} {passage.text}" for passage in stored.passages]
        self._lexical = LexicalIndex(texts)
        questions = [text for row in asked for text in row.texts]
        self._thesaurus = Thesaurus.load(self._lexical.vocabulary)
        self._speller = Speller([*texts, *questions], also_known=self._thesaurus.words)

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
        said = [self._said(*pair) for pair in zip(questions, languages, strict=True)]
        meant = [self._meant(*pair) for pair in zip(said, languages, strict=True)]
        vectors = self._encoder.encode(meant)
        scores, rows = self._vectors.search(vectors, POOL, among=len(self._passages))
        asked = self._asked(said, meant, languages, vectors)
        return [
            self._found(
                _Signals(
                    text=said[at],
                    language=languages[at],
                    vector=vectors[at],
                    asked=asked[at],
                    meaning=dict(zip(rows[at].tolist(), scores[at].tolist(), strict=True)),
                    words=self._lexical.scores(meant[at]),
                ),
                k,
            )
            for at in range(len(meant))
        ]

    def _said(self, question: str, language: Language) -> str:
        """The question with its slips mended, in English only."""
        return self._speller.repair(question) if language == "en" else question

    def _meant(self, said: str, language: Language) -> str:
        """The question with the words that documents would use, in English only."""
        return " ".join([said, *self._thesaurus.means(said)]) if language == "en" else said

    def _asked(
        self,
        said: Sequence[str],
        meant: Sequence[str],
        languages: Sequence[Language],
        vectors: Vectors,
    ) -> Vectors:
        """What is compared with known questions: people ask them in their own words, too.

        Where another model reads Spanish, it is that model's vector.
        """
        if not self._known:
            return vectors
        asked = vectors.copy()
        spanish = [at for at, language in enumerate(languages) if language == "es"]
        differ = [at for at, pair in enumerate(zip(said, meant, strict=True)) if pair[0] != pair[1]]
        for encoder, part in ((self._spanish, spanish), (self._encoder, differ)):
            if encoder is not None and part:
                asked[part] = encoder.encode([said[at] for at in part])
        return asked

    def _found(self, signals: _Signals, k: int) -> Found:
        asked = self._known.compared(signals.text, signals.asked, signals.language)
        words = WORDS_WEIGHT * signals.words
        meaning = self._meaning(signals, {*asked, *np.argsort(-signals.words)[:POOL].tolist()})
        base = {at: cosine + float(words[at]) for at, cosine in meaning.items()}
        is_alike = bool(np.array_equal(signals.asked, signals.vector))
        known = self._answering(asked, meaning, is_alike)
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
            for at in self._apart(ranked, k)
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
        cosines = self._vectors.rows(np.array(unseen)) @ signals.vector
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
