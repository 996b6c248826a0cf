"""`sources.toml`: what is known about the documents of a folder beyond their words."""

import re
import tomllib
from pathlib import Path
from typing import Any

import tomlkit
from pydantic import ValidationError

from corpus import atomic
from corpus.errors import CorpusError
from corpus.fields import describe, first_error
from corpus.source_entry import SourceEntry
from corpus.textfile import decode, read_bytes

NAME = "sources.toml"

_ENTRY = re.compile(r"\s*\[\[\s*source\s*\]\]")


def read(path: Path) -> dict[str, SourceEntry]:
    """The entries by their file's name; none where there is no `path`."""
    text = _text(path)
    found: dict[str, SourceEntry] = {}
    for number, fields in enumerate(_tables(path, text)):
        entry = _entry(path, text, number, fields)
        if entry.file in found:
            message = f"a second entry for {entry.file!r}; expected one; join them"
            raise CorpusError(path, message, _line(text, number))
        found[entry.file] = entry
    return found


def line_of(path: Path, file: str) -> int:
    """The line at which the entry of `file` begins, in a `path` that `read` accepts."""
    text = _text(path)
    return _line(text, list(read(path)).index(file))


def put(path: Path, entry: SourceEntry) -> None:
    """Add an entry, or set what is known now in the entry of its file; comments stay."""
    known = list(read(path))
    text = _text(path)
    fields = entry.model_dump(exclude_none=True)
    if entry.file in known:
        changed = _updated(text, known.index(entry.file), fields)
    else:
        blank = "\n" if text.endswith("\n") else "\n\n" if text else ""
        changed = text + blank + tomlkit.dumps({"source": [fields]})
    if "\r\n" in text:
        changed = re.sub("\r?\n", "\r\n", changed)
    atomic.write(path, changed.encode("utf-8"))


def _text(path: Path) -> str:
    # Windows' Notepad puts a byte order mark there, which TOML does not know.
    return decode(path, read_bytes(path)).removeprefix("\ufeff") if path.exists() else ""


def _updated(text: str, number: int, fields: dict[str, Any]) -> str:
    document = tomlkit.parse(text)
    tables: Any = document["source"]
    for key, value in fields.items():
        if tables[number].get(key) != value:
            tables[number][key] = value
    return tomlkit.dumps(document)


def _tables(path: Path, text: str) -> list[Any]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # The line is only in the message before Python 3.14.
        place = re.search(r" \(at line (\d+), column \d+\)", str(error))
        message = str(error).replace(place[0], "") if place else str(error)
        line = int(place[1]) if place else None
        raise CorpusError(path, f"is no TOML ({message}); correct this line", line) from error
    for key in sorted(document.keys() - {"source"}):
        found = re.search(rf"^\s*\[*\s*[\"']?{re.escape(key)}\b", text, re.MULTILINE)
        line = text.count("\n", 0, found.end()) + 1 if found else None
        raise CorpusError(path, f"unknown key {key!r}; expected [[source]]; correct it", line)
    tables = document.get("source", [])
    if not isinstance(tables, list) or len(tables) != len(_heads(text)):
        message = "'source' is not a list of tables; expected each below its own line [[source]]"
        raise CorpusError(path, f"{message}; write it so", 1)
    return tables


def _entry(path: Path, text: str, number: int, fields: Any) -> SourceEntry:
    try:
        return SourceEntry.model_validate(fields)
    except ValidationError as error:
        first = first_error(error)
        message = describe(first, SourceEntry.model_fields)
        line = _line(text, number, *first["loc"][:1])
        raise CorpusError(path, message, line) from error


def _line(text: str, number: int, key: int | str | None = None) -> int:
    """The line of a key in the entry of that number, else of the entry: tomllib tells none."""
    lines = text.split("\n")
    start, end = [*_heads(text), len(lines)][number : number + 2]
    assignment = re.compile(rf"\s*[\"']?{re.escape(str(key))}[\"']?\s*=")
    return next((at + 1 for at in range(start, end) if assignment.match(lines[at])), start + 1)


def _heads(text: str) -> list[int]:
    return [at for at, line in enumerate(text.split("\n")) if _ENTRY.match(line)]
