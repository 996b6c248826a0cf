"""`make check-helplines`: the lines that are shown and that nobody has confirmed lately.

It stands apart from the tests, which must not fail because time passed.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from pydantic import ValidationError

from bot.safety.helpline_files import Entry, Line, entries, files
from bot.settings import Settings

# Half a year: helplines change their hours and numbers about once a year.
DAYS = 180


def _reason(line: Line, today: date) -> str | None:
    if fault := line.fault(today):
        return fault
    if line.checked is None:
        return "nobody has confirmed it: fill in last_checked and checked_by"
    if (age := (today - line.checked).days) > DAYS:
        return f"confirmed {age} days ago by {line.checked_by}: renew last_checked and checked_by"
    return None


def overdue(lines: Iterable[Entry], today: date) -> Iterator[str]:
    """One sentence for each shown line that nobody confirmed within `DAYS` days."""
    for path, line in lines:
        if line.is_shown and line.is_reachable and (reason := _reason(line, today)):
            way = line.call or line.text or line.chat
            yield f"{path.parent.name}/{path.name}: {line.name} ({way}): {reason}"


def hidden(lines: Iterable[Entry]) -> Iterator[str]:
    """Names of the lines that visitors would be shown if a person confirmed them."""
    return (line.name for _, line in lines if not line.is_shown)


def main(arguments: Sequence[str] | None = None) -> int:
    """1 if a shown line is overdue, 2 if a setting can't be used, else 0."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.safety.check_helplines",
        description="List the helplines that are shown and that nobody confirmed lately.",
    )
    parser.add_argument("--all", action="store_true", help="every country, not only FAQ_COUNTRY")
    options = parser.parse_args(arguments)
    try:
        countries = files() if options.all else (Settings().country,)
    except ValidationError as error:
        for wrong in error.errors(include_url=False):
            print(f"{wrong['msg']}; found {wrong['input']!r}", file=sys.stderr)
        return 2
    # A region's lines come with those of its country; each file is told of once.
    lines = list(dict.fromkeys(entry for country in countries for entry in entries(country)))
    late = list(overdue(lines, date.today()))
    print(*late, sep="\n") if late else print("every line that is shown has been confirmed")
    if late:
        print("How to confirm a line: docs/helplines.md. Never dial an emergency number to try it.")
    if names := list(hidden(lines)):
        print("Hidden until a person confirms them:", "; ".join(names))
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
