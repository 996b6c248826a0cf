"""python -m bot.evaluation: run sets of questions, report, compare, gate a release; label; fit to our own."""

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.evaluation import annotating, beir, commands, terminal
from bot.evaluation.commands import REPORT, Outputs
from bot.evaluation.counted import counted
from bot.evaluation.export import export
from bot.evaluation.gate import Gate, GateError
from bot.evaluation.judgements import LabelError
from bot.evaluation.options import parser
from bot.evaluation.run_folder import RunError, RunFolder
from bot.evaluation.sets import SetError, load_all
from bot.evaluation.side_by_side import side_by_side
from bot.lines import line_of, schema
from bot.loading import ScreenOnlyError
from bot.settings import Settings
from index.manifest import StaleIndexError

_STOPPED = 130
_ERRORS = (
    SetError,
    RunError,
    GateError,
    LabelError,
    StaleIndexError,
    ScreenOnlyError,
    OSError,
    ValueError,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if done and the gate holds, 1 if it is broken, 2 if what was given can't be used."""
    options = parser().parse_args(arguments)
    try:
        return _COMMANDS[options.command](options)
    except _ERRORS as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nstopped; the same command goes on where it stopped", file=sys.stderr)
        return _STOPPED


def _check(options: Namespace) -> int:
    cases = load_all(options.sets)
    turns = [turn for case in cases for turn in case.turns]
    judged = sum(turn.is_judged for turn in turns)
    print(f"{counted(len(cases), 'case')}, {counted(len(turns), 'turn')}; judged: {judged}")
    return 0


def _run(options: Namespace) -> int:
    gate = Gate.load(options.gate) if options.gate else None
    cases = commands.chosen(options.sets, options.only)
    settings = Settings(index=options.index) if options.index else Settings()
    is_screened = options.screen_only
    folder = commands.run(options.sets, cases, settings, options.out, options.batch, is_screened)
    report = options.html or folder.path / REPORT
    status = _judge(folder, options, gate, report)
    print(f"\nrun: {folder.path}\nreport: {report}")
    return status


def _report(options: Namespace) -> int:
    gate = Gate.load(options.gate) if options.gate else None
    folder = RunFolder(options.run)
    report = options.html or folder.path / REPORT
    status = _judge(folder, options, gate, report)
    print(f"\nreport: {report}")
    return status


def _judge(folder: RunFolder, options: Namespace, gate: Gate | None, report: Path | None) -> int:
    found = commands.judged(folder, options.against, gate)
    outputs = Outputs(report, options.junit, options.csv, options.json, options.markdown)
    commands.write(folder, found, outputs)
    commands.say(folder, found)
    return found.status


def _compare(options: Namespace) -> int:
    found = commands.compared(options.a, options.b)
    for told in terminal.comparison(found):
        print(told)
    if options.html:
        options.html.write_text(side_by_side(found, options.a, options.b), "utf-8")
        print(f"\npage: {options.html}")
    return 0


def _gate(options: Namespace) -> int:
    found = commands.judged(RunFolder(options.run), None, Gate.load(options.gate))
    for breach in found.breaches:
        print(breach)
    if not found.breaches:
        print("gate: passed")
    return found.status


def _baseline(options: Namespace) -> int:
    turns = commands.boil_down(RunFolder(options.run), options.out)
    print(f"{options.out}: {counted(turns, 'turn')}")
    return 0


def _figures(options: Namespace) -> int:
    commands.figures(RunFolder(options.run), options.out)
    return 0


def _replies(options: Namespace) -> int:
    for one in RunFolder(options.run).records():
        print(line_of(one.id, one.turn, one.reply))
    return 0


def _export(options: Namespace) -> int:
    for asked in export(options.set):
        print(asked)
    return 0


def _schema(_: Namespace) -> int:
    print(json.dumps(schema(), indent=1))
    return 0


def _tune(options: Namespace) -> int:
    from bot.evaluation.tune import tune_and_write

    tune_and_write(options.sources, options.questions)
    return 0


def _import_beir(options: Namespace) -> int:
    made = beir.write(beir.read(options.folder, options.split), options.out)
    print(f"{options.out}: {made}")
    return 0


def _label(options: Namespace) -> int:
    out = options.out or options.set.with_suffix(f".{options.annotator}.jsonl")
    settings = Settings(index=options.index) if options.index else Settings()
    count = annotating.label(options.set, options.annotator, out, settings, options.all)
    print(f"{out}: {counted(count, 'new judgement')}")
    return 0


def _labelled(options: Namespace) -> int:
    print(annotating.labelled(options.set, options.judgements, options.out))
    return 0


def _agreement(options: Namespace) -> int:
    print(annotating.agreed(options.a, options.b))
    return 0


_COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "check": _check,
    "run": _run,
    "report": _report,
    "compare": _compare,
    "gate": _gate,
    "baseline": _baseline,
    "import-beir": _import_beir,
    "label": _label,
    "labelled": _labelled,
    "agreement": _agreement,
    "export": _export,
    "replies": _replies,
    "figures": _figures,
    "tune": _tune,
    "schema": _schema,
}

if __name__ == "__main__":
    sys.exit(main())
