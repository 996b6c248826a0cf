"""The numbers of charts, each as a table and in words."""

from collections.abc import Sequence
from typing import NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from bot.evaluation.exports import interval, value
from bot.evaluation.metrics import Figure, Group, share
from bot.evaluation.record import Outcome
from bot.evaluation.uncertainty import BINS, Flags, Floats
from bot.reply import Level

Row = tuple[str, ...]
Rows = tuple[Row, ...]
Counts = NDArray[np.int_]

LEVELS: tuple[Level, ...] = get_args(Level)


class Numbers(NamedTuple):
    """A table; `each` says in words what a row says, by the numbers of its columns."""

    columns: Row
    rows: Rows
    each: str

    @property
    def told(self) -> str:
        """All rows in words."""
        return "; ".join(self.each.format(*row) for row in self.rows)


class Tagged(NamedTuple):
    """What turns of one tag came to: how many passed, and whose first candidate answers."""

    tag: str
    passed: Figure
    hit: Figure | None


def risk(coverage: Floats, wrong: Floats) -> Numbers:
    """The share of wrong answers at each tenth of what is answered."""
    total = len(coverage)
    tenths = dict.fromkeys(-(-total * tenth // 10) - 1 for tenth in range(1, 11))
    rows = tuple((f"{coverage[at]:.0%}", f"{wrong[at]:.1%}") for at in tenths)
    return Numbers(("answered", "wrong"), rows, "{1} of the surest {0} wrong")


def shares_by_confidence(sure: Floats, right: Flags) -> list[Figure]:
    """The share that was right in each bin of equal width that has any, as `calibration_curve` bins."""
    bins = np.searchsorted(np.linspace(0, 1, BINS + 1)[1:-1], sure)
    grouped = [right[bins == at] for at in np.unique(bins)]
    return [share("right", int(one.sum()), len(one)) for one in grouped]


def reliability(means: Floats, shares: Sequence[Figure]) -> Numbers:
    """What was right at each mean confidence."""
    rows = tuple(
        (f"{mean:.2f}", value(one), interval(one), f"{one.n}")
        for mean, one in zip(means, shares, strict=True)
    )
    columns = ("mean confidence", "right", "95% interval", "questions")
    return Numbers(columns, rows, "at confidence {0} {1} of {3} right")


def scores(edges: Floats, names: Row, counts: Sequence[Counts]) -> Numbers:
    """How many of either kind have a confidence between two edges."""
    rows = tuple(
        (f"{low:.2f}–{high:.2f}", f"{one}", f"{other}")
        for low, high, one, other in zip(edges[:-1], edges[1:], *counts, strict=True)
        if one or other
    )
    return Numbers(("confidence", *names), rows, "{0}: {1} answerable, {2} not")


def by_tag(groups: Sequence[Group]) -> list[Tagged]:
    """The tags of which anything was expected."""
    found = [(of, of.figure("passed")) for of in groups]
    return [Tagged(of.tag, passed, of.figure("hit@1")) for of, passed in found if passed]


def tags(found: Sequence[Tagged]) -> Numbers:
    """How many turns of each tag passed."""
    rows = tuple(
        (tag, f"{one.n}", value(one), interval(one), value(hit) if hit else "–")
        for tag, one, hit in found
    )
    return Numbers(("tag", "judged", "passed", "95% interval", "hit@1"), rows, "{0} {2} passed")


def level_counts(outcomes: Sequence[Outcome]) -> Counts:
    """Turns by the level that was expected first (rows) and the one that was found (columns)."""
    counts = np.zeros((len(LEVELS), len(LEVELS)), dtype=int)
    for one in outcomes:
        counts[LEVELS.index(one.expected_levels[0]), LEVELS.index(one.level)] += 1
    return counts


def levels(counts: Counts) -> Numbers:
    """What was found of each level that was expected."""
    rows = tuple((name, *map(str, of)) for name, of in zip(LEVELS, counts.tolist(), strict=True))
    each = "of {0} {1} found none, {2} concern, {3} crisis, {4} emergency"
    return Numbers(("expected", *(f"found {level}" for level in LEVELS)), rows, each)
