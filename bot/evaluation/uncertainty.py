"""What a confidence is worth: whether it tells right from wrong, and whether it means what it says."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

BINS = 10

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def calibration_error(sure: Floats, right: Flags) -> float:
    """The expected calibration error over bins of equal width (Naeini et al., 2015)."""
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(float((sure[bins == at] - right[bins == at]).sum())) for at in range(BINS)]
    return sum(gaps) / len(sure)


def risk_coverage(sure: Floats, right: Flags) -> tuple[Floats, Floats]:
    """The share that is answered and the share of wrong answers in it, the surest first.

    Selective risk as El-Yaniv and Wiener define it (2010).
    """
    order = np.argsort(-sure, kind="stable")
    count = np.arange(1, len(sure) + 1)
    return count / len(sure), np.cumsum(~right[order]) / count


def covered(sure: Floats, right: Flags, risk: float) -> float:
    """The greatest share that can be answered with no more than `risk` of it wrong."""
    coverage, wrong = risk_coverage(sure, right)
    ranked = -np.sort(-sure)
    # No threshold parts what is equally sure.
    is_last = np.append(ranked[:-1] != ranked[1:], True)
    return float(coverage[is_last & (wrong <= risk)].max(initial=0.0))


def area(answerable: Floats, other: Floats) -> float:
    """The area under the ROC curve: how often one of the first is surer than one of the others."""
    labels = np.r_[np.ones(len(answerable)), np.zeros(len(other))]
    return float(roc_auc_score(labels, np.r_[answerable, other]))
