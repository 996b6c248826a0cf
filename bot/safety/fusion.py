"""One calibrated probability a level, out of towers, words and phrases; fitted on held-out authors."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression

from bot.reply import Level
from bot.safety.example import LEVELS
from corpus.document import Frozen

FILE = Path(__file__).with_name("weights") / "fusion.json"
_LEAST = 1e-6
# Small weights: what one model makes of a few authors better than the others does not hold for new
# ones. The probabilities are modest by that, which the thresholds take into account.
_REGULARISATION = 0.001  # C of scikit-learn

Floats = NDArray[np.float64]


def evidence(tower: Floats, words: Floats, phrases: Sequence[Level]) -> Floats:
    """A row a text: log-probabilities of two models (four each), and the phrases' level.

    Not the text's length: how long harmless and dangerous examples are is a matter of who wrote them.
    """
    by_phrases = np.eye(len(LEVELS))[[LEVELS.index(level) for level in phrases]]
    return np.hstack([_logarithms(tower), words, by_phrases])


def with_tower(rows: Floats, tower: Floats) -> Floats:
    """Rows of evidence with another tower's probabilities."""
    return np.hstack([rows, _logarithms(tower)])


def _logarithms(probabilities: Floats) -> Floats:
    return np.asarray(np.log(np.clip(probabilities, _LEAST, 1)), dtype=np.float64)


class Fusion(Frozen):
    """A multinomial logistic regression: a row of `weights` for each level."""

    weights: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]

    @classmethod
    def fit(cls, rows: Floats, level: NDArray[np.int64]) -> "Fusion":
        """Fitted to rows of `evidence` that come from models which saw nothing of their authors."""
        model = LogisticRegression(C=_REGULARISATION, max_iter=2000).fit(rows, level)
        weights = tuple(tuple(round(float(one), 4) for one in row) for row in model.coef_)
        return cls(weights=weights, bias=tuple(round(float(one), 4) for one in model.intercept_))

    def probabilities(self, rows: Floats) -> Floats:
        """Shape (rows, levels)."""
        scores = rows @ np.array(self.weights).T + np.array(self.bias)
        return np.asarray(softmax(scores, axis=1), dtype=np.float64)


class Fusions(Frozen):
    """All `three` models are fused, or `two` where multilingual E5 is not installed."""

    two: Fusion
    three: Fusion

    @classmethod
    def load(cls) -> "Fusions":
        """The shipped ones."""
        return cls.model_validate_json(FILE.read_text("utf-8"))
