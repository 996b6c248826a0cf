"""The bridge: a visitor's words find a way of asking, and its entry's words find other documents.

It holds whether or not the entry itself may be quoted.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors

# How many entries speak for passages, and how fast those behind the nearest lose their say.
ENTRIES, TEMPERATURE = 3, 0.05

Floats = NDArray[np.float32]


class Known(NamedTuple):
    """An entry by its openings' numbers, of all its versions: embeddings of its ways of asking and of
    its passages."""

    openings: tuple[int, ...]
    ways: Vectors
    passages: Vectors


class Bridge:
    """How near each passage stands to each entry that answers."""

    def __init__(self, entries: Sequence[Known], passages: Vectors, ends: Sequence[int]) -> None:
        """`ends` are numbers of passages that no bridge leads to: those of the entries themselves."""
        self._rows = {at: row for row, entry in enumerate(entries) for at in entry.openings}
        self._near = np.zeros((len(entries), len(passages)), dtype=np.float32)
        for row, entry in enumerate(entries):
            mean = entry.ways.mean(axis=0)
            asked = passages @ (mean / np.linalg.norm(mean))
            self._near[row] = (asked + (passages @ entry.passages.T).max(axis=1)) / 2
        self._is_end = np.zeros(len(passages), dtype=bool)
        self._is_end[list(ends)] = True

    def reach(self, scores: Mapping[int, float]) -> Floats:
        """How near each passage stands to the entries that were asked for; shape (passages,).

        At most 0, which the nearest passage gets, and so do the entries' own.
        """
        nearest = sorted(scores.keys() & self._rows.keys(), key=lambda at: -scores[at])[:ENTRIES]
        if not nearest or self._is_end.all():
            return np.zeros(len(self._is_end), dtype=np.float32)
        found = np.array([scores[at] for at in nearest], dtype=np.float32)
        shares = np.exp((found - found.max()) / TEMPERATURE)
        near = (shares / shares.sum()) @ self._near[[self._rows[at] for at in nearest]]
        reached: Floats = near - near[~self._is_end].max()
        reached[self._is_end] = 0
        return reached

    def covered(self, opening: int, passage: int) -> tuple[float, float]:
        """How near the nearest passage of all stands to an entry, and how near this one."""
        if opening not in self._rows:
            return 0.0, 0.0
        near = self._near[self._rows[opening]]
        others = near[~self._is_end]
        return float(others.max(initial=0)), float(near[passage])
