"""An entry of the handbook: what it answers, on which sources it rests, when it was reviewed."""

from datetime import date as Date
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, Strict, StrictBool, StrictInt, StringConstraints, ValidationError

from corpus import front_matter
from corpus.document import Frozen, Language, Purpose
from corpus.errors import CorpusError
from corpus.fields import describe, first_error
from corpus.textfile import require_words

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Audience = Literal["visitor", "family", "referrer", "staff"]


class Reference(Frozen):
    """A publication; `where` is its journal or publisher.

    A `title` in brackets describes a publication whose title is not at hand. `verified` is false
    where the statement was not checked against the publication.
    """

    author: Words
    year: StrictInt | None
    title: Words
    where: Words
    verified: StrictBool = True


class HandbookEntry(Frozen):
    """One topic. `questions` are the ways in which visitors ask about it.

    `provider` is the clinic that the entry is about, `qualifies` what others claim that it puts in
    context. `reviewed` is null until a clinician has read the entry.
    """

    id: Words
    title: Words
    audience: Audience = "visitor"
    language: Language
    kind: Purpose = "answer"
    translates: Words | None = None
    provider: Words | None = None
    questions: Annotated[tuple[Words, ...], Field(min_length=1)]
    see_also: tuple[Words, ...] = ()
    sources: tuple[Reference, ...]
    qualifies: tuple[Words, ...] = ()
    written: Annotated[Date, Strict()]
    reviewed: Annotated[Date, Strict()] | None


class ParsedEntry(NamedTuple):
    """An entry, the offset in its file's text at which the body begins, and where its keys stand."""

    entry: HandbookEntry
    body: int
    head: front_matter.FrontMatter


def parse(path: Path, text: str) -> ParsedEntry:
    """The entry of a handbook file; CorpusError with the line of the first thing that is wrong."""
    head = front_matter.read(path, text)
    entry = _entry(path, head)
    require_words(path, text[head.body :], "write the entry below its front matter")
    return ParsedEntry(entry, head.body, head)


def _entry(path: Path, head: front_matter.FrontMatter) -> HandbookEntry:
    try:
        entry = HandbookEntry.model_validate(head.fields)
    except ValidationError as error:
        first = first_error(error)
        # Only a reference has places below the items of a list.
        model = Reference if len(first["loc"]) > 2 else HandbookEntry
        message = describe(first, model.model_fields)
        raise CorpusError(path, message, head.line(first["loc"])) from error
    if entry.id != path.stem:
        message = f"'id' is {entry.id!r}; expected the file's name, {path.stem!r}; rename one"
        raise CorpusError(path, message, head.line(("id",)))
    return entry
