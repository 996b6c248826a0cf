"""Sets as tables: a row a question, a column a field, in CSV or in a workbook.

A cell may hold several values, one a line or with ` | ` between them. Rows of one id are turns of one
conversation if the column `turn` numbers them. Of a workbook, the first sheet is read and each other
that has a column `question`.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, get_origin

from bot.evaluation.cases import Turn
from bot.evaluation.set_problems import unknown
from bot.evaluation.sheets import Sheet, SheetError, csv_sheet, is_error, workbook_sheets

# Fields of a turn that hold several values.
SEVERAL = frozenset(
    name for name, field in Turn.model_fields.items() if get_origin(field.annotation) is tuple
)
_OF_CASE = ("id", "language", "country")
_COLUMNS = (*_OF_CASE, "turn", *Turn.model_fields)
_BETWEEN = re.compile(r"\n| \| ")
_BETWEEN_TAGS = re.compile(r"\n|\||,")
_TRUTH = {"sí": "yes", "si": "yes"}


class TableEntry(NamedTuple):
    """A case as it is given, and the rows of its turns."""

    given: dict[str, Any]
    sheet: Sheet
    rows: list[int]

    @property
    def part(self) -> str:
        """What a person corrects."""
        return "cell"

    def place(self, loc: Sequence[str | int]) -> str:
        """Where the value at a place of the case stands in the table."""
        row, column = self.rows[0], loc[0]
        if column == "turns":
            row, column = self.rows[int(loc[1])], loc[2]
        return self.sheet.place(row, str(column))


class Table(NamedTuple):
    """The cases of a file, and what is wrong with it apart from the values of single fields."""

    entries: list[TableEntry]
    problems: list[str]


def read_csv(file: str, text: str) -> Table:
    """The cases of a CSV file's text."""
    try:
        return _table([csv_sheet(file, text)])
    except SheetError as error:
        return Table([], [str(error)])


def read_workbook(file: str, data: bytes) -> Table:
    """The cases of an Excel workbook's bytes."""
    try:
        first, *others = workbook_sheets(file, data)
    except SheetError as error:
        return Table([], [str(error)])
    return _table([first, *(sheet for sheet in others if "question" in sheet.header)])


def _table(sheets: Sequence[Sheet]) -> Table:
    table = Table([], [])
    for sheet in sheets:
        groups: defaultdict[str, list[int]] = defaultdict(list)
        problems = [*_of_header(sheet)]
        if not problems:
            for row in range(2, len(sheet.rows) + 1):
                problems += _of_row(sheet, row)
                if cells := sheet.cells(row):
                    groups[cells.get("id", "")].append(row)
            groups.pop("", None)
        for rows in groups.values():
            problems += _of_turns(sheet, rows)
        table.problems.extend(problems)
        table.entries.extend(_entry(sheet, rows) for rows in groups.values())
    return table


def _of_header(sheet: Sheet) -> Iterator[str]:
    header = sheet.header
    for name in ("id", "question"):
        if name not in header:
            place = sheet.place(1, 0).rsplit(",", 1)[0]
            yield f"{place}: found no column {name}; expected a header with it; add it"
    for at, name in enumerate(header):
        if name and name not in _COLUMNS:
            yield f"{sheet.place(1, at)}: {unknown(name, _COLUMNS)}"
        elif name and name in header[:at]:
            yield f"{sheet.place(1, at)}: found {name!r} again; expected it once; join the columns"


def _of_row(sheet: Sheet, row: int) -> Iterator[str]:
    header = sheet.header
    if any(cell.strip() for cell in sheet.rows[row - 1]) and "id" not in sheet.cells(row):
        yield f"{sheet.place(row, 'id')}: found nothing; expected an id; fill in the cell"
    for at, cell in enumerate(sheet.rows[row - 1]):
        if cell.strip() and not "".join(header[at : at + 1]):
            step = "name the column, or quote the cell that holds a delimiter"
            yield f"{sheet.place(row, at)}: found {cell[:60]!r} under no header; expected none; {step}"
        if is_error(cell):
            yield f"{sheet.place(row, at)}: found an error, {cell}; expected a value; correct the cell"


def _of_turns(sheet: Sheet, rows: Sequence[int]) -> Iterator[str]:
    first, *later = [sheet.cells(row) for row in rows]
    turns = [cells.get("turn", "") for cells in (first, *later)]
    for number, (row, turn) in enumerate(zip(rows, turns, strict=True), 1):
        if any(turns) and turn != str(number):
            place = sheet.place(row, "turn")
            yield f"{place}: found {turn!r}; expected {number}; number turns 1, 2, 3 in their order"
        elif number > 1 and not turn:
            yield (
                f"{sheet.place(row, 'id')}: found {first['id']!r} again, as in row {rows[0]}; "
                "expected each id once; rename it, or number turns 1, 2, 3 in a column turn"
            )
    for row, cells in zip(rows[1:], later, strict=True):
        for name in ("language", "country"):
            if name in cells and cells[name] != first.get(name):
                yield (
                    f"{sheet.place(row, name)}: found {cells[name]!r}; expected what row {rows[0]} "
                    f"says, {first.get(name, '')!r}; a conversation has one {name}, so correct it"
                )


def _entry(sheet: Sheet, rows: list[int]) -> TableEntry:
    turns = [sheet.cells(row) for row in rows]
    given: dict[str, Any] = {name: turns[0][name] for name in _OF_CASE if name in turns[0]}
    given["turns"] = [
        {name: _value(name, cell) for name, cell in turn.items() if name in Turn.model_fields}
        for turn in turns
    ]
    if len(turns) == 1:
        given["tags"] = given["turns"][0].pop("tags", [])
    return TableEntry(given, sheet, rows)


def _value(column: str, cell: str) -> Any:
    if column == "skip":
        return _TRUTH.get(cell.casefold(), cell)
    if column == "expect_differ":
        return "" if cell.casefold() == "none" else cell
    if column not in SEVERAL:
        return cell
    between = _BETWEEN_TAGS if column == "tags" else _BETWEEN
    values = [part.strip() for part in between.split(cell) if part.strip()]
    return [_words(one) for one in values] if column == "expect_quote" else values


def _words(cell: str) -> dict[str, str]:
    document, separator, words = cell.partition(" :: ")
    return {"document": document.strip(), "words": words.strip()} if separator else {"words": cell}
