"""The bodies of messages: read up to a bound, so that one that is too long is screened all the same."""

import json
import re
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

# Bytes that a message may have.
MAX_MESSAGE = 16 * 1024
# Bytes that are screened of one that has more: phrases take 50 ms for so many.
_MAX_READ = 64 * 1024

_STRING = re.compile(r'"((?:[^"\\]|\\.)*)(?:"|$)', re.DOTALL)

Model = TypeVar("Model", bound=BaseModel)


class Body(NamedTuple):
    """The beginning of a request's body; `is_too_long` where it has more than a message may."""

    content: bytes
    is_too_long: bool

    def as_(self, model: type[Model]) -> Model | None:
        """What it says; None if it is too long or says something else."""
        if self.is_too_long:
            return None
        try:
            return model.model_validate_json(self.content)
        except ValidationError:
            return None

    @property
    def words(self) -> str:
        """All text in it, whatever its form: for the screen alone."""
        text = self.content.decode("utf-8", "replace")
        strings = [_unescaped(found) for found in _STRING.findall(text)]
        return "\n".join([text, *strings] if "\\" in text else [text])


async def read(request: Request) -> Body:
    """The body, as far as it is needed."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > _MAX_READ:
            break
    return Body(bytes(content[:_MAX_READ]), len(content) > MAX_MESSAGE)


def _unescaped(string: str) -> str:
    """The text of a JSON string; as it is if it is none."""
    try:
        return str(json.loads(f'"{string}"', strict=False))
    except ValueError:
        return string
