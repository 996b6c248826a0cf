"""What an evaluator writes: questions or conversations, and what the reply to each must show.

Sets are read from files by `sets.py`; here is the one schema that all of them come to. What a turn
does not expect is not judged.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from bot.reply import Level
from corpus.document import Document, Frozen, Language

Kind = Literal["quoted", "not_found", "declined", "contact", "about", "crisis"]
# What a question that must not be answered may get.
UNANSWERED: tuple[Kind, ...] = ("not_found", "declined", "contact", "about", "crisis")

# Of words at a place, so much must be shown; less of them will do if nothing else is.
COVERED, HALF = 0.95, 0.5

Text = Annotated[str, Field(min_length=1)]


class Words(Frozen):
    """Words that answer, wherever they stand or in the document whose id begins with `document`."""

    words: Text
    document: str | None = None


class Place(Frozen):
    """Words that answer, by where they stand: `text[start:end]`, whose SHA-256 begins with `sha256`."""

    document: str
    start: int
    end: int
    sha256: str

    def is_met_at(self, document: str, start: int, end: int) -> bool:
        """Whether words from `start` to `end` of a document are these, or at least half of them."""
        shared = min(self.end, end) - max(self.start, start)
        length = self.end - self.start
        is_part = self.start <= start and end <= self.end
        is_enough = shared >= COVERED * length or (is_part and shared >= HALF * length)
        return document == self.document and is_enough

    def words(self, documents: Mapping[str, Document]) -> str:
        """What stands there; ValueError if it is not what was labelled."""
        document = documents.get(self.document)
        found = document.text[self.start : self.end] if document else ""
        if not sha256(found.encode()).hexdigest().startswith(self.sha256):
            raise ValueError(
                f"{self} does not have the words it was labelled with; index the documents that "
                "the set is about, or label it again"
            )
        return found

    def __str__(self) -> str:
        return f"{self.document}[{self.start}:{self.end}]"


class RightDocument(Frozen):
    """A document that answers, by the beginning of its id; of two, that of the higher grade better."""

    id: Text
    grade: int = Field(default=1, ge=1)


class Turn(Frozen):
    """What a visitor says, and what the reply must be; of several accepted values, any one will do.

    A turn to `skip` is asked, since later ones may lean on it, and not judged. `expect_differ` names
    the topic on which both sides are to be shown; "" says that none is.
    """

    question: Text
    skip: bool = False
    expect_quote: tuple[Words | Place, ...] = ()
    expect_document: tuple[RightDocument, ...] = ()
    expect_entry: tuple[Text, ...] = ()
    expect_kind: tuple[Kind, ...] = ()
    expect_level: tuple[Level, ...] = ()
    expect_helpline: tuple[Text, ...] = ()
    expect_differ: str | None = None
    must_contain: tuple[Text, ...] = ()
    must_not_contain: tuple[Text, ...] = ()
    max_words: int | None = Field(default=None, ge=1)
    tags: tuple[Text, ...] = ()

    @property
    def is_answerable(self) -> bool | None:
        """Whether the sources are said to answer; None where nothing says so."""
        if self.expect_quote or self.expect_document or self.expect_entry:
            return True
        if not self.expect_kind:
            return None
        return True if self.expect_kind == ("quoted",) else False if self.is_refusal else None

    @property
    def is_refusal(self) -> bool:
        """Whether a quote is no accepted answer."""
        return bool(self.expect_kind) and "quoted" not in self.expect_kind

    @property
    def is_judged(self) -> bool:
        """Whether anything is expected of the reply."""
        asked = {"question", "skip", "tags"}
        return not self.skip and any(
            value not in ((), None) for name, value in self if name not in asked
        )


class Case(Frozen):
    """A conversation of one turn or more. `tags` group cases in reports; `kind:typo` has a group's name."""

    id: Text
    turns: Annotated[tuple[Turn, ...], Field(min_length=1)]
    tags: tuple[Text, ...] = ()
    language: Language | None = None
    country: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _of_one_turn(cls, given: Any) -> Any:
        """A case of one turn may be written flat."""
        if not isinstance(given, dict) or "turns" in given:
            return given
        own = {name: value for name, value in given.items() if name in cls.model_fields}
        return {**own, "turns": [{k: v for k, v in given.items() if k not in cls.model_fields}]}

    def digest(self, turn: int) -> str:
        """16 digits that tell what is asked and expected up to a turn."""
        told = "\n".join(one.model_dump_json() for one in self.turns[: turn + 1])
        where = f"{self.language} {self.country}"
        return sha256(f"{where}\n{told}".encode()).hexdigest()[:16]

    def tags_of(self, turn: int) -> tuple[str, ...]:
        """The tags of the case and those of a turn, each once."""
        return tuple(dict.fromkeys((*self.tags, *self.turns[turn].tags)))
