"""The core of a passage: the part of it that answers a question best."""

from collections.abc import Mapping, Sequence

import numpy as np

from corpus.document import Document, Passage
from index.fusion import Fusion, Scores
from index.overlap import inside
from index.query import Query
from index.store import Stored

# What the first sentence of a paragraph of the handbook, whose style is to answer first, is ahead;
# set on a dozen questions by eye.
FIRST = 0.15


class Cores:
    """Finds the cores of the passages that can be shown."""

    def __init__(
        self,
        documents: Mapping[str, Document],
        passages: Sequence[Passage],
        stored: Stored,
        fusion: Fusion,
    ) -> None:
        self._documents = documents
        self._passages = passages
        self._fusion = fusion
        self._parts = inside(passages, passages)
        self._sentences = stored.sentences
        self._of_sentences = stored.of_sentences
        self._sentences_of = inside(passages, stored.sentences)

    def of(self, at: int, query: Query, scores: Scores) -> Passage:
        """The best part of a passage; the passage itself where it has no parts.

        Where a known question led to it, its words count too: they are clearer than a visitor's.
        """
        own = [other for other in self._parts.get(at, ()) if other in scores.base]
        if own:
            fit = np.array([scores.base[part] for part in own])
            vectors = self._fusion.rows(own)
            found = [self._passages[part] for part in own]
        elif not (numbers := self._sentences_of.get(at, [])):
            return self._passages[at]
        elif self._documents[self._passages[at].document].language == "es":
            # MiniLM reads too little Spanish to tell; the handbook's style is to answer first.
            return self._sentences[numbers[0]]
        else:
            vectors = self._of_sentences.rows(np.array(numbers, dtype=np.int64))
            fit = vectors @ query.vector
            fit[0] += FIRST
            found = [self._sentences[number] for number in numbers]
        if at in scores.asked:
            fit += vectors @ self._fusion.rows([scores.asked[at]])[0]
        return found[int(fit.argmax())]
