"""What was measured of the screen, as the file beside this one says: names and values."""

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter

_FILE = Path(__file__).with_name("figures.json")
_INTERVAL = "_ci"
_Value = str | int | float | tuple[float, float]


class Figure(NamedTuple):
    """`interval` is the lower and the upper end, where one was computed."""

    name: str
    value: str | int | float
    interval: tuple[float, float] | None


def read(path: Path) -> tuple[Figure, ...]:
    """The figures of one file, in its order; none if there is no file."""
    if not path.exists():
        return ()
    values = TypeAdapter(dict[str, _Value]).validate_python(json.loads(path.read_text("utf-8")))
    intervals = {
        name.removesuffix(_INTERVAL): value
        for name, value in values.items()
        if isinstance(value, tuple)
    }
    return tuple(
        Figure(name, value, intervals.get(name))
        for name, value in values.items()
        if not isinstance(value, tuple)
    )


@cache
def figures() -> tuple[Figure, ...]:
    """The figures that this version was measured at."""
    return read(_FILE)
