"""Fitting the confidence: a logistic regression, and the threshold that keeps strangers out."""

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

from bot.confidence import Calibration, closeness
from bot.evaluation.own_questions import OwnQuestion, answers, own_questions
from corpus.document import Frozen
from index.hit import Found
from index.search import Index

# The share of off-topic questions that must stay unanswered on the questions it was fitted to.
REFUSED = 0.95


class Fit(Frozen):
    """A calibration and how it does on five folds that it was not fitted to."""

    calibration: Calibration
    questions: int
    right_first: float
    auroc: float
    far_refused: float
    near_refused: float
    answered: float


def fit(index: Index) -> Fit:
    """Fit to the project's own questions, all of which are about the documents of `index`."""
    asked = own_questions(index.documents)
    found = index.search_all([one.question for one in asked], k=2)
    closest = np.array([[closeness(one.hits)] for one in found])
    right = np.array([_is_right(*pair) for pair in zip(asked, found, strict=True)])
    model = LogisticRegression(C=1e6)
    held_out = cross_val_predict(model, closest, right, cv=5, method="predict_proba")[:, 1]
    model.fit(closest, right)
    threshold = float(np.quantile(held_out[_is_kind(asked, "far")], REFUSED))
    is_open = np.array([bool(one.gold) for one in asked])
    return Fit(
        calibration=Calibration(
            slope=round(float(model.coef_[0, 0]), 4),
            intercept=round(float(model.intercept_[0]), 4),
            threshold=round(threshold, 4),
        ),
        questions=len(asked),
        right_first=float(right[is_open].mean()),
        auroc=float(roc_auc_score(right, held_out)),
        far_refused=float((held_out < threshold)[_is_kind(asked, "far")].mean()),
        near_refused=float((held_out < threshold)[_is_kind(asked, "near", "advice")].mean()),
        answered=float((held_out >= threshold)[is_open].mean()),
    )


def _is_right(asked: OwnQuestion, found: Found) -> bool:
    return answers(asked, found.hits[0].passage)


def _is_kind(asked: Sequence[OwnQuestion], *kinds: str) -> "np.typing.NDArray[np.bool_]":
    return np.array([one.kind in kinds for one in asked])
