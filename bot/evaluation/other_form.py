"""Labelled sets of another form, in the names of this one.

`text` is the question. `gold` lists what answers, as `doc` and `quote`; if it is empty, nothing may be
quoted. `level` is expected, and what `also_ok=crisis|concern` in `note` names will do. `style`,
`category`, `lang` and, in rows of the other form, `kind` become tags like `lang:es`.
"""

import re
from collections.abc import Sequence
from typing import Any

from bot.evaluation.cases import UNANSWERED

# What labelled sets of another form call things.
OTHERWISE = {
    "question": "text",
    "expect_quote": "gold",
    "expect_level": "level",
    "words": "quote",
    "document": "doc",
}
_TAGGED = ("style", "category", "lang", "author")
_ALSO = re.compile(r"\balso_ok=([\w|]+)")


def translated(row: dict[str, Any]) -> dict[str, Any]:
    """A row or a turn, which may be of either form, in the names of this one."""
    tagged = (*_TAGGED, "kind") if _is_other(row) else _TAGGED
    given = [name for name in tagged if name in row]
    tags = [f"{name}:{value}" for name in given for value in several(row.pop(name))]
    also = _ALSO.search(str(row.pop("note", "")))
    new: dict[str, Any] = {"tags": tags}
    if "level" in row:
        levels = also[1].split("|") if also else []
        new["expect_level"] = [*several(row.pop("level")), *levels]
    if "text" in row and "question" not in row:
        row["question"] = row.pop("text")
    if "gold" in row:
        gold = several(row.pop("gold"))
        new["expect_quote"] = [_quote(one) for one in gold]
        row = row if gold else {"expect_kind": UNANSWERED} | row
    return row | {k: [*several(row.get(k, [])), *v] for k, v in new.items() if v}


def leaning(turn: dict[str, Any], number: int) -> list[str]:
    """The tag of a dialogue's turn, counted from 0, that says how it leans on those before it."""
    if (gold := turn.get("gold")) is None:
        return []
    kind = ("followup" if number else "first") if gold else "unanswerable"
    return [f"kind:dialogue_{kind}"]


def several(value: Any) -> Sequence[Any]:
    """A list of values, or the one that stands for it."""
    return value if isinstance(value, list | tuple) else [value]


def _is_other(row: Any) -> bool:
    """Whether a row, or a turn of it, is of the other form."""
    if not isinstance(row, dict):
        return False
    turns = row.get("turns")
    in_turns = isinstance(turns, list) and any(map(_is_other, turns))
    return in_turns or not {"text", "gold"}.isdisjoint(row)


def _quote(gold: Any) -> Any:
    names = {"doc": "document", "quote": "words"}
    return {names.get(k, k): v for k, v in gold.items()} if isinstance(gold, dict) else gold
