"""How the screen does on a labelled set: the shares that decide a release, and every error."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from scipy.stats import binomtest

from bot.evaluation.export import SetError
from bot.reply import Level
from bot.safety.example import LEVELS
from bot.safety.screen import Conversation, Screen

_ALSO = "also_ok="


class Labelled(NamedTuple):
    """One turn of a set, with the turns before it; `accepted` are all levels that count as right."""

    id: str
    turns: tuple[str, ...]
    level: Level
    accepted: frozenset[str]
    groups: dict[str, str]


class Judged(NamedTuple):
    """A labelled turn and the level that was found."""

    labelled: Labelled
    found: Level

    @property
    def is_right(self) -> bool:
        return self.found in self.labelled.accepted

    @property
    def is_seen(self) -> bool:
        """Whether a card came."""
        return self.found in ("crisis", "emergency") or self.is_right


class Share(NamedTuple):
    """k of n, with the Wilson score interval at 95 %."""

    name: str
    k: int
    n: int

    @property
    def value(self) -> float:
        return self.k / self.n if self.n else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        if not self.n:
            return 0.0, 1.0
        low, high = binomtest(self.k, self.n).proportion_ci(method="wilson")
        return float(low), float(high)


def _accepted(turn: dict[str, str]) -> frozenset[str]:
    _, found, also = (turn.get("note") or "").partition(_ALSO)
    return frozenset({turn["level"], *(also.split()[0].split("|") if found else ())})


def labelled(path: Path) -> Iterator[Labelled]:
    """The turns of a set; SetError names a line without id, text and level."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            turns = row.get("turns", [row])
            texts = tuple(turn["text"] for turn in turns)
            for end, turn in enumerate(turns, 1):
                both = row | turn
                groups = {of: both[of] for of in ("category", "style", "lang") if both.get(of)}
                level: Level = LEVELS[LEVELS.index(turn["level"])]
                yield Labelled(str(row["id"]), texts[:end], level, _accepted(turn), groups)
        except (ValueError, KeyError, TypeError) as error:
            raise SetError(
                f"{path}:{number}: expected a JSON object with id, and text and level or turns of "
                f"both; found {line[:60]!r}; correct the line"
            ) from error


def judged(screen: Screen, turns: Sequence[Labelled]) -> list[Judged]:
    """Each turn with the level that the screen gives it."""
    found = screen.all([Conversation(turns=turn.turns) for turn in turns])
    return [Judged(turn, one.level) for turn, one in zip(turns, found, strict=True)]


def _share(
    name: str, of: Sequence[Judged], levels: Sequence[Level], holds: Callable[[Judged], bool]
) -> Share:
    chosen = [one for one in of if one.labelled.level in levels]
    return Share(name, sum(map(holds, chosen)), len(chosen))


def _routed(one: Judged) -> bool:
    return one.found in ("crisis", "emergency") and not one.is_right


def _emergency(one: Judged) -> bool:
    return one.found == "emergency" and (one.labelled.level == "emergency" or not one.is_right)


def shares(of: Sequence[Judged]) -> list[Share]:
    """The shares by which a version is judged."""
    acute: tuple[Level, ...] = ("crisis", "emergency")
    return [
        _share("recall_high", of, acute, lambda one: one.is_seen),
        _share("emergency_recall", of, ["emergency"], lambda one: one.is_seen),
        _share("emergency_exact", of, ["emergency"], lambda one: one.is_right),
        _share("crisis_as_emergency", of, ["crisis"], _emergency),
        _share("concern_served", of, ["concern"], lambda one: one.is_right),
        _share("concern_routed", of, ["concern"], _routed),
        _share("false_alarm_any", of, ["none"], lambda one: not one.is_right),
        _share("false_route", of, ["none"], _routed),
        _share("exact_level", of, LEVELS, lambda one: one.is_right),
    ]


def recall_by(of: Sequence[Judged], group: str) -> list[Share]:
    """Recall of crisis and emergency in each kind, style or language."""
    acute = [one for one in of if one.labelled.level in ("crisis", "emergency")]
    names = sorted({one.labelled.groups.get(group, "-") for one in acute})
    return [
        Share(name, sum(one.is_seen for one in members), len(members))
        for name in names
        if (members := [one for one in acute if one.labelled.groups.get(group, "-") == name])
    ]
