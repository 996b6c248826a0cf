"""How sure the bot is that its first quote answers: one probability, and where it stays silent."""

import math
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

import numpy as np

from corpus.document import Frozen
from index.hit import Evidence, Hit

FILE = "confidence.json"


class Line(Frozen):
    """A logistic regression over one number."""

    slope: float
    intercept: float

    def at(self, number: float) -> float:
        return _logistic(self.intercept + self.slope * number)


class Calibration(Frozen):
    """What `python -m bot.evaluation tune` fits to this project's own questions.

    `signals` weighs each signal of the evidence and `question` each dimension of the question's
    embedding: some ask for what such documents never tell. `typical` stands in for a signal that an
    index cannot give; `within` is the range that was seen of each, beyond which it says no more: a
    handful of pages is unlike what this was fitted to. `alone` is for a hit by its closeness and
    nothing else. Below `threshold` the bot says that the documents do not answer.
    """

    signals: dict[str, float]
    typical: dict[str, float]
    within: dict[str, tuple[float, float]]
    question: tuple[float, ...]
    intercept: float
    alone: Line
    threshold: float


def closeness(hit: Hit) -> float:
    """How near the question is to a hit, as a cosine; to what an entry answers, for its opening."""
    return hit.meaning if hit.question is None else hit.question


def confidence(answering: Sequence[Hit], evidence: Evidence | None) -> float:
    """The probability, 0 to 1, that the first of the hits answers the question; 0 without hits."""
    if not answering:
        return 0.0
    if answering[0].question is not None or evidence is None:
        return alone(answering[0])
    return probability(calibration(), evidence)


def probability(fitted: Calibration, evidence: Evidence) -> float:
    """What a calibration makes of the evidence on a first hit."""
    signals = fitted.typical | evidence.signals
    weighed = sum(
        weight * min(max(signals[name], fitted.within[name][0]), fitted.within[name][1])
        for name, weight in fitted.signals.items()
    )
    along = float(np.dot(fitted.question, evidence.question))
    return _logistic(fitted.intercept + weighed + along)


def alone(hit: Hit) -> float:
    """The probability that a hit answers, by its closeness alone."""
    return calibration().alone.at(closeness(hit))


@lru_cache(maxsize=1)
def calibration() -> Calibration:
    """The shipped calibration."""
    text = resources.files("bot").joinpath(FILE).read_text("utf-8")
    return Calibration.model_validate_json(text)


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0
