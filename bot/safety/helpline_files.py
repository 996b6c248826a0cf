"""The helplines on file, one TOML a country or region: `helplines/<country>.toml`.

A line is shown if a published page prints its number or a person of this clinic has confirmed it.
Emergency numbers are a class of their own: they are always shown.
"""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field, ValidationError

from bot.reply import Category, Helpline, Level
from corpus.document import Frozen

FOLDER = Path(__file__).with_name("helplines")
ANYWHERE = "any"

Kind = Literal["emergency", "special", "national", "audience"]
_LEVELS: tuple[Level, ...] = ("concern", "crisis", "emergency")


class HelplineError(ValueError):
    """A file of lines that cannot be used: names the file, and says why."""


class Line(Helpline):
    """A line as it stands in a file; `shown()` is what visitors read."""

    kind: Kind
    categories: tuple[Category, ...] = ()
    levels: tuple[Level, ...] = Field(min_length=1)
    audience: str | None = None
    verified: bool
    evidence: str = Field(min_length=1)
    last_checked: str
    checked_by: str

    @property
    def checked(self) -> date | None:
        """When a person of this clinic confirmed the line; None if nobody did, or no day is read."""
        try:
            return date.fromisoformat(self.last_checked) if self.checked_by.strip() else None
        except ValueError:
            return None

    @property
    def is_shown(self) -> bool:
        return self.verified or self.kind == "emergency" or self.checked is not None

    @property
    def is_reachable(self) -> bool:
        """Whether there is anything to confirm: the emergency number of no country in particular is none."""
        return bool(self.call or self.text or self.chat)

    def fault(self, today: date) -> str | None:
        """What is wrong with the fields of a check, in words; None where they are empty or right."""
        if not self.last_checked and not self.checked_by:
            return None
        if not self.checked_by.strip():
            return "last_checked is filled in and checked_by is empty: write who checked the line"
        if self.checked is None:
            return f"last_checked is {self.last_checked!r}: write a day such as 2026-01-31"
        if self.checked > today:
            return f"last_checked is {self.last_checked}, a day that has not come yet"
        return None

    def is_for(self, category: Category | None, level: Level) -> bool:
        return level in self.levels and (not self.categories or category in self.categories)

    def shown(self) -> Helpline:
        """The part that visitors read, with the people it is for behind its name."""
        named = f"{self.name} ({self.audience})" if self.audience else self.name
        return Helpline(
            name=named,
            call=self.call,
            text=self.text,
            chat=self.chat,
            hours=self.hours,
            languages=self.languages,
        )


class Entry(NamedTuple):
    """A line and the file in which it stands."""

    path: Path
    line: Line


class _File(Frozen):
    also: tuple[str, ...] = ()
    lines: tuple[Line, ...]


def _is_region(name: str) -> bool:
    return "-" in name


def read(path: Path) -> _File:
    """The lines in one file; what would leave a visitor without a line is a `HelplineError`."""
    try:
        file = _File.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise HelplineError(f"{path}: {error}") from error
    if _is_region(path.stem):
        return file
    always = [line for line in file.lines if line.is_shown and not line.categories]
    # So that no level and no category is ever without a line.
    if not any(line.kind == "national" and set(line.levels) >= set(_LEVELS) for line in always):
        raise HelplineError(
            f"{path}: no verified line of kind national with the levels {', '.join(_LEVELS)}"
        )
    urgent = {"crisis", "emergency"}
    if not any(line.kind == "emergency" and set(line.levels) >= urgent for line in always):
        raise HelplineError(f"{path}: no line of kind emergency with the levels crisis, emergency")
    return file


_FILES = {path.stem: read(path) for path in sorted(FOLDER.glob("*.toml"))}
# A file of its own comes before one that serves several countries.
_FILE_OF = {code: name for name, file in _FILES.items() for code in file.also}
_FILE_OF |= {name: name for name in _FILES}


def files() -> tuple[str, ...]:
    """Every country and region that has a file, as `entries` takes them."""
    return tuple(_FILES)


def entries(country: str) -> Iterator[Entry]:
    """All lines on file for a country, shown or not, a region's after those of its country."""
    code = country.strip().lower().replace("_", "-")
    nation = _FILE_OF.get(code.partition("-")[0], ANYWHERE)
    names = [nation, code] if _is_region(code) and code in _FILES else [nation]
    for name in names:
        for line in _FILES[name].lines:
            yield Entry(FOLDER / f"{name}.toml", line)
