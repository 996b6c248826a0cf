"""Tables as files: CSV, or a workbook of several sheets, read into cells of text whose places are known."""

import csv
import io
import re
import warnings
from typing import Any, NamedTuple

import openpyxl
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils import get_column_letter

_DELIMITERS = ",;\t"


class SheetError(Exception):
    """A file that holds no table."""


class Sheet(NamedTuple):
    """A table's cells as text, the header in row 1; `name` is that of a workbook's sheet."""

    file: str
    name: str | None
    header: list[str]
    rows: list[list[str]]

    def cells(self, row: int) -> dict[str, str]:
        """What is not blank in a row, by its column's name."""
        found = zip(self.header, self.rows[row - 1], strict=False)
        return {name: cell.strip() for name, cell in found if cell.strip()}

    def place(self, row: int, column: int | str) -> str:
        """Where a cell is; rows count from 1, columns from 0 or by name."""
        at = column if isinstance(column, int) else self.header.index(column)
        name = next(iter(self.header[at : at + 1]), "")
        if self.name is None:
            return f"{self.file}: row {row}, column {name or at + 1}"
        cell = f"{get_column_letter(at + 1)}{row}"
        return f"{self.file}: sheet {self.name}, cell {cell}" + (f" ({name})" if name else "")


def _sheet(file: str, name: str | None, rows: list[list[str]]) -> Sheet:
    first = rows[0] if rows else []
    header = [re.sub(r"[\s-]+", "_", cell.strip().casefold()) for cell in first]
    return Sheet(file, name, header, rows)


def csv_sheet(file: str, text: str) -> Sheet:
    """A CSV file's text; its delimiter may be a comma, a semicolon or a tab. SheetError if it is none."""
    rows: list[list[str]] = []
    try:
        # Without `strict`, a quote that is never closed swallows all rows that follow.
        lines = io.StringIO(text, newline="")
        for row in csv.reader(lines, delimiter=_delimiter(text), strict=True):
            rows.append(row)
    except csv.Error as error:
        step = "close each quotation mark, and double it inside a cell"
        place = f"{file}: row {len(rows) + 1}"
        raise SheetError(f"{place}: found no CSV ({error}); expected cells; {step}") from error
    return _sheet(file, None, rows)


def workbook_sheets(file: str, data: bytes) -> list[Sheet]:
    """An Excel workbook's bytes; a formula is the value saved with it. SheetError if it is none."""
    try:
        first, *others = _sheets(file, data)
    # openpyxl lets through whatever unzipping and parsing a broken file raise.
    except Exception as error:
        step = "save it as .xlsx, without a password"
        problem = f"{file}: found no workbook ({error}); expected one; {step}"
        raise SheetError(problem) from error
    return [first, *others]


def is_error(cell: str) -> bool:
    """Whether a cell holds an error of a spreadsheet instead of a value."""
    return cell in ERROR_CODES


def _delimiter(text: str) -> str:
    header = text.split("\n", 1)[0]
    try:
        return csv.Sniffer().sniff(header, _DELIMITERS).delimiter
    except csv.Error:
        return max(_DELIMITERS, key=header.count)


def _sheets(file: str, data: bytes) -> list[Sheet]:
    # It warns of formatting that it does not know, which says nothing about cells.
    with warnings.catch_warnings(action="ignore"):
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = []
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some programs write wrong ones
            rows = [[_text(cell) for cell in row] for row in sheet.iter_rows()]
            sheets.append(_sheet(file, sheet.title, rows))
    return sheets


def _text(cell: Any) -> str:
    value = cell.value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    # A document's number may be shown as 003.
    if isinstance(value, int) and set(cell.number_format) == {"0"}:
        return str(value).zfill(len(cell.number_format))
    return "" if value is None else str(value)
