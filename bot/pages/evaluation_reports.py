"""The files that a run is reported in, each made when it is first asked for."""

import re
import sys
from pathlib import Path

import anyio

from bot.pages.evaluation_runs import Run
from corpus.document import Frozen

_DONE = (0, 1)  # 1: done, and the gate is broken


class Form(Frozen):
    """A form of report: the option that asks for it, what file it becomes, and how staff know it."""

    option: str
    name: str
    file: str
    media_type: str


HTML = Form(option="html", name="Report", file="report.html", media_type="text/html")
DOWNLOADS = (
    Form(option="csv", name="CSV: a row for each turn", file="report.csv", media_type="text/csv"),
    Form(option="json", name="JSON: everything", file="report.json", media_type="application/json"),
    Form(
        option="junit",
        name="JUnit: for build servers",
        file="report.junit.xml",
        media_type="application/xml",
    ),
    Form(
        option="markdown",
        name="Markdown: figures and failures",
        file="report.md",
        media_type="text/markdown",
    ),
)


class ReportError(Exception):
    """A report that could not be made; its text is what the command said."""


class Reports:
    """Makes one report at a time, since each loads a good deal."""

    def __init__(self) -> None:
        self._making = anyio.Lock()

    async def of(self, run: Run, form: Form, against: Run | None) -> Path:
        """The report of a finished run, compared with another one if that is given. Or ReportError."""
        path = run.folder / (f"against-{against.name}.html" if against else form.file)
        async with self._making:
            if not path.exists():
                await _make(run, form, path, against)
        return path


async def _make(run: Run, form: Form, path: Path, against: Run | None) -> None:
    # What has its name is whole.
    new = path.with_name(f".{path.name}.new")
    told = ["report", str(run.folder), f"--{form.option}", str(new)]
    if against:
        told += ["--against", str(against.folder)]
    if run.job and run.job.gate:
        told += ["--gate", str(run.job.gate)]
    command = [sys.executable, "-m", "bot.evaluation", *told]
    done = await anyio.run_process(command, check=False)
    if done.returncode not in _DONE or not new.exists():
        said = re.split(r"[\r\n]+", done.stderr.decode("utf-8", "replace").strip())
        raise ReportError(said[-1] or f"the report ended with {done.returncode}; try again")
    new.replace(path)
