"""Labelled sets as the input of `python -m bot --jsonl`."""

import json
from collections.abc import Iterator
from pathlib import Path


class SetError(Exception):
    """A line of a set that holds no conversation."""


def export(path: Path) -> Iterator[str]:
    """A line in for each line of a set, which has `question`, `text`, or `turns` of either.

    SetError names the file and the line.
    """
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            asked = {"id": row["id"], "turns": [_words(turn) for turn in row.get("turns", [row])]}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SetError(
                f"{path}:{number}: expected a JSON object with id and question, text or turns; "
                f"found {line[:60]!r}; correct the line"
            ) from error
        optional = {key: row[key] for key in ("country",) if row.get(key)}
        yield json.dumps(asked | optional, ensure_ascii=False)


def _words(turn: "dict[str, str] | str") -> str:
    if isinstance(turn, str):
        return turn
    return turn["question"] if "question" in turn else turn["text"]
