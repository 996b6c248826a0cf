"""python -m bot.evaluation: export a set, judge the screen on one, fit the confidence, write the schema."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bot import confidence
from bot.evaluation import handbook
from bot.evaluation.export import SetError, export
from bot.evaluation.fit import fit
from bot.evaluation.safety import Judged, Share, judged, labelled, recall_by, shares
from bot.lines import schema
from bot.loading import load_bot, load_reader
from bot.safety.screen import Screen
from bot.settings import Settings
from index.manifest import StaleIndexError
from index.multilingual_encoder import multilingual_model
from index.search import Index
from index.sentence_encoder import SentenceEncoder, identity

_GROUPS = ("category", "style", "lang")


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if done, 2 if a set or an index can't be read."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "export":
            for line in export(options.set):
                print(line)
        elif options.command == "safety":
            _safety(options.sets, options.figures)
        elif options.command == "handbook":
            _handbook(options.index or Settings().index, options.facts)
        elif options.command == "schema":
            print(json.dumps(schema(), indent=1))
        else:
            _fit(options.index or Settings().index)
    except (SetError, StaleIndexError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _fit(folder: Path) -> None:
    fitted = fit(Index.load(folder, SentenceEncoder(), identity()))
    path = Path(confidence.__file__).with_name(confidence.FILE)
    path.write_text(fitted.calibration.model_dump_json(indent=1) + "\n", "utf-8")
    print(fitted.model_dump_json(indent=1))


def _handbook(folder: Path, facts: Path) -> None:
    covers = handbook.facts(facts)
    index = Index.load(folder, SentenceEncoder(), identity(), multilingual_model())
    bot = load_bot(Settings(index=folder))
    found = handbook.asked(bot, index, handbook.questions())
    for one in found:
        expected = one.asked.expected
        if expected == "answered":
            right = handbook.right(covers, one.asked)
            if one.rank(right) > 1 or one.reply.kind != "quoted":
                print(f"{one.asked.question!r}: {one.reply.kind}, {', '.join(one.found[:3])}")
        elif not one.is_met:
            print(f"{one.asked.question!r}: {one.reply.kind}, not {expected}")
    for share in handbook.shares(found, covers):
        _print(share)


def _print(share: Share) -> None:
    low, high = share.interval
    print(f"{share.name:22} {share.value:6.3f}  [{low:.3f}, {high:.3f}]  {share.k}/{share.n}")


def _safety(sets: Sequence[Path], figures: Path | None) -> None:
    screen = Screen(load_reader())
    for path in sets:
        found = judged(screen, list(labelled(path)))
        print(f"\n{path}: {len(found)} turns")
        parts = {"": shares(found)} | {of: recall_by(found, of) for of in _GROUPS}
        for group, of_group in parts.items():
            print(f"\nrecall by {group}" if group else "")
            for share in of_group:
                _print(share)
        for one in found:
            if not one.is_right:
                print(one.labelled.id, len(one.labelled.turns), one.labelled.level, "->", one.found)
        if figures and path == sets[0]:
            figures.write_text(json.dumps(_figures(found), indent=1) + "\n", "utf-8")


def _figures(found: Sequence[Judged]) -> dict[str, str | int | float | tuple[float, float]]:
    figures: dict[str, str | int | float | tuple[float, float]] = {
        "date": date.today().isoformat(),
        "messages": len(found),
    }
    for share in shares(found):
        figures[share.name] = round(share.value, 3)
        figures[f"{share.name}_ci"] = tuple(round(end, 3) for end in share.interval)  # type: ignore[assignment]
    return figures


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.evaluation")
    commands = parser.add_subparsers(dest="command", required=True)
    exporting = commands.add_parser("export", help="a labelled set as input of the bot's --jsonl")
    exporting.add_argument("set", type=Path, metavar="SET", help="a .jsonl file")
    fitting = commands.add_parser("fit", help="fit the confidence and write it into the package")
    fitting.add_argument("--index", type=Path, metavar="DIR", help="an index of the five sources")
    covering = commands.add_parser("handbook", help="which entries visitors' questions find")
    covering.add_argument("--index", type=Path, metavar="DIR", help="an index with the handbook")
    covering.add_argument(
        "--facts", type=Path, required=True, metavar="FILE", help="the fact groups of each entry"
    )
    screening = commands.add_parser("safety", help="how the screen does on labelled sets")
    screening.add_argument("sets", type=Path, nargs="+", metavar="SET", help=".jsonl files")
    screening.add_argument(
        "--figures", type=Path, metavar="FILE", help="also write the first set's shares as JSON"
    )
    commands.add_parser("schema", help="the JSON schema of a reply line")
    return parser


if __name__ == "__main__":
    sys.exit(main())
