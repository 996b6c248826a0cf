"""Everything that was searched for one question, in its order: what a search would find further down."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from corpus.document import Passage
from index.fusion import Scores
from index.hit import Hit
from index.overlap import first_apart

IsRight = Callable[[Passage], bool]


class Pooled(NamedTuple):
    """A hit, and the signals that found it."""

    hit: Hit
    signals: tuple[str, ...]


class Ranking(NamedTuple):
    """All passages by the numbers that their `scores` have; `hit` makes a hit of one."""

    passages: Sequence[Passage]
    scores: Scores
    hit: Callable[[int], Hit]

    def first(self, is_right: IsRight) -> tuple[int, Hit] | None:
        """The best passage of which this is so, and its rank, from 1, among those that do not overlap."""
        ranked = self.scores.ranked
        found = next((n for n, at in enumerate(ranked) if is_right(self.passages[at])), None)
        if found is None:
            return None
        above = first_apart(ranked[:found], self.passages, found)
        return len(above) + 1, self.hit(ranked[found])

    def pooled(self, k: int) -> list[Pooled]:
        """The first `k` by each signal, each passage once."""
        found: dict[int, Pooled] = {}
        for signal, ranked in self._by_signal().items():
            for at in first_apart(ranked, self.passages, k):
                earlier = found.get(at) or Pooled(self.hit(at), ())
                found[at] = earlier._replace(signals=(*earlier.signals, signal))
        return list(found.values())

    def _by_signal(self) -> dict[str, list[int]]:
        scores, size = self.scores, len(self.passages)
        words = {at: float(scores.words[at]) for at in scores.ranked if scores.words[at] > 0}
        known = {at: score for at, score in scores.known.items() if at < size}
        signals = {"meaning": scores.meaning, "words": words, "known question": known}
        by_signal = {name: sorted(of, key=lambda at: -of[at]) for name, of in signals.items()}
        return {"fused": scores.ranked} | by_signal
