"""The words of the evaluator's command line."""

import argparse
from pathlib import Path

from bot.evaluation.run import BATCH

_SETS = "a set: .jsonl, .csv, .yaml or .xlsx"
_RUN = "a run's folder"


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    all_of = argparse.ArgumentParser(prog="python -m bot.evaluation")
    commands = all_of.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _bench(commands)
    _labelling(commands)
    _ours(commands)
    return all_of


def _bench(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    check = commands.add_parser("check", help="read sets and say what is wrong with them")
    check.add_argument("sets", type=Path, nargs="+", metavar="SET", help=_SETS)
    run = commands.add_parser("run", help="ask every question of sets, and judge the replies")
    run.add_argument("sets", type=Path, nargs="+", metavar="SET", help=_SETS)
    where = run.add_mutually_exclusive_group()
    where.add_argument("--index", type=Path, metavar="DIR", help="default: FAQ_INDEX")
    where.add_argument(
        "--screen-only", action="store_true", help="screen without an index: levels only"
    )
    run.add_argument("--out", type=Path, metavar="DIR", help="default: a folder in var/runs")
    run.add_argument(
        "--only", action="append", default=[], metavar="TAG", help="cases with this tag; repeatable"
    )
    run.add_argument(
        "--batch",
        type=_at_least_one,
        default=BATCH,
        metavar="N",
        help="turns at a time (%(default)s); 1 to time each by itself",
    )
    _outputs(run)
    report = commands.add_parser("report", help="write reports of a run")
    report.add_argument("run", type=Path, metavar="RUN", help=_RUN)
    _outputs(report)
    compare = commands.add_parser("compare", help="two runs, or a baseline and a run")
    compare.add_argument("a", type=Path, metavar="RUN_A", help="the older one")
    compare.add_argument("b", type=Path, metavar="RUN_B", help="the newer one")
    compare.add_argument(
        "--html", type=Path, metavar="FILE", help="both replies to each turn that changed"
    )
    gate = commands.add_parser("gate", help="exit with 1 if a run breaks a gate")
    gate.add_argument("run", type=Path, metavar="RUN", help=_RUN)
    gate.add_argument("gate", type=Path, metavar="GATE", help="a .toml file")
    baseline = commands.add_parser("baseline", help="boil a run down to compare later ones with")
    baseline.add_argument("run", type=Path, metavar="RUN", help=_RUN)
    baseline.add_argument("out", type=Path, metavar="FILE", help="a .jsonl file")
    beir = commands.add_parser("import-beir", help="make a set and its documents of a BEIR folder")
    beir.add_argument("folder", type=Path, metavar="DIR", help="with corpus, queries and qrels")
    beir.add_argument("out", type=Path, metavar="OUT", help="where set.jsonl and sources/ go")
    beir.add_argument("--split", default="test", help="of the qrels (%(default)s)")


def _outputs(of: argparse.ArgumentParser) -> None:
    of.add_argument("--gate", type=Path, metavar="FILE", help="exit with 1 if it is broken (.toml)")
    of.add_argument("--against", type=Path, metavar="RUN", help="a run or baseline to compare with")
    for kind, what in (
        ("html", "the report (default of `run`: report.html in the run's folder)"),
        ("junit", "for build servers"),
        ("csv", "a row a turn"),
        ("json", "everything"),
        ("markdown", "for a pull request"),
    ):
        of.add_argument(f"--{kind}", type=Path, metavar="FILE", help=what)


def _labelling(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    label = commands.add_parser(
        "label", help="judge what answers the unlabelled questions of a set"
    )
    label.add_argument("set", type=Path, metavar="SET", help=_SETS)
    label.add_argument("--annotator", required=True, metavar="NAME", help="who judges")
    label.add_argument("--index", type=Path, metavar="DIR", help="default: FAQ_INDEX")
    label.add_argument("--out", type=Path, metavar="FILE", help="default: SET.NAME.jsonl")
    label.add_argument("--all", action="store_true", help="labelled questions, too")
    labelled = commands.add_parser("labelled", help="a set with what annotators judged in it")
    labelled.add_argument("set", type=Path, metavar="SET", help=_SETS)
    labelled.add_argument("judgements", type=Path, nargs="+", metavar="JUDGEMENTS")
    labelled.add_argument("--out", type=Path, required=True, metavar="FILE", help="a .jsonl file")
    agreement = commands.add_parser("agreement", help="how far two annotators agree")
    agreement.add_argument("a", type=Path, metavar="JUDGEMENTS")
    agreement.add_argument("b", type=Path, metavar="JUDGEMENTS")


def _ours(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    export = commands.add_parser("export", help="a set as input of the bot's --jsonl")
    export.add_argument("set", type=Path, metavar="SET", help=_SETS)
    replies = commands.add_parser(
        "replies", help="a run's replies as the bot's --jsonl writes them"
    )
    replies.add_argument("run", type=Path, metavar="RUN", help=_RUN)
    figures = commands.add_parser("figures", help="write the screen's figures for the safety page")
    figures.add_argument("run", type=Path, metavar="RUN", help=_RUN)
    figures.add_argument("out", type=Path, metavar="FILE", help="a .json file")
    tune = commands.add_parser(
        "tune", help="fit the encoder's adapter and the confidence, and write them into the package"
    )
    tune.add_argument(
        "--sources",
        type=Path,
        action="append",
        required=True,
        metavar="DIR",
        help="the documents that our own questions are about",
    )
    tune.add_argument(
        "--questions",
        type=Path,
        metavar="FILE",
        help="questions about other documents, in the form of own_questions.jsonl",
    )
    commands.add_parser("schema", help="the JSON schema of a reply line")


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, found {number}")
    return number
