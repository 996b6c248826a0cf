"""Known questions: the ways of asking that handbook entries list, and what each of them answers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from corpus.document import Document, Language
from index.encoder import Vectors
from index.rows import Row

# How many of an entry's nearest ways of asking speak for it beside the nearest one.
NEAREST = 3
# From this cosine on, a question is taken for the listed one itself.
SAME = 0.95
# Runs of letters, within words and at their ends: they find what is misspelt.
RUNS = (3, 5)
# How E5's cosines are put on MiniLM's scale, so that one threshold serves both: right, wrong and
# off-topic ones of our own questions come out about alike.
E5_SLOPE, E5_SHIFT = 1.5, -0.123
_LEAST = 1e-9

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


class Asked(NamedTuple):
    """How near each entry's ways of asking are: its nearest one, the mean of a few, by letters too.

    All have the shape (entries,). `passages` are the numbers of the openings, `rows` those of the
    nearest ways of asking among all rows.
    """

    passages: Rows
    rows: Rows
    nearest: Floats
    few: Floats
    letters: Floats

    def scores(self, best: Floats | None) -> Floats:
        """How likely each entry is what was asked for, as a cosine.

        Its ways of asking speak for it and, where its cosine can be compared with theirs, its `best`
        passage; but who asks what it lists gets it.
        """
        parts = [self.nearest, self.few, *([] if best is None else [best])]
        found: Floats = np.where(self.nearest >= SAME, self.nearest, np.mean(parts, axis=0))
        return found


_NOTHING = Asked(
    np.empty(0, np.int64),
    np.empty(0, np.int64),
    np.empty(0, np.float32),
    np.empty(0, np.float32),
    np.empty(0, np.float32),
)


def as_minilm(cosines: Floats) -> Floats:
    """Cosines of E5's vectors on the scale of MiniLM's."""
    scaled: Floats = np.minimum(E5_SLOPE * cosines + E5_SHIFT, 1)
    return scaled


class KnownQuestions:
    """Compares a question with all ways of asking that entries list."""

    def __init__(
        self,
        documents: Mapping[str, Document],
        rows: Sequence[Row],
        first: int,
        passages: Rows,
        vectors: Mapping[Language, Vectors],
        e5: frozenset[Language],
    ) -> None:
        """`rows` are the questions, of which `first` is the number of the first one among all rows.

        `passages` has the number of the passage that answers each, `vectors` the embeddings with
        which questions in a language are compared: E5's for those in `e5`.
        """
        self._first = first
        self._vectors = vectors
        self._e5 = e5
        # Without any question there is still one to learn letters from.
        texts = [row.texts[0] for row in rows] or ["none"]
        self._letters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=RUNS, strip_accents="unicode", dtype=np.float32
        )
        # A row for each run of letters: a question has few of them.
        self._runs = self._letters.fit_transform(texts).T.tocsr()
        self._analyze = self._letters.build_analyzer()
        led = {language: passages.copy() for language in vectors}
        opening = {row.document: at for row, at in zip(rows, passages, strict=True)}
        for document in documents.values():
            if document.translates in opening and document.id in opening:
                here, there = opening[document.id], opening[document.translates]
                led["es"][passages == there] = here
                led["en"][passages == here] = there
        self._entries = {language: _Entries.of(passages) for language, passages in led.items()}
        self._passages = passages

    def __bool__(self) -> bool:
        return len(self._vectors["en"]) > 0

    def vectors_of(self, passage: int) -> Vectors:
        """The embeddings of the ways of asking that a passage answers."""
        own: Vectors = self._vectors["en"][self._passages == passage]
        return own

    def cosines(self, vectors: Sequence[Vectors], languages: Sequence[Language]) -> list[Vectors]:
        """Those of each question, of a language, with all known ones, on the scale of MiniLM's."""
        found: dict[int, Vectors] = {}
        for language in set(languages):
            chosen = [at for at, one in enumerate(languages) if one == language]
            of_these = np.stack([vectors[at] for at in chosen]) @ self._vectors[language].T
            if language in self._e5:
                of_these = as_minilm(of_these)
            found |= zip(chosen, of_these, strict=True)
        return [found[at] for at in range(len(vectors))]

    def compared(self, question: str, cosines: Vectors, language: Language) -> Asked:
        """How near the ways of asking are that each passage answers.

        In each language, a question leads to the version of its entry in that language.
        """
        if not self:
            return _NOTHING
        letters = self._by_letters(question)
        entries = self._entries[language]
        nearest, few = entries.nearest(cosines)
        _, few_letters = entries.nearest(letters)
        return Asked(entries.passages, self._first + nearest, cosines[nearest], few, few_letters)

    def _by_letters(self, question: str) -> Floats:
        """The cosine of a question with all known ones by the runs of letters that they share.

        As the vectorizer's `transform` would have it, in .2 ms instead of .8 for a single question.
        """
        counts = Counter(map(self._letters.vocabulary_.get, self._analyze(question)))
        counts.pop(None, None)
        found = np.fromiter(counts.keys(), np.int64, len(counts))
        weights = np.fromiter(counts.values(), np.float32, len(counts)) * self._letters.idf_[found]
        weights /= max(float(np.linalg.norm(weights)), _LEAST)
        letters: Floats = self._runs[found].T @ weights
        return letters


class _Entries(NamedTuple):
    """The questions of each passage that answers some: `members` is padded with -1 to a rectangle."""

    passages: Rows
    members: Rows

    @classmethod
    def of(cls, passages: Rows) -> "_Entries":
        found = np.unique(passages)
        groups = [np.flatnonzero(passages == passage) for passage in found]
        members = np.full((len(groups), max(map(len, groups), default=0)), -1, dtype=np.int64)
        for row, group in zip(members, groups, strict=True):
            row[: len(group)] = group
        return cls(found, members)

    def nearest(self, scores: Floats) -> tuple[Rows, Floats]:
        """Each entry's best question, and the mean score of its few best ones."""
        of_each = np.where(self.members < 0, -np.inf, scores[self.members])
        best = self.members[np.arange(len(self.members)), of_each.argmax(axis=1)]
        few = -np.partition(-of_each, min(NEAREST, of_each.shape[1]) - 1, axis=1)[:, :NEAREST]
        return best, np.mean(few, axis=1, where=np.isfinite(few))
