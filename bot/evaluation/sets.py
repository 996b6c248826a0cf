"""Sets of cases as files: JSON lines, YAML, CSV or a workbook, told apart by the file's ending.

Whatever is wrong with a set is said at once, each problem with its place. A field that holds several
values may be given one, and null is as good as nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from bot.evaluation.cases import Case
from bot.evaluation.nested import read_json_lines, read_yaml
from bot.evaluation.other_form import leaning, several, translated
from bot.evaluation.set_problems import Entry, problems_of
from bot.evaluation.tables import SEVERAL, read_csv, read_workbook
from corpus.errors import CorpusError
from corpus.textfile import decode

SHOWN = 20


class SetError(Exception):
    """All that is wrong with sets, a line a problem; of many, the first are shown."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        left = len(problems) - SHOWN
        more = (f"and {left} more",) if left > 0 else ()
        super().__init__("\n".join((*problems[:SHOWN], *more)))


class _Found(NamedTuple):
    entries: Sequence[Entry]
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


def _seen_before(entry: Entry, first: dict[str, str]) -> list[str]:
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


def _case(entry: Entry) -> Case:
    given = _spelt_out(entry.given)
    try:
        case = Case.model_validate(given)
        case.model_dump_json()
    except ValidationError as error:
        raise SetError(*problems_of(entry, given, error)) from error
    except PydanticSerializationError as error:
        problem = f"{entry.place(('id',))}: found half a character ({error}); expected whole ones"
        raise SetError(f"{problem}; correct the {entry.part}") from error
    return case


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
    if leans := leaning(raw, number):
        turn["tags"] = [*turn.get("tags", []), *leans]
    return turn


def _fields(raw: Mapping[str, Any]) -> dict[str, Any]:
    row = translated({name: value for name, value in raw.items() if value is not None})
    for name in SEVERAL & row.keys():
        row[name] = several(row[name])
    for name, key in (("expect_quote", "words"), ("expect_document", "id")):
        if name in row:
            row[name] = [{key: v} if isinstance(v, str) else v for v in row[name]]
    return row
