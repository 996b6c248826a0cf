"""What is wrong with a case of a set, in words: its place, what was found and what was expected."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from reprlib import Repr
from typing import Any, Protocol

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.evaluation.cases import Case, Place, RightDocument, Turn, Words
from corpus.document import Frozen

# What to expect instead, by pydantic's name of the error.
_EXPECTED = {
    "missing": "a value",
    "model_type": "an entry with named fields",
    "tuple_type": "a list",
    "too_short": "at least one turn",
    "string_type": "text",
    "string_too_short": "text",
    "bool_type": "yes or no",
    "bool_parsing": "yes or no",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "greater_than_equal": "1 or more",
}
_FOUND = Repr()
_FOUND.maxstring = 60

Loc = Sequence[str | int]


class Entry(Protocol):
    """What is given as a case, and where its values stand; `part` is what a person corrects."""

    @property
    def given(self) -> Any: ...
    @property
    def part(self) -> str: ...
    def place(self, loc: Loc) -> str: ...


def problems_of(entry: Entry, given: Any, error: ValidationError) -> Iterator[str]:
    """Each thing that is wrong with an entry, which as a case, spelt out, is `given`."""
    for one in error.errors(include_url=False):
        if _is_meant(one, given):
            yield _problem(entry, one)


def unknown(found: str, known: Sequence[str]) -> str:
    """What is wrong with a name that is none of those known, in words."""
    name = found.casefold()
    within = [one for one in known if name in one]
    nearest = (within or get_close_matches(name, known, 1, 0.0))[0]
    return f"found {found!r}, not known here; expected {nearest} or another; correct the name"


def _is_meant(error: ErrorDetails, given: Any) -> bool:
    """Whether an error is no consequence of another, nor about a form of quote that was not meant."""
    loc = error["loc"]
    if error["type"] == "too_short":
        return not given["turns"]
    if len(loc) < 5 or loc[2] != "expect_quote":
        return True
    quote = given["turns"][loc[1]]["expect_quote"][loc[3]]
    names = set(quote) if isinstance(quote, dict) else set()
    return loc[4] == ("Place" if names & {"start", "end", "sha256"} else "Words")


def _problem(entry: Entry, error: ErrorDetails) -> str:
    kind, loc = error["type"], [step for step in error["loc"] if step not in ("Words", "Place")]
    if kind == "extra_forbidden":
        return f"{entry.place(loc)}: {unknown(str(loc[-1]), _known(error['loc']))}"
    found = "nothing" if kind == "missing" else _FOUND.repr(error["input"])
    expected = _EXPECTED.get(kind, error["msg"].removeprefix("Input should be "))
    if kind == "literal_error":
        listed = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
        expected = f"one of {listed}"
    return f"{entry.place(loc)}: found {found}; expected {expected}; correct the {entry.part}"


def _known(loc: Loc) -> list[str]:
    """The names that may stand where an unknown one does."""
    inner: dict[str | int, type[Frozen]] = {
        "Words": Words,
        "Place": Place,
        "expect_document": RightDocument,
    }
    model = next((inner[step] for step in loc[:-1] if step in inner), Turn)
    of_case = [*Case.model_fields]
    names = of_case if len(loc) == 1 else [*model.model_fields]
    # A flat case has its own fields beside those of its turn.
    names += of_case if len(loc) == 3 else []
    return [name for name in names if name != loc[-1]]
