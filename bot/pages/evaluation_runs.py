"""The runs that there are: how far each came, and how it ended, as their folders tell."""

import signal
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import ValidationError

from bot.evaluation.run_folder import INFO, RunError, RunFolder
from bot.pages.evaluation_log import LOG, last_lines
from corpus.document import Frozen

JOB = "job.json"

State = Literal["running", "finished", "stopped", "failed"]
Verdict = Literal["holds", "broken"]

# How a run ends that something else stopped; None: nobody saw it end.
_STOPPED = (None, 130, -signal.SIGINT, -signal.SIGTERM)
_GATE_BROKEN = 1
_DIGITS = 8  # of a digest that staff can tell apart


class Job(Frozen):
    """What staff started: enough to go on with it.

    `exit` is the command's status once it has ended, `was_stopped` whether it was told to.
    """

    set: Path
    gate: Path | None = None
    started: str
    exit: int | None = None
    was_stopped: bool = False

    def write(self, folder: Path) -> None:
        """Replaces what is known of the job."""
        new = folder / f"{JOB}.new"
        new.write_text(self.model_dump_json(), "utf-8")
        new.replace(folder / JOB)


class Tally(Frozen):
    """How many turns were judged, and how many of them met all that was expected."""

    passed: int
    judged: int


class Run(Frozen):
    """One run as staff see it. `turns` is not known before the set was read, `tally` while it runs.

    `version` tells what answered: digests of the program and of its index. `job` is missing if it was
    started at the command line; `said` are the last lines of its log.
    """

    folder: Path
    sets: str
    version: str
    started: str
    state: State
    done: int
    turns: int | None
    tally: Tally | None
    job: Job | None
    said: tuple[str, ...]

    @property
    def name(self) -> str:
        """What it is called in addresses."""
        return self.folder.name

    @property
    def is_finished(self) -> bool:
        """Whether there is a report of it, or one can be made."""
        return self.state == "finished"

    @property
    def verdict(self) -> Verdict | None:
        """What the gate says, if the run had one and got so far."""
        if not self.is_finished or self.job is None or self.job.gate is None:
            return None
        if self.job.exit == _GATE_BROKEN:
            return "broken"
        return "holds" if self.job.exit == 0 else None


class Runs:
    """All runs in a folder; a name in a request is looked for among them, and never made a path.

    `running` is the name of the run that has not ended, if there is one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def one(self, name: str, running: str | None) -> Run | None:
        """The run of that name, if there is one."""
        path = next((path for path in self._paths() if path.name == name), None)
        return _run(path, name == running) if path else None

    def all(self, running: str | None) -> list[Run]:
        """Newest first."""
        found = (_run(path, path.name == running) for path in self._paths())
        return sorted((run for run in found if run), key=lambda run: run.started, reverse=True)

    def _paths(self) -> Iterator[Path]:
        if self._folder.is_dir():
            yield from (path for path in self._folder.iterdir() if path.is_dir())


def _run(path: Path, is_running: bool) -> Run | None:
    """What a folder holds; None if it is no run."""
    begun, job = _begun(path, _changed(path / INFO)), _job(path)
    if begun is None and job is None:
        return None
    outcomes = RunFolder(path).outcomes_file
    return Run(
        folder=path,
        sets=begun.sets if begun else job.set.name if job else "",
        version=begun.version if begun else "",
        started=begun.started if begun else job.started if job else "",
        state=_state(begun, job, is_running),
        done=_lines(outcomes),
        turns=begun.turns if begun else None,
        tally=None if is_running else _tally(path, _changed(outcomes)),
        job=job,
        said=tuple(last_lines(path / LOG)),
    )


class _Begun(NamedTuple):
    """What is shown of a run's Info, which is large."""

    sets: str
    version: str
    started: str
    turns: int
    is_finished: bool


# What a file holds is read once for each time that it `changed`, since a list shows all runs.
@lru_cache(maxsize=512)
def _begun(path: Path, changed: int) -> _Begun | None:
    try:
        info = RunFolder(path).info
    except RunError:
        return None
    names = ", ".join(Path(name).name for name in info.sets)
    of_index = info.manifest.generation[:_DIGITS] if info.manifest else "none"
    version = f"program {info.source[:_DIGITS]}, index {of_index}"
    return _Begun(names, version, info.started, info.turns, info.finished is not None)


def _job(path: Path) -> Job | None:
    try:
        return Job.model_validate_json((path / JOB).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def _state(begun: _Begun | None, job: Job | None, is_running: bool) -> State:
    if is_running:
        return "running"
    if begun and begun.is_finished:
        return "finished"
    if job is None or job.was_stopped or job.exit in _STOPPED:
        return "stopped"
    return "failed"


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


def _lines(path: Path) -> int:
    if not path.exists():
        return 0
    with path.open("rb") as file:
        return sum(line.endswith(b"\n") for line in file)


@lru_cache(maxsize=512)
def _tally(path: Path, changed: int) -> Tally | None:
    try:
        judged = [one for one in RunFolder(path).outcomes() if one.checks]
    except RunError:
        return None
    return Tally(passed=sum(one.is_passed for one in judged), judged=len(judged))
