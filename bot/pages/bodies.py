"""The bodies of messages: read up to a bound, so that one that is too long is screened all the same."""

import asyncio
import json
import re
from typing import NamedTuple, TypeVar
from urllib.parse import unquote_plus

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request

# Bytes that a message may have.
MAX_MESSAGE = 16 * 1024
# Bytes that are screened of one that has more: these first, and as many last, where the newest
# turn stands.
_END = 32 * 1024
# Bytes after which no more is read.
_MOST_READ = 1024 * 1024
# Seconds that a body may take.
_PATIENCE = 15.0

# Possessive, so that no text makes it try again and again.
_STRING = re.compile(r'"((?:[^"\\]++|\\.)*+)(?:"|\\?$)', re.DOTALL)

Model = TypeVar("Model", bound=BaseModel)


class Body(NamedTuple):
    """The beginning of a request's body; `is_too_long` where it has more than a message may."""

    content: bytes
    is_too_long: bool

    def as_(self, model: type[Model]) -> Model | None:
        """What it says; None if it is too long or says something else."""
        if self.is_too_long:
            return None
        for content in (self.content, _mended(self.content)):
            try:
                return model.model_validate_json(content)
            except ValidationError:
                continue
        return None

    @property
    def words(self) -> str:
        """All text in it, whatever its form: for the screen alone."""
        text = self.content.decode("utf-8", "replace")
        found = [text]
        if "\\" in text:
            found += [_unescaped(string) for string in _STRING.findall(text)]
        if "+" in text or "%" in text:  # as a form is sent
            found.append(unquote_plus(text))
        return "\n".join(found)


async def read(request: Request) -> Body:
    """The body, as far as it is needed and comes in time; what came of a broken one."""
    first, last, size = bytearray(), bytearray(), 0
    try:
        async with asyncio.timeout(_PATIENCE):
            async for part in request.stream():
                size += len(part)
                room = max(_END - len(first), 0)
                first += part[:room]
                last = (last + part[room:])[-_END:]
                if size > _MOST_READ:
                    break
    except (TimeoutError, ClientDisconnect):
        pass
    return Body(bytes(first + last), size > MAX_MESSAGE)


def _mended(content: bytes) -> bytes:
    """The same without halves of surrogate pairs, which JSON can hold and no text can."""
    try:
        return json.dumps(json.loads(content), ensure_ascii=False).encode("utf-8", "replace")
    except (ValueError, RecursionError):
        return b""


def _unescaped(string: str) -> str:
    """The text of a JSON string; as it is if it is none."""
    try:
        return str(json.loads(f'"{string}"', strict=False))
    except ValueError:
        return string
