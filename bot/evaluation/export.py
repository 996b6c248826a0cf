"""Sets as the input of `python -m bot --jsonl`."""

import json
from collections.abc import Iterator
from pathlib import Path

from bot.evaluation.sets import load


def export(path: Path) -> Iterator[str]:
    """A line in for each case. SetError if the set can't be read."""
    for case in load(path):
        asked = {"id": case.id, "turns": [turn.question for turn in case.turns]}
        optional = {"language": case.language, "country": case.country}
        given = {name: value for name, value in optional.items() if value}
        yield json.dumps(asked | given, ensure_ascii=False)
