"""python -m bot.safety "message": what the screen makes of it, without an index; --jsonl for scripts."""

import argparse
import logging
import sys
from collections.abc import Iterator, Sequence
from typing import IO

from bot.lines import Asked, Place, Unreadable, read
from bot.loading import load_reader
from bot.reply import Helpline
from bot.safety.country import named_country
from bot.safety.helplines import helplines_for
from bot.safety.screen import Conversation, Screen, Screening
from bot.settings import Settings


class ScreenedLine(Place, Screening):
    """A line out: the screening of one turn, and the human lines that belong to it."""

    helplines: tuple[Helpline, ...] = ()


def screened(screen: Screen, country: str, lines: IO[bytes]) -> Iterator[str]:
    """A line out for each turn of each line in, in order; a blank line in is passed over."""
    for line in filter(bytes.strip, lines):
        asked = read(line)
        if isinstance(asked, Unreadable):
            yield asked.model_dump_json()
            continue
        parts = [asked.turns[: end + 1] for end in range(len(asked.turns))]
        found = screen.all([Conversation(turns=turns, language=asked.language) for turns in parts])
        for turn, screening in enumerate(found):
            place = asked.country or named_country(parts[turn]) or country
            yield _line(asked, turn, screening, place)


def _line(asked: Asked, turn: int, screening: Screening, country: str) -> str:
    lines: tuple[Helpline, ...] = ()
    if screening.level != "none":
        lines = helplines_for(country, screening.category, screening.level)
    fields = {name: getattr(screening, name) for name in Screening.model_fields}
    return ScreenedLine(id=asked.id, turn=turn, helplines=lines, **fields).model_dump_json()


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if all was screened; what cannot be read is answered by a line with `error`."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.jsonl == bool(options.message):
        parser.error("give one message, or --jsonl and conversations on standard input")
    screen = Screen() if options.patterns else Screen(load_reader())
    if options.message:
        print(screen([options.message]).model_dump_json(indent=1))
        return 0
    for line in screened(screen, Settings().country, sys.stdin.buffer):
        print(line, flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.safety", description="Screen messages.")
    parser.add_argument("message", nargs="?", help="one message")
    parser.add_argument("--patterns", action="store_true", help="by phrases alone, without model")
    parser.add_argument(
        "--jsonl",
        action="store_true",
        help='read lines {"id": …, "turns": ["…"]}, write a line of JSON for each turn',
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
