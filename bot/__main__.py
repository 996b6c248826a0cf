"""python -m bot "question": one reply; --jsonl for scripts."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.answer import Bot
from bot.lines import answer
from bot.loading import ScreenOnlyError, load_bot
from bot.settings import Settings
from bot.text import plain


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if it could search, 2 if there is no usable index or nothing was asked."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.jsonl == bool(options.question):
        parser.error("ask one question, or give --jsonl and conversations on standard input")
    settings = Settings(index=options.index) if options.index else Settings()
    bot, status = _bot(settings)
    if options.jsonl:
        for line in answer(bot, sys.stdin.buffer):
            print(line, flush=True)
        return status
    reply = bot.reply([options.question])
    print(reply.model_dump_json(indent=1) if options.json else plain(reply))
    return status


def _bot(settings: Settings) -> tuple[Bot, int]:
    """A bot and the exit status; one without an index still puts people in touch with a line."""
    try:
        return load_bot(settings), 0
    except ScreenOnlyError as error:
        print(error, file=sys.stderr)
        return error.bot, 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Ask the documents.")
    parser.add_argument("question", nargs="?", help="one question")
    parser.add_argument(
        "--index", type=Path, metavar="DIR", help="the index to answer from (default: FAQ_INDEX)"
    )
    parser.add_argument("--json", action="store_true", help="print the reply as JSON")
    parser.add_argument(
        "--jsonl",
        action="store_true",
        help='read lines {"id": …, "turns": ["…"]}, write a line of JSON for each turn',
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
