"""A question as it is compared: mended, in the documents' words too, and as vectors."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from corpus.document import Frozen, Language
from index.encoder import Encoder, Vectors
from index.everyday import Thesaurus
from index.spelling import Speller


class Question(Frozen):
    """What is searched for. It may lean on a `context` of earlier questions, and is then read both
    alone, with the weight `alone`, and behind them, with the rest."""

    text: str
    language: Language = "en"
    context: str = ""
    alone: float = 1.0


class Query(NamedTuple):
    """`said` with its slips mended, `meant` with the words that documents would use added.

    `vector` is compared with passages: the mean of what is said and of what is meant. `asked`, of what
    was said, is compared with known questions; by the same model where `is_alike`. `said_vector` is of
    what was said by the model of `vector`.
    """

    said: str
    meant: str
    language: Language
    vector: Vectors
    said_vector: Vectors
    asked: Vectors
    is_alike: bool


class Queries:
    """Makes queries; only English is mended and translated from everyday words."""

    def __init__(
        self, encoder: Encoder, spanish: Encoder | None, speller: Speller, thesaurus: Thesaurus
    ) -> None:
        """`spanish` reads what is compared with known questions in Spanish, if there is one."""
        self._encoder = encoder
        self._spanish = spanish
        self._speller = speller
        self._thesaurus = thesaurus

    def of(self, questions: Sequence[Question], are_known: bool) -> list[Query]:
        """A query for each question; all are embedded together.

        Unless there `are_known` questions to compare with, nothing is embedded for them.
        """
        said = [self._mended(one.text, one) for one in questions]
        # What was said, the same behind what was said before, and each in the documents' words.
        full = [self._mended(f"{one.context} {one.text}", one) for one in questions]
        meant = [self._meant(text, one) for text, one in zip(said, questions, strict=True)]
        fully = [self._meant(text, one) for text, one in zip(full, questions, strict=True)]
        read = self._read(self._encoder, [*said, *full, *meant, *fully])
        spanish = [at for at, one in enumerate(questions) if one.language == "es"]
        other: dict[str, Vectors] = {}
        if self._spanish is not None and are_known and spanish:
            texts = [text for at in spanish for text in (said[at], full[at])]
            other = self._read(self._spanish, texts)
        found = []
        for at, one in enumerate(questions):
            spoken = _mixed(one, read[said[at]], read[full[at]])
            is_alike = not other or one.language != "es"
            found.append(
                Query(
                    said=said[at],
                    meant=fully[at] if one.context else meant[at],
                    language=one.language,
                    vector=np.mean([spoken, _mixed(one, read[meant[at]], read[fully[at]])], axis=0),
                    said_vector=spoken,
                    asked=spoken if is_alike else _mixed(one, other[said[at]], other[full[at]]),
                    is_alike=is_alike,
                )
            )
        return found

    def _mended(self, text: str, question: Question) -> str:
        text = text.strip()
        return self._speller.repair(text) if question.language == "en" else text

    def _meant(self, said: str, question: Question) -> str:
        if question.language != "en":
            return said
        return " ".join([said, *self._thesaurus.means(said)])

    @staticmethod
    def _read(encoder: Encoder, texts: Sequence[str]) -> dict[str, Vectors]:
        """The vector of each text, embedded once."""
        unique = list(dict.fromkeys(texts))
        return dict(zip(unique, encoder.encode(unique), strict=True))


def _mixed(question: Question, alone: Vectors, behind: Vectors) -> Vectors:
    mixed: Vectors = question.alone * alone + (1 - question.alone) * behind
    return mixed
