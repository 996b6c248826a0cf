"""Topics on which the indexed documents differ: which one a question is about, and who says what.

A logistic regression tells the topics apart. It is fitted whenever an index is opened, in 1.4
seconds for both languages, so that an editor's new topic needs nothing but a new index.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from corpus.claims import Difference, Side, differing
from corpus.document import Language, Passage
from index.encoder import Vectors
from index.rows import Row

# From this probability on, a question is about a topic, if what takes a side is found for it, too;
# and how freely the regression fits its examples (scikit-learn's C). Chosen on questions of our own.
LIKELY = 0.65
FREEDOM = 10.0
# Stands for questions about no topic.
_NONE = ""


class Open(NamedTuple):
    """A topic, and the numbers of the passages that take each side that anyone takes."""

    difference: Difference
    sides: tuple[tuple[Side, tuple[int, ...]], ...]


class Differing:
    """Knows the topics on which at least two sides are taken by these passages."""

    def __init__(
        self,
        passages: Sequence[Passage],
        rows: Sequence[Row],
        vectors: Mapping[Language, Vectors],
        elsewhere: Mapping[Language, Vectors],
        is_alike: bool,
    ) -> None:
        """`rows` are those of topics, `vectors` their embeddings for questions in each language.

        `elsewhere` are embeddings of what is about no topic either: requests, greetings. `is_alike` if
        one model, which was taught English, made both languages'.
        """
        indexed = {row.topic for row in rows}
        self._open = {
            difference.id: Open(difference, tuple((side, tuple(at)) for side, at in sides))
            for difference, sides in differing(passages)
            if difference.id in indexed
        }
        labels = np.array([_NONE if row.is_unlike else row.topic for row in rows])
        english = np.array([row.language == "en" for row in rows], dtype=bool)
        self._told: dict[Language, LogisticRegression] = {}
        if self._open:
            self._told["en"] = _fitted(vectors["en"][english], labels[english], elsewhere["en"])
            if not is_alike:
                self._told["es"] = _fitted(vectors["es"], labels, elsewhere["es"])

    def asked_about(self, vector: Vectors, language: Language) -> Open | None:
        """The topic that a question is about, if it is about one."""
        told = self._told.get(language)
        if told is None:
            return None
        likely = told.predict_proba(vector[None])[0]
        best = int(likely.argmax())
        return self._open.get(told.classes_[best]) if likely[best] >= LIKELY else None


def _fitted(vectors: Vectors, labels: NDArray[np.str_], elsewhere: Vectors) -> LogisticRegression:
    about_none = np.full(len(elsewhere), _NONE)
    told = LogisticRegression(C=FREEDOM, max_iter=500)
    return told.fit(np.concatenate([vectors, elsewhere]), np.concatenate([labels, about_none]))
