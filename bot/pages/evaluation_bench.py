"""What the evaluation page works on: folders, the sets and runs in them, and the run that is going on."""

from functools import partial
from pathlib import Path

from anyio import CapacityLimiter, to_thread
from fastapi import HTTPException

from bot.evaluation.what_runs import RUNS
from bot.pages.evaluation_jobs import Jobs
from bot.pages.evaluation_reports import Reports
from bot.pages.evaluation_runs import Run, Runs
from bot.pages.evaluation_sets import SHIPPED, Shelf
from corpus.document import Frozen

# Of their own, as few as staff need: the server's threads are the visitors'.
_THREADS = 2


class Folders(Frozen):
    """Where the page reads and writes; `index` is what runs answer from."""

    index: Path
    sets: Path = Path("var/sets")
    runs: Path = RUNS
    shipped: Path = SHIPPED


class Bench:
    """One for each server. What reads many files does so in `threads`."""

    def __init__(self, folders: Folders) -> None:
        self.jobs = Jobs(folders.runs, folders.index)
        self.shelf = Shelf(folders.sets, folders.shipped)
        self.reports = Reports()
        self.threads = CapacityLimiter(_THREADS)
        self._runs = Runs(folders.runs)

    async def runs(self) -> list[Run]:
        """All runs, newest first."""
        return await to_thread.run_sync(self._runs.all, self.jobs.running, limiter=self.threads)

    async def run(self, name: str) -> Run:
        """The run of that name; 404 if there is none."""
        read = partial(self._runs.one, name, self.jobs.running)
        found = await to_thread.run_sync(read, limiter=self.threads)
        if found is None:
            raise HTTPException(404, "there is no such run")
        return found

    async def finished(self, name: str) -> Run:
        """A run that there can be a report of; 409 if it has not come to its end."""
        run = await self.run(name)
        if not run.is_finished:
            raise HTTPException(409, f"{name} is not finished; let it go on to its end first")
        return run
