"""Which human lines a visitor is shown. The numbers are data: `helplines/<country>.toml`."""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from bot.reply import Category, Helpline, Level
from corpus.document import Frozen

_Kind = Literal["emergency", "special", "national", "audience"]
_ORDER: dict[Level, tuple[_Kind, ...]] = {
    "concern": ("national", "special"),
    "crisis": ("special", "national", "emergency", "audience"),
    "emergency": ("emergency", "special", "national"),
}
# One primary action and at most three others: more is a list that nobody in distress reads.
_SHOWN = 4
_ANYWHERE = "any"


class HelplineError(ValueError):
    """A file of lines that cannot be used: names the file, and says why."""


class _Line(Helpline):
    kind: _Kind
    categories: tuple[Category, ...] = ()
    levels: tuple[Level, ...] = Field(min_length=1)
    audience: str | None = None
    evidence: str = Field(min_length=1)
    last_checked: str
    checked_by: str

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


class _Country(Frozen):
    lines: tuple[_Line, ...]


def _read(path: Path) -> tuple[_Line, ...]:
    try:
        lines = _Country.model_validate(tomllib.loads(path.read_text("utf-8"))).lines
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise HelplineError(f"{path}: {error}") from error
    # So that no level and no category is ever without a line.
    if not any(line.kind == "national" and set(line.levels) >= set(_ORDER) for line in lines):
        raise HelplineError(f"{path}: no line of kind national with the levels {', '.join(_ORDER)}")
    return lines


_COUNTRIES = {
    path.stem: _read(path) for path in sorted(Path(__file__).with_name("helplines").glob("*.toml"))
}


def _lines(country: str) -> tuple[_Line, ...]:
    return _COUNTRIES.get(country.strip().lower(), _COUNTRIES[_ANYWHERE])


def helplines_for(country: str, category: Category | None, level: Level) -> tuple[Helpline, ...]:
    """One to four lines, the one to use first in front.

    `country` is a two-letter code. One without a file of its own gets the lines that hold
    anywhere, never another country's. At level none the lines are those of a concern.
    """
    level = "concern" if level == "none" else level
    fitting = [line for line in _lines(country) if line.is_for(category, level)]
    ordered = [line for kind in _ORDER[level] for line in fitting if line.kind == kind]
    return tuple(line.shown() for line in ordered[:_SHOWN])


def unconfirmed(country: str) -> tuple[str, ...]:
    """Names of the lines that no person at this clinic has tried yet."""
    return tuple(
        line.name for line in _lines(country) if not (line.last_checked and line.checked_by)
    )
