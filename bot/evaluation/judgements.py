"""What annotators judged, on disk: a line a judgement, of which the newest of an annotator counts.

That no document answers is a word on the whole question, and says 0 of every candidate; it and a grade
on one of its candidates take each other back, whichever is newer.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, Self

from pydantic import AwareDatetime, Field, ValidationError, model_validator

from bot.evaluation.cases import Place, Text
from corpus.document import Frozen

Grade = Literal[0, 1, 2]
GRADES: tuple[Grade, ...] = (0, 1, 2)


class Judgement(Frozen):
    """Of one candidate: 2 answers, 1 answers in part, 0 does not. Without a document: none answers."""

    id: Text
    turn: int = Field(ge=0)
    document: str | None = None
    start: int | None = None
    end: int | None = None
    sha256: str | None = None
    grade: Grade
    annotator: Text
    time: AwareDatetime

    @model_validator(mode="after")
    def _is_of_a_place_or_of_all(self) -> Self:
        where = (self.document, self.start, self.end, self.sha256)
        if None in where and (self.grade or any(value is not None for value in where)):
            raise ValueError(
                "expected document, start, end and sha256, or none of them and grade 0"
            )
        return self

    @property
    def place(self) -> Place | None:
        """What was judged; None for the whole question."""
        if self.document is None or self.start is None or self.end is None or self.sha256 is None:
            return None
        return Place(document=self.document, start=self.start, end=self.end, sha256=self.sha256)


class Opinion(NamedTuple):
    """All that counts of what one annotator judged about one question."""

    annotator: str
    id: str
    turn: int
    grades: Mapping[Place, Grade]
    is_unanswerable: bool

    def grade(self, place: Place) -> Grade | None:
        """What the annotator holds of a place; None if that is not known."""
        return 0 if self.is_unanswerable else self.grades.get(place)


Say = Callable[[str], None]


class LabelError(Exception):
    """What cannot be labelled, or a file that does not hold judgements."""


def opinions(judgements: Sequence[Judgement]) -> list[Opinion]:
    """What counts, by annotator and question, in the order in which they were begun."""
    held: defaultdict[tuple[str, str, int], dict[Place | None, Grade]] = defaultdict(dict)
    for new in sorted(judgements, key=lambda one: one.time):
        of = held[new.annotator, new.id, new.turn]
        of.pop(None, None)
        of[new.place] = new.grade
    return [
        Opinion(*key, {place: grade for place, grade in of.items() if place}, None in of)
        for key, of in held.items()
    ]


def read(path: Path, say: Say) -> list[Judgement]:
    """All judgements of a file; half a last line, which a crash leaves, is moved to a file beside it.

    LabelError names any other line that is no judgement, or a file that is not there.
    """
    *whole, last = _bytes(path).split(b"\n")
    held = [_parsed(path, number, line) for number, line in enumerate(whole, 1) if line.strip()]
    return [*held, *_mended(path, last, say)] if last else held


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise LabelError(
            f"{path}: expected a file of judgements, found none to read ({error.strerror}); check its "
            "name, or make one with `python -m bot.evaluation label SET --annotator NAME`"
        ) from error


def _parsed(path: Path, number: int, line: bytes) -> Judgement:
    try:
        return Judgement.model_validate_json(line)
    except ValidationError as error:
        raise LabelError(
            f"{path}:{number}: expected a judgement, found {line[:60].decode(errors='replace')!r}; "
            "mend the line or choose another --out"
        ) from error


def _mended(path: Path, last: bytes, say: Say) -> list[Judgement]:
    """What a last line without an end holds, once the file ends with a whole line again."""
    try:
        found = [Judgement.model_validate_json(last)]
        append(path, b"\n")
        return found
    except ValidationError:
        beside = path.with_name(f"{path.name}.half")
        append(beside, last + b"\n")
        os.truncate(path, path.stat().st_size - len(last))
        say(
            f"{path}: the last line was half written; it is now in {beside} and will be asked again."
        )
        return []


def append(path: Path, line: bytes) -> None:
    """Writes to the end of a file, and to the disk before it returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
