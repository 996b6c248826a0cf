"""Lines of JSON: conversations in, one reply a turn out. What scripts and evaluators use."""

import json
import os
import stat
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Annotated, Any, Literal, Union

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model

from bot.answer import Bot
from bot.reply import About, Contact, Crisis, Declined, NotFound, Quoted, Reply
from bot.safety.screen import Conversation
from corpus.document import Frozen, Language

Id = str | int

# Questions that are embedded together when the whole input is there anyway.
BATCH = 32


class Asked(BaseModel):
    """A line in. Other keys are ignored, so that a labelled set can be fed as it is."""

    model_config = ConfigDict(frozen=True)

    id: Id
    turns: Annotated[tuple[str, ...], Field(min_length=1)]
    language: Language | None = None
    country: str | None = None


class Place(Frozen):
    """Which turn of which conversation a line answers; turns count from 0."""

    id: Id
    turn: int


class Unreadable(Frozen):
    """The answer to a line in that could not be read."""

    id: Id | None
    turn: Literal[None] = None
    error: str


_LINES: dict[type[Any], Any] = {
    kind: create_model(f"{kind.__name__}Line", __base__=(Place, kind), __doc__=kind.__doc__)
    for kind in (Quoted, NotFound, Declined, Contact, About, Crisis)
}


# A line out that is a reply.
ReplyLine: Any = Union[(*_LINES.values(),)]


def schema() -> dict[str, Any]:
    """The JSON schema of a line out."""
    line: Any = Union[(*_LINES.values(), Unreadable)]
    return TypeAdapter(line).json_schema(mode="serialization")


def answer(bot: Bot, lines: IO[bytes]) -> Iterator[str]:
    """A line out for each turn of each line in, in order; a blank line in is passed over.

    A file is answered in batches, a pipe line by line, since its other end may be waiting.
    """
    batch = BATCH if stat.S_ISREG(os.fstat(lines.fileno()).st_mode) else 1
    filled = (line for line in lines if line.strip())
    while chunk := list(islice(filled, batch)):
        yield from _answer(bot, [read(line) for line in chunk])


def _answer(bot: Bot, asked: Iterable[Asked | Unreadable]) -> Iterator[str]:
    asked = list(asked)
    conversations = [
        Conversation(turns=one.turns[: turn + 1], language=one.language, country=one.country)
        for one in asked
        if isinstance(one, Asked)
        for turn in range(len(one.turns))
    ]
    replies = iter(bot.replies(conversations))
    for one in asked:
        if isinstance(one, Unreadable):
            yield one.model_dump_json()
            continue
        for turn in range(len(one.turns)):
            yield line_of(one.id, turn, next(replies))


def line_of(id: Id, turn: int, reply: Reply) -> str:
    """A line out."""
    fields = {name: getattr(reply, name) for name in type(reply).model_fields}
    out: BaseModel = _LINES[type(reply)](id=id, turn=turn, **fields)
    return out.model_dump_json()


def read(line: bytes) -> Asked | Unreadable:
    """One line in; what cannot be read becomes the answer to it."""
    try:
        return Asked.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        return Unreadable(id=_id(line), error=f"{place}: {first['msg']}" if place else first["msg"])


def _id(line: bytes) -> Id | None:
    try:
        found = json.loads(line)["id"]
    except (ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, str | int) else None
