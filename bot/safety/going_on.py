"""Whether a turn goes on with the danger that was told of just before it.

"Nobody knows" and "since Easter" are harmless by themselves. Logistic regressions read what the two
models, as they came, make of the turn; `python -m bot.safety.fit_going_on` fits them.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.safety.fusion import Floats
from bot.safety.normalise import normalise
from bot.safety.plain import plain
from bot.safety.tower import Lower
from corpus.document import Frozen

FILE = Path(__file__).with_name("weights") / "going_on.json"
# From this probability on a turn goes on.
LIKELY = 0.5
_QUESTION = "?"

Flags = NDArray[np.bool_]


def regression() -> LogisticRegression:
    """What is fitted; C is where other authors' turns were told best (1 to 10 do within chance)."""
    return LogisticRegression(C=5.0, max_iter=2000)


class Line(Frozen):
    """A weight for each number of a vector, and what is added to their sum."""

    weights: tuple[float, ...]
    bias: float

    @classmethod
    def fit(cls, seen: Floats, goes_on: Flags) -> "Line":
        """Fitted to vectors, a row a turn."""
        model = regression().fit(seen, goes_on)
        weights = tuple(round(float(one), 3) for one in model.coef_[0])
        return cls(weights=weights, bias=round(float(model.intercept_[0]), 3))

    def probabilities(self, seen: Floats) -> Floats:
        """One a row."""
        scores = seen @ np.array(self.weights) + self.bias
        return np.asarray(1 / (1 + np.exp(-scores)), dtype=np.float64)


class GoingOn(Frozen):
    """`two` reads MiniLM's vectors beside multilingual E5's, `one` MiniLM's where E5 is not installed."""

    one: Line
    two: Line

    @classmethod
    def load(cls) -> "GoingOn":
        """The shipped one."""
        return cls.model_validate_json(FILE.read_text("utf-8"))

    def are_on(self, turns: Sequence[str], lower: Sequence[Lower]) -> list[bool]:
        """Which turns go on, as one model sees them or two; what asks something is to be answered."""
        line = self.one if len(lower) == 1 else self.two
        return [bool(one) for one in are_on(turns, line.probabilities(vectors(turns, lower)))]


def are_on(turns: Sequence[str], likely: Floats) -> Flags:
    """Which turns go on, that do so with these probabilities."""
    asks = np.array([_QUESTION in turn for turn in turns])
    return np.asarray((likely >= LIKELY) & ~asks, dtype=np.bool_)


def vectors(turns: Sequence[str], lower: Sequence[Lower]) -> Floats:
    """What models make of turns as visitors typed them, side by side; a row a turn."""
    written = [plain(normalise(turn)) for turn in turns]
    return np.hstack([model.vectors(written) for model in lower]).astype(np.float64)
