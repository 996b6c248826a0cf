"""A run as one page of HTML that needs nothing else, for those who decide whether it may go live.

All words of visitors, documents and sets are escaped by Jinja; a policy in the page allows no style and
no script but its own, and no request.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from importlib import resources
from typing import NamedTuple
from xml.etree import ElementTree

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.evaluation.cases import Case
from bot.evaluation.charts import MOST_TAGS, Chart, charts
from bot.evaluation.compare import Comparison
from bot.evaluation.exports import failed_checks, interval, value
from bot.evaluation.metrics import Group
from bot.evaluation.record import Check, Outcome, Record, Signals
from bot.evaluation.run_folder import RunFolder
from bot.text import plain

# More would make a page that nobody reads and some browsers do not open.
MOST = 500
# What concerns danger is read first.
_FIRST = ("expect_level", "expect_helpline")
_SIGNALS = ("score", "base", "meaning", "words", "question")
_SVG = "{http://www.w3.org/2000/svg}"
_UNWANTED = (f"{_SVG}metadata", f"{_SVG}style")
_LINK = "{http://www.w3.org/1999/xlink}href"
_INK = "#000000"
ElementTree.register_namespace("", "http://www.w3.org/2000/svg")

Key = tuple[str, int]


class Signal(NamedTuple):
    """What one signal says of the first passage found, if there is one, and of the one wanted."""

    name: str
    first: float | None
    wanted: float | None


class Failure(NamedTuple):
    """A turn that was not as expected, after the turns `before` it."""

    outcome: Outcome
    record: Record
    before: tuple[str, ...]
    question: str

    @property
    def failed(self) -> tuple[Check, ...]:
        """What is not met."""
        return failed_checks(self.outcome)

    @property
    def met(self) -> tuple[Check, ...]:
        """What is met."""
        return tuple(check for check in self.outcome.checks if check.is_met)

    @property
    def signals(self) -> tuple[Signal, ...]:
        """The first passage found beside the one that should have been, signal by signal."""
        if self.record.wanted is None:
            return ()
        first, wanted = next(iter(self.record.hits), None), self.record.wanted.passage
        return tuple(Signal(name, _of(first, name), _of(wanted, name)) for name in _SIGNALS)


class Passed(NamedTuple):
    """A turn that was as expected."""

    outcome: Outcome
    question: str


def html(
    run: RunFolder,
    groups: Sequence[Group],
    comparison: Comparison | None = None,
    verdict: Sequence[str] = (),
    is_gated: bool = False,
) -> str:
    """The report of a run, whose figures are `groups`, first those of all turns.

    `verdict` holds the breaches of a gate, if the run `is_gated`. RunError if the folder holds no run.
    """
    outcomes = list(run.outcomes())
    failed = sorted((one for one in outcomes if not one.is_passed), key=_is_later)
    failures = _failures(run, failed[:MOST])
    return _PAGE.render(
        name=run.path.resolve().name,
        info=run.info,
        figures={figure.name: figure for figure in groups[0].figures},
        charts={chart.name: chart for chart in charts(outcomes, groups)},
        comparison=comparison,
        verdict=verdict,
        is_gated=is_gated,
        done=len(outcomes),
        judged=sum(bool(one.checks) for one in outcomes),
        failed=len(failed),
        failures=failures,
        tags=Counter(tag for one in failures for tag in one.outcome.tags),
        checks=Counter(name for one in failures for name in {of.name for of in one.failed}),
        passed=_passed(run, outcomes),
        most=MOST,
    )


def _is_later(outcome: Outcome) -> bool:
    return not any(check.name in _FIRST for check in failed_checks(outcome))


def _failures(run: RunFolder, failed: Sequence[Outcome]) -> list[Failure]:
    keys = {(one.id, one.turn) for one in failed}
    ids = {one.id for one in failed}
    cases = {case.id: case for case in run.cases() if case.id in ids}
    records = {key: one for one in run.records() if (key := (one.id, one.turn)) in keys}
    return [_failure(one, records, cases[one.id]) for one in failed]


def _failure(one: Outcome, records: Mapping[Key, Record], case: Case) -> Failure:
    *before, question = (turn.question for turn in case.turns[: one.turn + 1])
    return Failure(one, records[one.id, one.turn], tuple(before), question)


def _passed(run: RunFolder, outcomes: Sequence[Outcome]) -> Iterator[Passed]:
    turns = (turn for case in run.cases() for turn in case.turns)
    # A run that goes on has more turns than outcomes.
    for one, turn in zip(outcomes, turns, strict=False):
        if one.checks and one.is_passed:
            yield Passed(one, turn.question)


def _of(passage: Signals | None, name: str) -> float | None:
    found: float | None = getattr(passage, name, None)
    return found


def _inline(chart: Chart, title: str) -> Markup:
    """A chart as part of the page: its ink is the page's, and no attribute is refused by the policy."""
    root = ElementTree.fromstring(chart.svg)
    for parent in list(root.iter()):
        for child in [one for one in parent if one.tag in _UNWANTED]:
            parent.remove(child)
    for one in root.iter():
        _as_attributes(one)
    for size in ("width", "height"):
        root.attrib.pop(size)
    told = {"role": "img", "aria-label": f"{title}: {chart.alt}"}
    root.attrib |= {**told, "class": "chart", "fill": "currentColor", "stroke-linejoin": "round"}
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _as_attributes(one: ElementTree.Element) -> None:
    if one.tag == f"{_SVG}g":
        one.attrib.pop("id", None)  # which each chart has anew
    if _LINK in one.attrib:
        one.set("href", one.attrib.pop(_LINK))
    for declared in filter(None, one.attrib.pop("style", "").split(";")):
        name, _, worth = declared.partition(":")
        if name.strip() != "font-family":
            one.set(name.strip(), worth.strip().replace(_INK, "currentColor"))


def _own(name: str) -> Markup:
    return Markup(resources.files("bot.evaluation").joinpath(name).read_text("utf-8"))


def _source(text: str) -> str:
    """By which a policy knows an inline style or script."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


_STYLE, _SCRIPT = _own("report.css"), _own("report.js")
_ENVIRONMENT = Environment(
    loader=PackageLoader("bot.evaluation", ""),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.globals |= {
    "style": _STYLE,
    "script": _SCRIPT,
    "policy": f"default-src 'none'; style-src {_source(_STYLE)}; script-src {_source(_SCRIPT)}; "
    "img-src data:; base-uri 'none'; form-action 'none'",
    "most_drawn": MOST_TAGS,
}
_ENVIRONMENT.filters |= {"value": value, "interval": interval, "inline": _inline, "plain": plain}
_PAGE = _ENVIRONMENT.get_template("report.html.jinja")
