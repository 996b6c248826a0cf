"""Two runs as a page: what differs, and both replies to each turn that came out otherwise."""

from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.evaluation.cases import Case
from bot.evaluation.compare import Changed, Comparison
from bot.evaluation.counted import counted
from bot.evaluation.record import Record
from bot.evaluation.run_folder import RunFolder
from bot.text import plain

# More would make a page that nobody reads and some browsers do not open.
MOST = 500

Key = tuple[str, int]


class Pair(NamedTuple):
    """A turn that changed: all turns up to it, and the reply of each run as text, if it is known."""

    changed: Changed
    turns: tuple[str, ...]
    a: str | None
    b: str | None


def side_by_side(comparison: Comparison, a: Path, b: Path) -> str:
    """A page of HTML that needs nothing else. Of a baseline only the figures are known, no reply."""
    wanted = {(one.id, one.turn): one for one in comparison.changed[:MOST]}
    replies = [_replies(path, wanted) for path in (a, b)]
    asked = {case.id: case for path in (b, a) if path.is_dir() for case in RunFolder(path).cases()}
    pairs = [
        Pair(one, _turns(asked.get(one.id), one.turn), *(of.get(key) for of in replies))
        for key, one in wanted.items()
    ]
    page = _ENVIRONMENT.get_template("compare.html.jinja")
    left_out = len(comparison.changed) - len(pairs)
    style = Markup(resources.files("bot.evaluation").joinpath("report.css").read_text("utf-8"))
    return page.render(comparison=comparison, pairs=pairs, left_out=left_out, style=style)


def _replies(path: Path, wanted: Iterable[Key]) -> dict[Key, str]:
    if not path.is_dir():
        return {}
    keys = set(wanted)
    return {_key(one): plain(one.reply) for one in RunFolder(path).records() if _key(one) in keys}


def _key(record: Record) -> Key:
    return record.id, record.turn


def _turns(case: Case | None, last: int) -> tuple[str, ...]:
    return tuple(turn.question for turn in case.turns[: last + 1]) if case else ()


_ENVIRONMENT = Environment(
    loader=PackageLoader("bot.evaluation", ""), autoescape=True, undefined=StrictUndefined
)
_ENVIRONMENT.filters["counted"] = counted
