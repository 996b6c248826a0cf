"""What the models make of one message: how likely each level is, and what the danger would be."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol

from bot.reply import Category, Level
from corpus.document import Frozen

THRESHOLDS = Path(__file__).with_name("weights") / "thresholds.json"


class Thresholds(Frozen):
    """When a level is taken; chosen on held-out authors by retraining.

    A card comes where crisis and emergency together exceed `over_none` times none plus
    `over_concern` times concern; it is an emergency's from this share of the two on. Resources are
    shown where none is less likely than `concern` allows.
    """

    over_none: float
    over_concern: float
    emergency: float
    concern: float


@cache
def thresholds() -> Thresholds:
    """Those that belong to the shipped weights."""
    return Thresholds.model_validate_json(THRESHOLDS.read_text("utf-8"))


class Reading(NamedTuple):
    """Four probabilities that sum to one; `category` and `third_party` mean nothing at none."""

    none: float
    concern: float
    crisis: float
    emergency: float
    category: Category
    third_party: bool

    @property
    def acute(self) -> float:
        """Crisis or emergency."""
        return self.crisis + self.emergency

    def discounted(self, odds: float) -> "Reading":
        """The same with danger so many times less likely, in odds."""
        scale = 1 / (self.acute + odds * (1 - self.acute))
        return self._replace(
            none=self.none * odds * scale,
            concern=self.concern * odds * scale,
            crisis=self.crisis * scale,
            emergency=self.emergency * scale,
        )

    def danger(self) -> tuple[float, float]:
        """For ordering: the likelier to be acute, the higher; then the less likely to be nothing."""
        return self.acute, -self.none

    def level(self, at: Thresholds) -> Level:
        """The level that these thresholds make of it."""
        if self.acute > at.over_none * self.none + at.over_concern * self.concern:
            return "emergency" if self.emergency >= at.emergency * self.acute else "crisis"
        return "concern" if 1 - self.none >= at.concern else "none"


class Reader(Protocol):
    """Anything that reads messages, such as `bot.safety.classifier.Classifier`."""

    def read(self, texts: Sequence[str], phrases: Sequence[Level]) -> list[Reading]:
        """A reading a text; `phrases` is the level that the phrases found in it."""
        ...

    def go_on(self, turns: Sequence[str]) -> list[bool]:
        """Which of these turns go on with danger that was told of just before them."""
        ...
