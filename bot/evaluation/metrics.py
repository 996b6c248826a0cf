"""What is measured of a run, by the field's libraries; one implementation for all that judge."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.stats import binomtest

from bot.evaluation.per_turn import METRICS, Measured, Metric, measured
from bot.evaluation.record import Outcome
from bot.evaluation.uncertainty import Flags, Floats, area, calibration_error, covered
from corpus.document import Frozen

RISKS = (0.05, 0.1)


class Figure(Frozen):
    """`value` is None where no turn bears on it. A share has its Wilson interval at 95 %."""

    name: str
    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


class Group(Frozen):
    """The figures of all turns with a tag; of all turns where the tag is empty."""

    tag: str
    figures: tuple[Figure, ...]

    def figure(self, name: str) -> Figure | None:
        """The one of that name, if anything bears on it."""
        return next((figure for figure in self.figures if figure.name == name), None)


def summarise(outcomes: Sequence[Outcome], milliseconds: Sequence[float] = ()) -> tuple[Group, ...]:
    """The figures of all turns, then of those with each tag; figures that nothing bears on are left out.

    `milliseconds` are the times of the turns, if they are known.
    """
    rows = measured(outcomes)
    sure = [row for row in rows if row.outcome.is_answerable]
    groups = [Group(tag="", figures=(*_figures(rows, sure), *_times(milliseconds)))]
    for tag in dict.fromkeys(tag for one in outcomes for tag in one.tags):
        tagged = [row for row in rows if tag in row.outcome.tags]
        groups.append(Group(tag=tag, figures=tuple(_figures(tagged, sure))))
    return tuple(groups)


def share(name: str, k: int, n: int) -> Figure:
    """k of n with the Wilson score interval at 95 %."""
    low, high = binomtest(k, n).proportion_ci(method="wilson")
    return Figure(name=name, value=k / n, n=n, low=float(low), high=float(high))


def _figures(rows: Sequence[Measured], answerable: Sequence[Measured]) -> list[Figure]:
    turns = Figure(name="turns", value=len(rows), n=len(rows))
    means = [found for metric in METRICS if (found := _mean(metric, rows))]
    return [turns, *means, *_of_quotes(rows), *_of_confidence(rows, answerable)]


def _mean(metric: Metric, rows: Sequence[Measured]) -> Figure | None:
    values = [row.values[metric.name] for row in rows if metric.name in row.values]
    if not values:
        return None
    if metric.is_share:
        return share(metric.name, round(sum(values)), len(values))
    return Figure(name=metric.name, value=float(np.mean(values)), n=len(values))


def _of_quotes(rows: Sequence[Measured]) -> list[Figure]:
    words = [count for row in rows for count in row.outcome.words]
    if not words:
        return []
    return [
        Figure(name="words a quote, median", value=float(np.median(words)), n=len(words)),
        Figure(name="words a quote, most", value=float(max(words)), n=len(words)),
    ]


def _of_confidence(rows: Sequence[Measured], answerable: Sequence[Measured]) -> list[Figure]:
    """How confidence does; where no question here is answerable, those of the whole run are compared."""
    known = [row for row in rows if row.outcome.is_answerable is not None]
    if not known:
        return []
    # What is right of a question is known by what answers it.
    told = [row for row in known if row.outcome.relevant or not row.outcome.is_answerable]
    sure, right = confidences(told), rights(told)
    other = confidences([row for row in known if not row.outcome.is_answerable])
    own = [row for row in known if row.outcome.is_answerable] or answerable
    apart = _told_apart(confidences(own), other)
    found = [_number("AUROC answerable", apart, len(own) + len(other))]
    if told:
        found += [
            _number("AUROC right", _told_apart(sure[right], sure[~right]), len(told)),
            _number("calibration error", calibration_error(sure, right), len(told)),
            _number("Brier score", float(np.mean((sure - right) ** 2)), len(told)),
        ]
        for risk in RISKS:
            name = f"coverage at {risk:.0%} risk"
            found.append(_number(name, covered(sure, right, risk), len(told)))
    return [one for one in found if one.value is not None]


def _told_apart(some: Floats, others: Floats) -> float | None:
    return area(some, others) if len(some) and len(others) else None


def _number(name: str, value: float | None, n: int) -> Figure:
    return Figure(name=name, value=value, n=n)


def _times(milliseconds: Sequence[float]) -> list[Figure]:
    if not milliseconds:
        return []
    halves: list[tuple[str, Callable[[Sequence[float]], float]]] = [
        ("ms a turn, p50", lambda of: float(np.percentile(of, 50))),
        ("ms a turn, p95", lambda of: float(np.percentile(of, 95))),
    ]
    return [_number(name, of(milliseconds), len(milliseconds)) for name, of in halves]


def confidences(rows: Sequence[Measured]) -> Floats:
    """The confidence in each first candidate; 0 where there is none."""
    return np.array([row.outcome.confidence or 0.0 for row in rows])


def rights(rows: Sequence[Measured]) -> Flags:
    """Whether each first candidate answers."""
    return np.array([row.outcome.rank == 1 for row in rows], dtype=bool)
