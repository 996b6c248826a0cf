"""Charts of a run as SVG with their numbers; none tells anything by colour alone."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from typing import Any, NamedTuple

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator, PercentFormatter
from matplotlib.typing import RcKeyType
from sklearn.calibration import calibration_curve

from bot.evaluation import chart_numbers
from bot.evaluation.chart_numbers import LEVELS, Numbers, Row, Rows
from bot.evaluation.exports import for_xml
from bot.evaluation.metrics import Figure as Share
from bot.evaluation.metrics import Group, confidences, rights
from bot.evaluation.per_turn import Measured
from bot.evaluation.record import Outcome
from bot.evaluation.uncertainty import BINS, Flags, Floats, risk_coverage

Draw = Callable[[Figure], None]

MOST_TAGS = 30  # that are drawn, those with most turns; the numbers are of all

# Okabe and Ito's; both have a contrast of 3 or more on a light and on a dark ground.
_BLUE, _ORANGE = "#0072b2", "#d55e00"
_INK = "#000000"
_WIDTH = 4.6  # inches: small, so that a phone shows all of it with text of a readable size
_LETTERS = 22  # of a tag
_SCORE_BINS = 20
_STYLE: dict[RcKeyType, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": _INK,
    "grid.alpha": 0.15,
    "legend.frameon": False,
}


class Chart(NamedTuple):
    """A drawing, what it shows in words, and its numbers as a table."""

    name: str
    svg: str
    alt: str
    columns: Row
    rows: Rows


def charts(outcomes: Sequence[Outcome], groups: Sequence[Group]) -> Iterator[Chart]:
    """Those that a run has data for."""
    known = [Measured(one, {}) for one in outcomes if one.is_answerable is not None]
    if any(row.outcome.confidence is not None for row in known):
        sure, right = confidences(known), rights(known)
        yield _risk(sure, right)
        yield _reliability(sure, right)
        yield _scores(sure, np.array([bool(row.outcome.is_answerable) for row in known]))
    if any(group.tag and group.figure("passed") for group in groups):
        yield _tags([group for group in groups if group.tag])
    if any(one.expected_levels for one in outcomes):
        yield _levels([one for one in outcomes if one.expected_levels])


def _risk(sure: Floats, right: Flags) -> Chart:
    coverage, risk = risk_coverage(sure, right)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.plot(coverage, risk, color=_BLUE, linewidth=2)
        axes.set(xlim=(0, 1), ylim=(0, max(0.1, risk.max() * 1.05)))
        axes.set(xlabel="share answered, surest first", ylabel="share of it wrong")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(PercentFormatter(1))

    return _chart("risk", 3, draw, chart_numbers.risk(coverage, risk))


def _reliability(sure: Floats, right: Flags) -> Chart:
    told, meant = calibration_curve(right.astype(int), sure, n_bins=BINS)
    shares = chart_numbers.shares_by_confidence(sure, right)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], "--", color=_INK, linewidth=1, label="as good as its word")
        reach = _reach(shares)
        axes.errorbar(meant, told, reach, fmt="o-", color=_BLUE, label="this run", clip_on=False)
        axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="confidence", ylabel="share that was right")
        axes.yaxis.set_major_formatter(PercentFormatter(1))
        figure.legend(loc="outside upper right", ncols=2)

    return _chart("reliability", 3.4, draw, chart_numbers.reliability(meant, shares))


def _scores(sure: Floats, is_answerable: Flags) -> Chart:
    edges = np.linspace(0, 1, _SCORE_BINS + 1)
    names, colours = ("answerable", "not to be answered"), (_BLUE, _ORANGE)
    counts = [np.histogram(of, edges)[0] for of in (sure[is_answerable], sure[~is_answerable])]

    def draw(figure: Figure) -> None:
        panels = figure.subplots(2, sharex=True)
        for axes, name, colour, count in zip(panels, names, colours, counts, strict=True):
            axes.bar(edges[:-1], count, 0.9 / _SCORE_BINS, align="edge", color=colour)
            axes.set_title(f"{name} ({count.sum()})", loc="left", fontsize=10)
            axes.set(xlim=(0, 1), ylabel="questions")
            axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        panels[-1].set_xlabel("confidence")

    return _chart("scores", 3.6, draw, chart_numbers.scores(edges, names, counts))


def _tags(groups: Sequence[Group]) -> Chart:
    found = chart_numbers.by_tag(groups)
    drawn = sorted(found, key=lambda one: -one.passed.n)[:MOST_TAGS]
    hits = [(one.hit.value, at) for at, one in enumerate(drawn) if one.hit]
    passed = [one.passed for one in drawn]

    def draw(figure: Figure) -> None:
        axes, places = figure.subplots(), np.arange(len(drawn))
        shares = np.array([one.value for one in passed], dtype=float)
        axes.barh(places, shares, 0.6, color=_BLUE, label="passed")
        axes.errorbar(shares, places, xerr=_reach(passed), fmt="none", ecolor=_INK, linewidth=1)
        if hits:
            x, y = zip(*hits, strict=True)
            axes.plot(x, y, "D", color=_ORANGE, markeredgecolor=_INK, label="hit@1", clip_on=False)
        names = [f"{_printed(one.tag)} ({one.passed.n})" for one in drawn]
        axes.set_yticks(places, names)
        axes.set(xlim=(0, 1.02), ylim=(len(drawn) - 0.4, -0.6), xlabel="share")
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.grid(visible=False, axis="y")
        figure.legend(loc="outside upper right", ncols=2)

    return _chart("tags", 0.9 + 0.28 * len(drawn), draw, chart_numbers.tags(found))


def _levels(outcomes: Sequence[Outcome]) -> Chart:
    counts = chart_numbers.level_counts(outcomes)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for (row, column), count in np.ndenumerate(counts):
            at, depth = (column - 0.46, row - 0.44), 0.5 * shares[row, column]
            axes.add_patch(Rectangle(at, 0.92, 0.88, color=_BLUE, linewidth=0, alpha=depth))
            if row == column:
                axes.add_patch(Rectangle(at, 0.92, 0.88, fill=False, linewidth=1.5))
            axes.text(column, row, f"{count}", ha="center", va="center")
        axes.set(xlim=(-0.5, 3.5), ylim=(3.5, -0.5), xlabel="found", ylabel="expected")
        axes.set(xticks=range(4), xticklabels=LEVELS, yticks=range(4), yticklabels=LEVELS)
        axes.tick_params(length=0)
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)

    return _chart("levels", 3, draw, chart_numbers.levels(counts))


def _chart(name: str, height: float, draw: Draw, numbers: Numbers) -> Chart:
    with rc_context(_STYLE | {"svg.hashsalt": name}), warnings.catch_warnings():
        # Letters that matplotlib can't measure are drawn by the browser all the same.
        warnings.filterwarnings("ignore", "Glyph", UserWarning)
        figure, file = Figure(figsize=(_WIDTH, height), layout="constrained"), StringIO()
        draw(figure)
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    return Chart(name, file.getvalue(), numbers.told, numbers.columns, numbers.rows)


def _reach(shares: Sequence[Share]) -> Floats:
    """How far the intervals reach to either side of their shares."""
    low, of, high = np.array([(one.low, one.value, one.high) for one in shares], dtype=float).T
    return np.maximum([of - low, high - of], 0)


def _printed(tag: str) -> str:
    """A tag that fits beside its bar, and into XML."""
    text = for_xml(" ".join(tag.split()))
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"
