"""Fitting the confidence to questions whose answers are known, and measuring it on other authors'.

Two logistic regressions see the same evidence: whether the first hit is right, and whether anything
answers at all. What the bot reports is the first and half of the second, put back on the scale of the
first by a third: that gives up a little in telling right from wrong for a lot in telling near misses.
Of the question's embedding they see the directions in which questions differ most.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from bot.confidence import Calibration, Line, closeness, probability
from bot.evaluation.own_questions import OwnQuestion, answers
from bot.evaluation.uncertainty import Flags, Floats, area, calibration_error, covered
from index.hit import Found

DIRECTIONS = 24  # of the question's embedding
ANSWERABLE = 0.5  # weight of the second regression
STRENGTH = 0.1  # C of the regressions: the smaller, the nearer to 0 their weights
REFUSED = 0.67  # share of what must not be answered, and is sent nowhere, that the threshold keeps silent on
OUTER = 0.05  # share at either end of a signal that counts as its end
SMALLER = 0.1  # what all cases of smaller sites weigh beside those of the whole one: enough there


class Case(NamedTuple):
    """A question, and what was found by models that never saw its author; the first hit answers."""

    asked: OwnQuestion
    found: Found

    @property
    def is_right(self) -> bool:
        return answers(self.asked, self.found.hits[0].passage)


class Figures(NamedTuple):
    """How a confidence does: area under the ROC of right against not, and of answerable questions
    against near and far ones; calibration error; coverage at 5 % and 10 % risk; shares at the
    threshold."""

    questions: int
    right_first: float
    auroc: float
    auroc_near: float
    auroc_far: float
    calibration_error: float
    covered_at_5: float
    covered_at_10: float
    answered: float
    refused: float


def fit(cases: Sequence[Case], smaller: Sequence[Case] = ()) -> Calibration:
    """A calibration; its threshold leaves `REFUSED` of the cases' unanswerable questions unanswered.

    What is sent on is not counted there: it is not answered whatever the confidence. `smaller` are cases
    of smaller sites, on which the same numbers mean something else; they weigh `SMALLER`.
    """
    names = _names(cases)
    both = [*cases, *smaller]
    signals, questions = _evidence(both, names)
    weight = np.ones(len(both))
    weight[: len(cases)] = _weights(cases)
    weight[len(cases) :] = SMALLER * len(cases) / max(len(smaller), 1)
    low, high = np.round(np.nanquantile(signals, [OUTER, 1 - OUTER], axis=0), 4)
    signals = np.clip(signals, low, high)
    typical: Floats = np.asarray(np.round(np.nanmean(signals, axis=0), 4))
    signals = np.where(np.isnan(signals), typical, signals)
    directions = PCA(DIRECTIONS, random_state=0).fit(questions)
    seen = np.hstack([signals, directions.transform(questions)])
    scaler = StandardScaler().fit(seen, sample_weight=weight)
    scaled = scaler.transform(seen)
    right = _right(both)
    weights = np.zeros(seen.shape[1])
    offset = 0.0
    for wanted, share in ((right, 1.0), (_answerable(both), ANSWERABLE)):
        model = LogisticRegression(C=STRENGTH, max_iter=2000).fit(scaled, wanted, weight)
        weights += share * model.coef_[0]
        offset += share * float(model.intercept_[0])
    summed = scaled @ weights + offset
    scale = LogisticRegression(C=1e6).fit(summed[:, None], right, weight)
    slope = float(scale.coef_[0, 0])
    weights = slope * weights / scaler.scale_
    intercept = slope * offset + float(scale.intercept_[0]) - float(weights @ scaler.mean_)
    along = weights[len(names) :] @ directions.components_
    fitted = Calibration(
        signals={name: round(float(weights[at]), 4) for at, name in enumerate(names)},
        typical={name: float(typical[at]) for at, name in enumerate(names)},
        within={name: (float(low[at]), float(high[at])) for at, name in enumerate(names)},
        question=tuple(np.round(along, 4).tolist()),
        intercept=round(intercept - float(along @ directions.mean_), 4),
        alone=_alone(cases),
        threshold=0.5,
    )
    sure = np.array([confidence_of(fitted, case) for case in cases])
    threshold = float(np.quantile(sure[~_answerable(cases) & ~_sent_on(cases)], REFUSED))
    return fitted.model_copy(update={"threshold": round(threshold, 4)})


def confidence_of(fitted: Calibration, case: Case) -> float:
    """The confidence in the first hit of a case."""
    return probability(fitted, case.found.evidence) if case.found.evidence else 0.0


def judged(fitted: Calibration, cases: Sequence[Case]) -> tuple[Floats, Flags]:
    """The confidence in each case, and whether it is answered."""
    sure = np.array([confidence_of(fitted, case) for case in cases])
    return sure, sure >= fitted.threshold


def held_out(cases: Sequence[Case], smaller: Sequence[Case] = ()) -> tuple[Floats, Flags]:
    """The same, each author's cases judged by a calibration that is fitted to all others'."""
    sure, answered = np.zeros(len(cases)), np.zeros(len(cases), dtype=bool)
    authors = np.array([case.asked.author for case in cases])
    for author in np.unique(authors):
        is_own = authors == author
        fitted = fit(
            *([one for one in some if one.asked.author != author] for some in (cases, smaller))
        )
        own = [case for case, own in zip(cases, is_own, strict=True) if own]
        sure[is_own], answered[is_own] = judged(fitted, own)
    return sure, answered


def figures(cases: Sequence[Case], sure: Floats, answered: Flags) -> Figures:
    """What these confidences are worth."""
    right, answerable = _right(cases), _answerable(cases)
    far = np.array([case.asked.kind == "far" for case in cases])
    near = ~answerable & ~far
    return Figures(
        questions=len(cases),
        right_first=float(right[answerable].mean()),
        auroc=float(roc_auc_score(right, sure)),
        auroc_near=area(sure[answerable], sure[near]),
        auroc_far=area(sure[answerable], sure[far]),
        calibration_error=calibration_error(sure, right),
        covered_at_5=covered(sure, right, 0.05),
        covered_at_10=covered(sure, right, 0.1),
        answered=float(answered[answerable].mean()),
        refused=float(1 - answered[~answerable].mean()),
    )


def _weights(cases: Sequence[Case]) -> Floats:
    # Half of the questions that are answered are odd paraphrases, since search has most to learn from
    # them. That says nothing of what visitors ask: here each kind counts as much as any other.
    answered = Counter(case.asked.kind for case in cases if case.asked.gold)
    each = answered.total() / max(len(answered), 1)
    return np.array([each / answered[one.asked.kind] if one.asked.gold else 1.0 for one in cases])


def _alone(cases: Sequence[Case]) -> Line:
    # What is sent on tells nothing of hits that come first.
    first = ~_sent_on(cases)
    near = np.array([[closeness(case.found.hits[0])] for case in cases])
    model = LogisticRegression(C=1e6).fit(near[first], _right(cases)[first])
    return Line(
        slope=round(float(model.coef_[0, 0]), 4), intercept=round(float(model.intercept_[0]), 4)
    )


def _evidence(cases: Sequence[Case], names: Sequence[str]) -> tuple[Floats, Floats]:
    """A row a case of its signals, NaN where a site cannot give one, and of its question."""
    found = [case.found.evidence for case in cases]
    signals = np.array([[one.signals.get(name, np.nan) for name in names] for one in found if one])
    return signals, np.array([one.question for one in found if one], dtype=np.float64)


def _names(cases: Sequence[Case]) -> list[str]:
    return list(
        dict.fromkeys(
            name for one in cases if one.found.evidence for name in one.found.evidence.signals
        )
    )


def _right(cases: Sequence[Case]) -> Flags:
    return np.array([case.is_right for case in cases])


def _sent_on(cases: Sequence[Case]) -> Flags:
    found = (case.found.evidence for case in cases)
    return np.array([bool(one and one.signals.get("sent_on")) for one in found])


def _answerable(cases: Sequence[Case]) -> Flags:
    return np.array([bool(case.asked.gold) for case in cases])
