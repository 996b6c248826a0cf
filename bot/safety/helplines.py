"""Which human lines a visitor is shown, of those on file (`helpline_files.py`), and in which order."""

from collections.abc import Sequence
from typing import get_args

from bot.reply import Category, Helpline, Level
from bot.safety.helpline_files import ANYWHERE, Kind, Line, entries
from corpus.document import Frozen

# One primary action and at most three others: more is a list that nobody in distress reads.
MOST_SHOWN = 4

# So that lines of one kind never push out the emergency number.
_MOST_SPECIAL = 2
# Somebody else is the danger, or in danger: police and doctors come before a second listener.
_WITH_OTHERS: frozenset[Category | None] = frozenset(
    {
        "harm_to_others",
        "domestic_violence",
        "child_abuse",
        "sexual_assault",
        "elder_abuse",
        "trafficking",
        "stalking",
    }
)
# A national line is made for these; for any other trouble a directory of special lines helps more.
_FOR_A_NATIONAL_LINE: frozenset[Category | None] = frozenset(
    {
        None,
        "suicide",
        "self_harm",
        "hopelessness",
        "psychosis",
        "harm_to_others",
        "overdose_poisoning",
        "medical_emergency",
    }
)


class Standing(Frozen):
    """What the page always names: `emergency` is None where the country's number is not known."""

    emergency: str | None
    national: Helpline


def _in_order(of: dict[Kind, list[Line]], category: Category | None, level: Level) -> list[Line]:
    emergency, special = of["emergency"], of["special"][:_MOST_SPECIAL]
    national, others = of["national"][:1], of["national"][1:]
    if level == "concern":
        return [*national, *of["special"]]
    if category == "medical_emergency":
        # Nobody whose body is in danger is sent to a line about suicide first.
        return [*emergency, *special] if level == "emergency" else [*emergency, *special, *national]
    if level == "emergency":
        return [*emergency, *special, *national]
    if category == "overdose_poisoning":
        first = [*special, *emergency, *national]
    else:
        listening = [*special, *national]
        at = 1 if category in _WITH_OTHERS else len(listening)
        first = [*listening[:at], *emergency, *listening[at:]]
    if not special and category not in _FOR_A_NATIONAL_LINE:
        first += [line for _, line in entries(ANYWHERE) if line.kind == "national"]
    return [*first, *others, *of["audience"]]


def chosen(lines: Sequence[Line], category: Category | None, level: Level) -> tuple[Helpline, ...]:
    """What is shown of these lines, the one to use first in front."""
    level = "concern" if level == "none" else level
    of: dict[Kind, list[Line]] = {kind: [] for kind in get_args(Kind)}
    for line in lines:
        if line.is_shown and line.is_for(category, level):
            of[line.kind].append(line)
    ordered = (line.shown() for line in _in_order(of, category, level))
    return tuple(dict.fromkeys(ordered))[:MOST_SHOWN]


def helplines_for(country: str, category: Category | None, level: Level) -> tuple[Helpline, ...]:
    """One to four lines, the one to use first in front.

    `country` is a two-letter code, with a region where there is one ("US-AZ"). A country without a
    file gets the lines that hold anywhere, never another country's. At level none the lines are
    those of a concern.
    """
    return chosen([line for _, line in entries(country)], category, level)


def standing(country: str) -> Standing:
    """The emergency number and the first national line, for the constant line on the page."""
    (national, *_) = helplines_for(country, None, "concern")
    (emergency, *_) = helplines_for(country, None, "emergency")
    return Standing(emergency=emergency.call, national=national)


def unconfirmed(country: str) -> tuple[str, ...]:
    """Names of the lines that are shown and that no person at this clinic has tried yet."""
    return tuple(
        line.name
        for _, line in entries(country)
        if line.is_shown and line.is_reachable and line.checked is None
    )
