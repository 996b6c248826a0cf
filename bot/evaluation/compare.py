"""Two runs, turn by turn: which is better, and is it chance?

Shares are compared by McNemar's exact test on the turns that came out otherwise, means by a paired
randomisation test (Smucker, Allan and Carterette, "A Comparison of Statistical Significance Tests for
Information Retrieval Evaluation", 2007). The more is tested, the more differs by chance: p-values
are corrected as Benjamini and Hochberg do (1995).
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, false_discovery_control, permutation_test

from bot.evaluation.counted import counted
from bot.evaluation.per_turn import METRICS, Measured, Metric, measured
from bot.evaluation.record import Outcome
from corpus.document import Frozen

RESAMPLES = 9999
SEED = 0
# Confidences that differ by less are the same in a list of what changed.
SAME_CONFIDENCE = 0.05
SIGNIFICANT = 0.05

Values = NDArray[np.float64]


class Difference(Frozen):
    """One metric in both runs, over the `n` turns that bear on it in both.

    `p` is by the paired test named in `test`, `p_corrected` after all metrics were tested.
    """

    metric: str
    is_good: bool
    a: float
    b: float
    n: int
    wins: int
    losses: int
    ties: int
    test: str
    p: float
    p_corrected: float

    @property
    def is_worse(self) -> bool:
        """Whether the second run does worse on the whole, which a few great losses are enough for."""
        return self.b < self.a if self.is_good else self.b > self.a

    @property
    def is_significant(self) -> bool:
        """Whether it is hardly chance."""
        return self.p_corrected < SIGNIFICANT


class Changed(Frozen):
    """A turn that came out otherwise: each difference in words, such as "rank: 1 → 3"."""

    id: str
    turn: int
    what: tuple[str, ...]


class Comparison(Frozen):
    """`only_a` and `only_b` count the turns that the other run does not have."""

    a: str
    b: str
    turns: int
    only_a: int
    only_b: int
    differences: tuple[Difference, ...]
    changed: tuple[Changed, ...]

    def difference(self, metric: str) -> Difference | None:
        """That of one metric, if turns of both runs bear on it."""
        return next((one for one in self.differences if one.metric == metric), None)

    @property
    def verdict(self) -> str:
        """What the comparison comes to, in one sentence."""
        if not self.turns:
            return "No turn is in both, asked and expected alike: there is nothing to compare."
        if not self.changed and all(one.wins == one.losses == 0 for one in self.differences):
            return f"No difference in {counted(self.turns, 'turn')}."
        sure = [one for one in self.differences if one.is_significant]
        if not sure:
            turns = counted(self.turns, "turn")
            return f"No significant difference; {len(self.changed)} of {turns} changed."
        parts = [f"{one.metric} {'worse' if one.is_worse else 'better'}" for one in sure]
        return f"Significantly different: {', '.join(parts)}."


def compare(a: Sequence[Outcome], b: Sequence[Outcome], names: tuple[str, str]) -> Comparison:
    """The turns that both runs have, asked and expected alike; of `names`, the first is the older one's."""
    second = {_key(one): one for one in b}
    shared = [one for one in a if _key(one) in second]
    others = [second[_key(one)] for one in shared]
    pairs = list(zip(measured(shared), measured(others), strict=True))
    changed = [
        Changed(id=one.id, turn=one.turn, what=what)
        for one, other in zip(shared, others, strict=True)
        if (what := tuple(_what_changed(one, other)))
    ]
    return Comparison(
        a=names[0],
        b=names[1],
        turns=len(shared),
        only_a=len(a) - len(shared),
        only_b=len(b) - len(shared),
        differences=_corrected([one for metric in METRICS if (one := _difference(metric, pairs))]),
        changed=tuple(changed),
    )


def _key(one: Outcome) -> tuple[str, int, str]:
    return one.id, one.turn, one.asked


def _difference(metric: Metric, pairs: Sequence[tuple[Measured, Measured]]) -> Difference | None:
    name = metric.name
    both = [
        (one.values[name], other.values[name])
        for one, other in pairs
        if name in one.values and name in other.values
    ]
    if not both:
        return None
    a, b = np.array(both).T
    gain = (b - a) if metric.is_good else (a - b)
    wins, losses = int((gain > 0).sum()), int((gain < 0).sum())
    p = _mcnemar(wins, losses) if metric.is_share else _randomised(a, b)
    return Difference(
        metric=name,
        is_good=metric.is_good,
        a=float(a.mean()),
        b=float(b.mean()),
        n=len(both),
        wins=wins,
        losses=losses,
        ties=len(both) - wins - losses,
        test="McNemar, exact" if metric.is_share else "paired randomisation",
        p=p,
        p_corrected=p,
    )


def _mcnemar(wins: int, losses: int) -> float:
    return float(binomtest(wins, wins + losses).pvalue) if wins + losses else 1.0


def _randomised(a: Values, b: Values) -> float:
    gain = (b - a)[a != b]  # ties stay ties, whichever way they are turned
    if len(gain) < 2:  # as likely the other way round
        return 1.0
    found = permutation_test(
        (gain, np.zeros_like(gain)),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=100,
        rng=np.random.default_rng(SEED),
    )
    return float(found.pvalue)


def _corrected(found: Sequence[Difference]) -> tuple[Difference, ...]:
    if not found:
        return ()
    ps = false_discovery_control([one.p for one in found])
    return tuple(
        one.model_copy(update={"p_corrected": float(p)}) for one, p in zip(found, ps, strict=True)
    )


def _what_changed(one: Outcome, other: Outcome) -> Iterator[str]:
    for name, old, new in (
        ("kind", one.kind, other.kind),
        ("level", one.level, other.level),
        ("rank", one.rank or "none", other.rank or "none"),
    ):
        if old != new:
            yield f"{name}: {old} → {new}"
    if one.is_passed != other.is_passed:
        yield "passed → failed" if one.is_passed else "failed → passed"
    if one.quotes != other.quotes:
        yield "quotes"
    old_sure, new_sure = one.confidence or 0.0, other.confidence or 0.0
    if abs(old_sure - new_sure) >= SAME_CONFIDENCE:
        yield f"confidence: {old_sure:.2f} → {new_sure:.2f}"
