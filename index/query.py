"""A question as it is compared: mended, in the documents' words too, and as vectors."""

from collections.abc import Sequence
from typing import NamedTuple

from corpus.document import Language
from index.encoder import Encoder, Vectors
from index.everyday import Thesaurus
from index.spelling import Speller


class Query(NamedTuple):
    """`said` with its slips mended, `meant` with the words that documents would use added.

    `vector` is of what is meant and is compared with passages; `asked`, of what was said, with known
    questions. They are of one model and one text where `is_alike`.
    """

    said: str
    meant: str
    language: Language
    vector: Vectors
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

    def of(
        self, questions: Sequence[str], languages: Sequence[Language], are_known: bool
    ) -> list[Query]:
        """A query for each question; all are embedded together.

        Unless `are_known` questions to compare with, nothing is embedded for them.
        """
        pairs = list(zip(questions, languages, strict=True))
        said = [self._speller.repair(text) if tongue == "en" else text for text, tongue in pairs]
        meant = [
            " ".join([text, *self._thesaurus.means(text)]) if tongue == "en" else text
            for text, tongue in zip(said, languages, strict=True)
        ]
        vectors = self._encoder.encode(meant)
        asked = vectors.copy()
        in_spanish = [at for at, tongue in enumerate(languages) if tongue == "es"]
        differing = [at for at in range(len(said)) if said[at] != meant[at]]
        parts = ((self._spanish, in_spanish), (self._encoder, differing)) if are_known else ()
        unlike: set[int] = set()
        for encoder, part in parts:
            if encoder is not None and part:
                asked[part] = encoder.encode([said[at] for at in part])
                unlike.update(part)
        return [
            Query(said[at], meant[at], languages[at], vectors[at], asked[at], at not in unlike)
            for at in range(len(said))
        ]
