"""python -m bot.evaluation: export a set for `python -m bot --jsonl`, fit the confidence, write the schema."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bot import confidence
from bot.evaluation.export import SetError, export
from bot.evaluation.fit import fit
from bot.lines import schema
from bot.settings import Settings
from index.manifest import StaleIndexError
from index.search import Index
from index.sentence_encoder import SentenceEncoder, identity


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if done, 2 if a set or an index can't be read."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "export":
            for line in export(options.set):
                print(line)
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.evaluation")
    commands = parser.add_subparsers(dest="command", required=True)
    exporting = commands.add_parser("export", help="a labelled set as input of the bot's --jsonl")
    exporting.add_argument("set", type=Path, metavar="SET", help="a .jsonl file")
    fitting = commands.add_parser("fit", help="fit the confidence and write it into the package")
    fitting.add_argument("--index", type=Path, metavar="DIR", help="an index of the five sources")
    commands.add_parser("schema", help="the JSON schema of a reply line")
    return parser


if __name__ == "__main__":
    sys.exit(main())
