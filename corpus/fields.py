"""What pydantic says about a file that people write, in words for the person who wrote it."""

from collections.abc import Iterable

from pydantic import ValidationError
from pydantic_core import ErrorDetails


def first_error(error: ValidationError) -> ErrorDetails:
    """An unknown key before everything else: often it is a misspelt one that is missing."""
    errors = error.errors(include_url=False)
    return next((e for e in errors if e["type"] == "extra_forbidden"), errors[0])


def describe(error: ErrorDetails, keys: Iterable[str]) -> str:
    """One sentence; `keys` are those that may stand where the error was found."""
    # Items are counted from 1, as people do.
    name = ".".join(str(step + 1 if isinstance(step, int) else step) for step in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"unknown key {name!r}; expected {', '.join(keys)}; correct or remove it"
    if error["type"] == "missing":
        return f"has no {name!r}; expected it here; add it"
    expected = error["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return f"{name!r} is {error['input']!r}; expected {expected}; correct it"
