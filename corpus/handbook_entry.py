"""An entry of the handbook: what it answers, on which sources it rests, when it was reviewed."""

from datetime import date as Date
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field, Strict, StrictInt, StringConstraints, ValidationError

from corpus import front_matter
from corpus.document import Frozen
from corpus.errors import CorpusError
from corpus.fields import describe, first_error
from corpus.textfile import require_words

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Reference(Frozen):
    """A publication; `where` is its journal or publisher."""

    author: Words
    year: StrictInt | None
    title: Words
    where: Words


class HandbookEntry(Frozen):
    """One topic. `questions` are the ways in which visitors ask about it."""

    id: Words
    title: Words
    questions: Annotated[tuple[Words, ...], Field(min_length=1)]
    sources: tuple[Reference, ...]
    reviewed: Annotated[Date, Strict()] | None


class ParsedEntry(NamedTuple):
    """An entry and the offset in its file's text at which the body begins."""

    entry: HandbookEntry
    body: int


def parse(path: Path, text: str) -> ParsedEntry:
    """The entry of a handbook file; CorpusError with the line of the first thing that is wrong."""
    head = front_matter.read(path, text)
    entry = _entry(path, head)
    require_words(path, text[head.body :], "write the entry below its front matter")
    return ParsedEntry(entry, head.body)


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
