"""The messages that the screen learns from: `examples/*.tsv`, one line a message."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from pydantic import Field, ValidationError

from bot.reply import Category, Level
from corpus.document import Frozen

FOLDER = Path(__file__).with_name("examples")
Style = Literal[
    "explicit",
    "indirect",
    "euphemistic",
    "slang",
    "child",
    "misspelt",
    "disguised",
    "buried",
    "question",
    "ordinary",
    "lookalike",
]
LEVELS: tuple[Level, ...] = get_args(Level)
CATEGORIES: tuple[Category, ...] = get_args(Category)
# Authors to whose messages nothing is fitted: `bot.safety.strangers` measures the screen on them.
HELD_OUT = frozenset({95, 96, 97})
# Authors whose messages no model reads, so that fusions and thresholds can be fitted to what it makes of them.
CALIBRATION = frozenset({*range(127, 131), *range(151, 159)})
# Authors who wrote what people put before or behind what they came to say.
ASIDES = frozenset({119, 120, 146, 147})
_NOBODY = "-"


class ExampleError(ValueError):
    """A line that cannot be used: names the file and the line, and says why."""


class Example(Frozen):
    """`voice` is the file's name; the number before its first hyphen is the author."""

    level: Level
    category: Category | None
    about: Literal["self", "other"] | None
    style: Style
    language: str = Field(pattern="^([a-z]{2}|mixed)$")
    text: str = Field(min_length=2)
    voice: str = Field(pattern=r"^\d+-")

    @property
    def author(self) -> int:
        """Who wrote it: cross-validation keeps an author's lines on one side."""
        return int(self.voice.partition("-")[0])


class _Fields(NamedTuple):
    level: str
    category: str
    about: str
    style: str
    language: str
    text: str


def _parsed(line: str, voice: str) -> Example:
    written = line.split("\t")
    if len(written) != len(_Fields._fields):
        raise ValueError(f"{len(written)} fields between tabs, {len(_Fields._fields)} expected")
    fields = _Fields(*written)
    data = fields._asdict() | {"voice": voice, "text": fields.text.replace("\\n", "\n")}
    for name in ("category", "about"):
        data[name] = None if data[name] == _NOBODY else data[name]
    if (fields.level == "none") != (data["category"] is None):
        raise ValueError(f"level {fields.level} with category {fields.category}")
    return Example.model_validate(data)


def first_of(error: ValidationError) -> str:
    """The first thing that is wrong, by the field and what was expected."""
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def read(path: Path) -> Iterator[Example]:
    """The examples of one file; ExampleError names a line that cannot be used."""
    for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield _parsed(line, path.stem)
        except ValidationError as error:
            raise ExampleError(f"{path}:{number}: {first_of(error)}") from error
        except ValueError as error:
            raise ExampleError(f"{path}:{number}: {error}") from error


def examples(folder: Path = FOLDER) -> list[Example]:
    """All of them, in the order of files and lines."""
    return [example for path in sorted(folder.glob("*-*.tsv")) for example in read(path)]


def to_learn() -> list[Example]:
    """Those that models may be fitted to."""
    return [example for example in examples() if example.author not in HELD_OUT | CALIBRATION]


def to_calibrate() -> list[Example]:
    """Those that fusions and thresholds are fitted to."""
    return [example for example in examples() if example.author in CALIBRATION]


def held_out() -> list[Example]:
    """Those that they may not."""
    return [example for example in examples() if example.author in HELD_OUT]
