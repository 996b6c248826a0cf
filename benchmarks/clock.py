"""The time that encoders take, kept apart from the rest."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bot.safety.classifier import TowerRead, TowerReader


class Clock:
    """Seconds spent inside encoders."""

    spent = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.spent += time.perf_counter() - start


def count(reader: type[TowerReader], clock: Clock) -> None:
    """From now on, what towers take to read is counted."""
    read = reader.__call__

    def counted(self: TowerReader, written: Sequence[str]) -> TowerRead:
        with clock.running():
            return read(self, written)

    reader.__call__ = counted  # type: ignore[method-assign]
