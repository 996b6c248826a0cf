"""What each command of the evaluator's bench does, from the files that it is given to those it leaves."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from bot.answer import Bot
from bot.evaluation import baseline, exports, terminal, what_runs
from bot.evaluation.cases import Case
from bot.evaluation.compare import Comparison, compare
from bot.evaluation.gate import Gate
from bot.evaluation.metrics import Group, summarise
from bot.evaluation.report import html
from bot.evaluation.run import Runner, progress
from bot.evaluation.run_folder import RunFolder, outcomes_of
from bot.evaluation.sets import SetError, load_all
from bot.loading import load_bot, load_reader
from bot.settings import Settings

REPORT = "report.html"


class Outputs(NamedTuple):
    """Files to be written of a run, each if it is named."""

    html: Path | None = None
    junit: Path | None = None
    csv: Path | None = None
    json: Path | None = None
    markdown: Path | None = None


class Judged(NamedTuple):
    """A run's figures, how it compares with another, and where it breaks the gate."""

    groups: tuple[Group, ...]
    comparison: Comparison | None
    breaches: tuple[str, ...]
    is_gated: bool

    @property
    def status(self) -> int:
        """0 unless the gate is broken."""
        return 1 if self.breaches else 0


def chosen(sets: Sequence[Path], only: Sequence[str]) -> list[Case]:
    """The cases of some sets that have all of some tags. SetError if a set can't be read, or none is left."""
    cases = load_all(sets)
    wanted = set(only)
    kept = [case for case in cases if wanted <= {*case.tags, *_tags_of_turns(case)}]
    if not kept:
        tags = {tag for case in cases for tag in (*case.tags, *_tags_of_turns(case))}
        known = ", ".join(sorted(tags)) or "none"
        raise SetError(f"no case has the tags {', '.join(only)}; the tags of these sets: {known}")
    return kept


def run(
    sets: Sequence[Path],
    cases: Sequence[Case],
    settings: Settings,
    out: Path | None,
    batch: int,
    is_screened: bool,
) -> RunFolder:
    """Runs the cases, or goes on with the run that is in `out`.

    SetError if the set expects what the index does not hold.
    """
    bot = Bot(None, settings.country, load_reader()) if is_screened else load_bot(settings)
    info = what_runs.info(sets, cases, settings, bot, batch)
    folder = RunFolder(out or what_runs.folder(info))
    runner = Runner(bot)
    problems = runner.check(cases)
    if problems:
        raise SetError("\n".join(problems))
    progress(runner.run(cases, folder, info), info.turns)
    return folder


def judged(folder: RunFolder, against: Path | None, gate: Gate | None) -> Judged:
    """Figures of a finished run, compared with another one, or with the baseline that its gate holds to.

    RunError if it is not finished, GateError if the gate cannot be applied.
    """
    folder.check_whole()
    outcomes = list(folder.outcomes())
    groups = summarise(outcomes, [one.milliseconds for one in folder.times()])

    def compared_with(other: Path | None) -> Comparison | None:
        if other is None:
            return None
        return compare(outcomes_of(other), outcomes, (other.name, folder.path.name))

    baseline = compared_with(gate.baseline) if gate else None
    breaches = tuple(gate.breaches(groups, baseline)) if gate else ()
    shown = compared_with(against) if against else baseline
    return Judged(groups, shown, breaches, gate is not None)


def write(folder: RunFolder, found: Judged, outputs: Outputs) -> None:
    """Writes the files that are asked for."""
    failed = [(one.id, one.turn) for one in folder.outcomes() if not one.is_passed]
    comparison, breaches = found.comparison, found.breaches
    makers: dict[Path | None, Callable[[], str]] = {
        outputs.html: lambda: html(folder, found.groups, comparison, breaches, found.is_gated),
        outputs.junit: lambda: exports.junit(folder),
        outputs.csv: lambda: exports.csv(folder),
        outputs.json: lambda: exports.json(folder, found.groups),
        outputs.markdown: lambda: exports.markdown(found.groups, comparison, breaches, failed),
    }
    for path, make in makers.items():
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Spreadsheets take a CSV for UTF-8 only if it says so.
            path.write_text(make(), "utf-8-sig" if path == outputs.csv else "utf-8")


def say(folder: RunFolder, found: Judged) -> None:
    """Prints figures, what failed, comparison and breaches."""
    _print(terminal.summary(found.groups))
    _print(terminal.failed(folder.outcomes(), folder.cases()))
    if found.comparison:
        print()
        _print(terminal.comparison(found.comparison))
    for breach in found.breaches:
        print(f"gate: {breach}", file=sys.stderr)
    if found.is_gated and not found.breaches:
        print("gate: passed")


def compared(a: Path, b: Path) -> Comparison:
    """Two runs or baselines, the older one first."""
    return compare(outcomes_of(a), outcomes_of(b), (a.name, b.name))


def boil_down(folder: RunFolder, path: Path) -> int:
    """Writes the baseline of a finished run; how many turns it has."""
    folder.check_whole()
    return baseline.write(folder.outcomes(), path)


def figures(folder: RunFolder, path: Path) -> None:
    """Writes what the public page about safety shows: the screen's figures and their intervals."""
    folder.check_whole()
    group = summarise(list(folder.outcomes()))[0]
    day = (folder.info.finished or "").partition("T")[0]
    shown: dict[str, object] = {"date": day, "messages": group.figures[0].n}
    for figure in group.figures:
        if "_" in figure.name and figure.value is not None and figure.low is not None:
            shown[figure.name] = round(figure.value, 3)
            shown[f"{figure.name}_ci"] = (round(figure.low, 3), round(figure.high or 1.0, 3))
    path.write_text(json.dumps(shown, indent=1) + "\n", "utf-8")


def _tags_of_turns(case: Case) -> Iterable[str]:
    return (tag for turn in case.turns for tag in turn.tags)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)
