"""Runs that were started on the page: each a process of its own, so that visitors do not wait for it."""

import re
import signal
import subprocess
import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path

from bot.pages.evaluation_log import LOG
from bot.pages.evaluation_runs import Job

# Seconds that a run has to end in when the server ends.
_LEAVE = 5.0
_UNSAFE = re.compile(r"[^\w.-]+")


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class BusyError(Exception):
    """A run that can't begin, since another one has not ended."""


class Jobs:
    """One run at a time: two would share the machine, and tell wrong times of both.

    Used from one thread, that of the server's loop.
    """

    def __init__(self, runs: Path, index: Path) -> None:
        self._runs = runs
        self._index = index
        self._now: _Going | None = None

    @property
    def running(self) -> str | None:
        """The name of the run that has not ended, if there is one."""
        return self._now.folder.name if self._now and self._now.is_alive else None

    def start(self, set: Path, gate: Path | None) -> str:
        """Begins a run and returns its name. BusyError if another one has not ended."""
        self._check()
        self._runs.mkdir(parents=True, exist_ok=True)
        started = datetime.now(UTC)
        prefix = f"{_UNSAFE.sub('-', set.stem)}-{started:%Y-%m-%d}-"
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=self._runs))
        return self.go_on(
            folder, Job(set=set, gate=gate, started=started.isoformat(timespec="seconds"))
        )

    def go_on(self, folder: Path, job: Job) -> str:
        """Does the same once more, which goes on where it stopped. BusyError as above."""
        self._check()
        self._now = _Going(
            folder, job.model_copy(update={"exit": None, "was_stopped": False}), self._index
        )
        return folder.name

    def stop(self) -> None:
        """Asks the run to stop, and if it was asked before, makes it."""
        if self._now:
            self._now.stop()

    def close(self) -> None:
        """Leaves no run behind; one that was going on can go on later."""
        if self._now:
            self._now.close()

    def _check(self) -> None:
        if self.running:
            raise BusyError(f"{self.running} has not ended yet; wait for it, or stop it")


class _Going:
    """A run's process, and the thread that waits for its end and writes it down."""

    def __init__(self, folder: Path, job: Job, index: Path) -> None:
        self.folder = folder
        job.write(folder)
        with (folder / LOG).open("wb") as log:
            self._process = subprocess.Popen(
                _command(folder, job, index),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                # A server that was started in the background of a shell ignores SIGINT, and hands
                # that on to what it starts.
                preexec_fn=_heed_interrupts,
            )
        self._was_stopped = False
        self._waiting = threading.Thread(target=self._wait, args=(job,), name="run", daemon=True)
        self._waiting.start()

    @property
    def is_alive(self) -> bool:
        """Until it is written down how it ended."""
        return self._waiting.is_alive()

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM if self._was_stopped else signal.SIGINT)
        self._was_stopped = True

    def close(self) -> None:
        self.stop()
        self._waiting.join(_LEAVE)
        self._process.kill()
        self._waiting.join()

    def _wait(self, job: Job) -> None:
        status = self._process.wait()
        ended = {"exit": status, "was_stopped": self._was_stopped}
        job.model_copy(update=ended).write(self.folder)


def _command(folder: Path, job: Job, index: Path) -> list[str]:
    gate = ["--gate", str(job.gate)] if job.gate else []
    told = ["run", str(job.set), "--index", str(index), "--out", str(folder), *gate]
    return [sys.executable, "-m", "bot.evaluation", *told]
