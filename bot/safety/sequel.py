"""What people say next when they have told of danger: `sequels/*.tsv`, one line a turn."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from bot.safety.example import ExampleError, first_of
from corpus.document import Frozen, Language

FOLDER = Path(__file__).with_name("sequels")
# Authors to whose turns nothing is fitted: they measure what came of it.
HELD_OUT = frozenset({7, 8})
_NAMES = ("label", "level", "language", "disclosure", "turn")


class Sequel(Frozen):
    """A turn that follows a disclosure: `on` goes on telling of it, `off` is an ordinary one.

    `level` is what the screen should make of the disclosure alone.
    """

    label: Literal["on", "off"]
    level: Literal["crisis", "emergency"]
    language: Language
    disclosure: str = Field(min_length=2)
    turn: str = Field(min_length=2)
    voice: str = Field(pattern=r"^\d+-")

    @property
    def author(self) -> int:
        """Who wrote it; these are others than the examples' authors."""
        return int(self.voice.partition("-")[0])

    @property
    def goes_on(self) -> bool:
        """Whether the turn leaves the danger where it was."""
        return self.label == "on"


def _read(path: Path) -> Iterator[Sequel]:
    # Not `splitlines`, which also ends a line at signs that a visitor may type.
    for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        fields = line.split("\t")
        if len(fields) != len(_NAMES):
            raise ExampleError(
                f"{path}:{number}: {len(fields)} fields between tabs, {len(_NAMES)} expected"
            )
        named = dict(zip(_NAMES, fields, strict=True)) | {"voice": path.stem}
        try:
            yield Sequel.model_validate(named)
        except ValidationError as error:
            raise ExampleError(f"{path}:{number}: {first_of(error)}") from error


def sequels(folder: Path = FOLDER) -> list[Sequel]:
    """All of them; ExampleError names a line that cannot be used."""
    return [one for path in sorted(folder.glob("*-*.tsv")) for one in _read(path)]
