"""How sure the bot is that its first quote answers: one probability, and where it stays silent."""

import math
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

from corpus.document import Frozen
from index.hit import Hit

FILE = "confidence.json"


class Calibration(Frozen):
    """A logistic regression over the first hit's best cosine, and the silence below a probability.

    Fitted by `python -m bot.evaluation fit` on questions of this project's own. Margins, word
    overlap and the mean of the first hits were tried beside the cosine and did not help on held-out
    questions.
    """

    slope: float
    intercept: float
    threshold: float


def closeness(hits: Sequence[Hit]) -> float:
    """What the probability is computed from: how near the question is to the first hit, as a cosine.

    For the opening of an entry, that is how near it is to what the entry answers.
    """
    return hits[0].meaning if hits[0].question is None else hits[0].question


def confidence(hits: Sequence[Hit]) -> float:
    """The probability, 0 to 1, that the first hit answers the question; 0 without hits."""
    if not hits:
        return 0.0
    fitted = calibration()
    return 1 / (1 + math.exp(-(fitted.intercept + fitted.slope * closeness(hits))))


@lru_cache(maxsize=1)
def calibration() -> Calibration:
    """The shipped calibration."""
    text = resources.files("bot").joinpath(FILE).read_text("utf-8")
    return Calibration.model_validate_json(text)
