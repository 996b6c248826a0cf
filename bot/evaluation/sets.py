"""Sets of cases as files: JSON lines, YAML, CSV or a workbook, told apart by the file's ending.

Whatever is wrong with a set is said at once, each problem with its place. A field that holds several
values may be given one, and null is as good as nothing.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from reprlib import Repr
from typing import Any, NamedTuple, Protocol

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticSerializationError

from bot.evaluation.cases import UNANSWERED, Case, Place, RightDocument, Turn, Words
from bot.evaluation.tables import SEVERAL, read_csv, read_workbook, unknown
from bot.evaluation.yaml_set import read_json_lines, read_yaml
from corpus.document import Frozen
from corpus.errors import CorpusError
from corpus.textfile import decode

SHOWN = 20
_TAGGED = ("style", "category", "lang", "author")
_ALSO = re.compile(r"\balso_ok=([\w|]+)")
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


class SetError(Exception):
    """All that is wrong with sets, a line a problem; of many, the first are shown."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        left = len(problems) - SHOWN
        more = (f"and {left} more",) if left > 0 else ()
        super().__init__("\n".join((*problems[:SHOWN], *more)))


class _Entry(Protocol):
    """What is given as a case, and where its values stand; `part` is what a person corrects."""

    @property
    def given(self) -> Any: ...
    @property
    def part(self) -> str: ...
    def place(self, loc: Loc) -> str: ...


class _Found(NamedTuple):
    entries: Sequence[_Entry]
    problems: Sequence[str]


def load(path: Path) -> list[Case]:
    """The cases of a file, in order. SetError tells everything that is wrong with it."""
    return load_all([path])


def load_all(paths: Iterable[Path]) -> list[Case]:
    """The cases of several files, in order; SetError also where one id stands in two of them."""
    cases: list[Case] = []
    problems: list[str] = []
    first: dict[str, str] = {}
    for path in paths:
        found = _read(path)
        problems += found.problems
        for entry in found.entries:
            problems += _seen_before(entry, first)
            try:
                cases.append(_case(entry))
            except SetError as error:
                problems += error.problems
    if problems:
        raise SetError(*problems)
    return cases


def _seen_before(entry: _Entry, first: dict[str, str]) -> list[str]:
    """The problem of an id that stands elsewhere; `first` remembers where each stands."""
    id = entry.given.get("id") if isinstance(entry.given, dict) else None
    if not isinstance(id, str):
        return []
    place = entry.place(("id",))
    before = first.setdefault(id, place)
    again = f"{place}: found {id!r} again, as in {before}"
    return [] if before is place else [f"{again}; expected each id once; rename one"]


def _read(path: Path) -> _Found:
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        ending, known = path.suffix or "no ending", ", ".join(_READERS)
        return _Found((), [f"{path}: found {ending}; expected {known}; save it as one of these"])
    try:
        found = reader(path, path.read_bytes())
    except OSError as error:
        problem = (
            f"{path}: found no file to read ({error.strerror}); expected a set; check its name"
        )
        return _Found((), [problem])
    except CorpusError as error:
        return _Found((), [str(error)])
    if not found.entries and not found.problems:
        return _Found((), [f"{path}: found no case; expected at least one; write one"])
    return found


def _text(path: Path, data: bytes) -> str:
    return decode(path, data).removeprefix("\ufeff")


_READERS: dict[str, Callable[[Path, bytes], _Found]] = {
    ".jsonl": lambda path, data: _Found(*read_json_lines(str(path), _text(path, data))),
    ".csv": lambda path, data: _Found(*read_csv(str(path), _text(path, data))),
    ".yaml": lambda path, data: _Found(*read_yaml(str(path), _text(path, data))),
    ".yml": lambda path, data: _Found(*read_yaml(str(path), _text(path, data))),
    ".xlsx": lambda path, data: _Found(*read_workbook(str(path), data)),
}


def _case(entry: _Entry) -> Case:
    given = _spelt_out(entry.given)
    try:
        case = Case.model_validate(given)
        case.model_dump_json()
    except ValidationError as error:
        found = [one for one in error.errors(include_url=False) if _is_meant(one, given)]
        raise SetError(*(_problem(entry, one) for one in found)) from error
    except PydanticSerializationError as error:
        problem = f"{entry.place(('id',))}: found half a character ({error}); expected whole ones"
        raise SetError(f"{problem}; correct the {entry.part}") from error
    return case


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


def _problem(entry: _Entry, error: ErrorDetails) -> str:
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


def _spelt_out(raw: Any) -> Any:
    """A case with its turns, and a list in each field that holds several values."""
    if not isinstance(raw, dict):
        return raw
    row, turns = _fields(raw), raw.get("turns")
    if turns is None:
        own = {name: value for name, value in row.items() if name in Case.model_fields}
        return {**own, "turns": [{k: v for k, v in row.items() if k not in own}]}
    is_list = isinstance(turns, list)
    return {**row, "turns": [*map(_turn, turns, range(len(turns)))] if is_list else turns}


def _turn(raw: Any, number: int) -> Any:
    if not isinstance(raw, dict):
        return {"question": raw} if isinstance(raw, str) else raw
    turn = _fields(raw)
    if (gold := raw.get("gold")) is not None:
        kind = ("followup" if number else "first") if gold else "unanswerable"
        turn["tags"] = [*turn.get("tags", []), f"kind:dialogue_{kind}"]
    return turn


def _fields(raw: Mapping[str, Any]) -> dict[str, Any]:
    row = _translated({name: value for name, value in raw.items() if value is not None})
    for name in SEVERAL & row.keys():
        row[name] = _several(row[name])
    for name, key in (("expect_quote", "words"), ("expect_document", "id")):
        if name in row:
            row[name] = [{key: v} if isinstance(v, str) else v for v in row[name]]
    return row


def _translated(row: dict[str, Any]) -> dict[str, Any]:
    """A row or a turn, also of a labelled set of another form, in the names of this one.

    `text` is the question. `gold` lists what answers, as `doc` and `quote`; if it is empty, nothing may
    be quoted. `level` is expected, and what `also_ok=crisis|concern` in `note` names will do.
    `style`, `category`, `lang` and, in rows of the other form, `kind` become tags like `lang:es`.
    """
    tagged = (*_TAGGED, "kind") if _is_other(row) else _TAGGED
    given = [name for name in tagged if name in row]
    tags = [f"{name}:{value}" for name in given for value in _several(row.pop(name))]
    also = _ALSO.search(str(row.pop("note", "")))
    new: dict[str, Any] = {"tags": tags}
    if "level" in row:
        levels = also[1].split("|") if also else []
        new["expect_level"] = [*_several(row.pop("level")), *levels]
    if "text" in row and "question" not in row:
        row["question"] = row.pop("text")
    if "gold" in row:
        gold = _several(row.pop("gold"))
        new["expect_quote"] = [_quote(one) for one in gold]
        row = row if gold else {"expect_kind": UNANSWERED} | row
    return row | {k: [*_several(row.get(k, [])), *v] for k, v in new.items() if v}


def _is_other(row: Any) -> bool:
    """Whether a row, or a turn of it, is of the other form."""
    if not isinstance(row, dict):
        return False
    turns = row.get("turns")
    in_turns = isinstance(turns, list) and any(map(_is_other, turns))
    return in_turns or not {"text", "gold"}.isdisjoint(row)


def _quote(gold: Any) -> Any:
    names = {"doc": "document", "quote": "words"}
    return {names.get(k, k): v for k, v in gold.items()} if isinstance(gold, dict) else gold


def _several(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else [value]
