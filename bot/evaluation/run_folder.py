"""A run's folder on disk: which file holds what, read and written line by line."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from filelock import FileLock, Timeout
from pydantic import ValidationError

from bot.evaluation.cases import Case
from bot.evaluation.counted import counted
from bot.evaluation.record import Info, Outcome, Record, Timed
from corpus.document import Frozen

Model = TypeVar("Model", bound=Frozen)

INFO = "run.json"
_LOCK = ".lock"
# What must not change between a run and its going on.
_SAME = ("chosen", "source", "has_model", "turns", "batch", "manifest", "settings", "versions")


class RunError(Exception):
    """A folder or a file that is no run, or no longer the run that it was."""


def lines(path: Path, model: type[Model]) -> Iterator[Model]:
    """A model a line; RunError names the file and the line."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield model.model_validate_json(line)
                except ValidationError as error:
                    # Its text stays out: it may be a crisis message.
                    raise RunError(
                        f"{path}: line {number}: expected {model.__name__}, found something else; "
                        "run the set again"
                    ) from error
    except FileNotFoundError as error:
        raise RunError(
            f"{path}: expected a run's folder or a baseline; found no such file; make one with "
            "`python -m bot.evaluation run SET --out DIR`"
        ) from error


class RunFolder:
    """One run; what is read is read anew each time, since a run may still be going on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cases_file = path / "cases.jsonl"
        self.records_file = path / "records.jsonl"
        self.outcomes_file = path / "outcomes.jsonl"
        self.times_file = path / "times.jsonl"

    @property
    def info(self) -> Info:
        """What ran on what; RunError if the folder holds no run."""
        try:
            return Info.model_validate_json((self.path / INFO).read_bytes())
        except (FileNotFoundError, ValidationError) as error:
            raise RunError(
                f"{self.path}: expected a run's folder with {INFO}; found none"
            ) from error

    def write(self, info: Info) -> None:
        """Replaces what is known of the run."""
        self.path.mkdir(parents=True, exist_ok=True)
        new = self.path / f"{INFO}.new"
        new.write_text(info.model_dump_json(indent=1) + "\n", "utf-8")
        new.replace(self.path / INFO)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Lets no other process write here meanwhile; RunError if one does."""
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.path / _LOCK, timeout=0):
                yield
        except Timeout as error:
            raise RunError(
                f"{self.path}: expected a folder that nobody writes to, found another process that "
                "runs a set into it; wait for its end, or choose another --out"
            ) from error

    def begin(self, info: Info, cases: Sequence[Case]) -> int:
        """How many turns of this very run are done; what a kill left half written is cut off.

        RunError if the folder holds another run.
        """
        files = (self.times_file, self.records_file, self.outcomes_file)
        if (self.path / INFO).exists():
            self._check(info)
        else:
            for path in files:
                path.unlink(missing_ok=True)
            self.write(info)
        new = self.cases_file.with_suffix(".new")
        new.write_text("".join(f"{case.model_dump_json()}\n" for case in cases), "utf-8")
        new.replace(self.cases_file)
        done = min(min(map(_whole_lines, files)), info.turns)
        if done < info.turns:
            done -= done % info.batch
        for path in files:
            _cut(path, done)
        return done

    def check_whole(self) -> None:
        """RunError unless the run came to its end and has all its lines."""
        info = self.info
        files = (self.times_file, self.records_file, self.outcomes_file)
        if info.finished is None or any(_whole_lines(path) != info.turns for path in files):
            raise RunError(
                f"{self.path}: expected a finished run of {counted(info.turns, 'turn')}, found "
                f"{_whole_lines(self.outcomes_file)}; go on with it first, by the same command"
            )

    def _check(self, info: Info) -> None:
        """RunError unless the run that the folder holds was of the same sets, index and version."""
        held = self.info
        for name in _SAME:
            found, expected = getattr(held, name), getattr(info, name)
            if found != expected:
                raise RunError(
                    f"{self.path}: expected to go on with a run of the same {name}, found another "
                    f"({found!s:.80} there, {expected!s:.80} now); choose another --out"
                )

    def cases(self) -> Iterator[Case]:
        """What was asked and expected, in order."""
        return lines(self.cases_file, Case)

    def records(self) -> Iterator[Record]:
        """Every reply, in order."""
        return lines(self.records_file, Record)

    def outcomes(self) -> Iterator[Outcome]:
        """What came of every turn, in order."""
        return lines(self.outcomes_file, Outcome)

    def times(self) -> Iterator[Timed]:
        """How long every turn took, in order."""
        return lines(self.times_file, Timed)


def outcomes_of(path: Path) -> list[Outcome]:
    """Those of a run's folder, or of a baseline's file. RunError if it is neither."""
    return list(RunFolder(path).outcomes() if path.is_dir() else lines(path, Outcome))


def _whole_lines(path: Path) -> int:
    """How many lines end; 0 without a file."""
    if not path.exists():
        return 0
    with path.open("rb") as file:
        return sum(line.endswith(b"\n") for line in file)


def _cut(path: Path, lines: int) -> None:
    """Leaves the first lines of a file."""
    with path.open("ab+") as file:
        file.seek(0)
        for _ in range(lines):
            file.readline()
        file.truncate(file.tell())
