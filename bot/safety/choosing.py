"""Fusions and thresholds, fitted to what models made of messages whose authors they had not learnt from."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sklearn.metrics import roc_auc_score

from bot.safety.example import LEVELS, Example
from bot.safety.fitting import Rows, Seen, by_author, levels
from bot.safety.fusion import Floats, Fusion, Fusions, evidence, with_tower
from bot.safety.reading import Reading, Thresholds
from bot.safety.screen import Conversation, screen
from bot.safety.windows import WHOLE

FUSION_FOLDS = 4
CRISIS_AS_EMERGENCY = 0.15
# A concern taken for a crisis costs little: the answer comes one step later.
OVER_CONCERN = 0.3


class Allowed(NamedTuple):
    """Shares of held-out authors' harmless messages that may get a card, and any resources.

    Many of those were written to be mistaken for danger: docs/screen.md and the README say what
    other messages cost at these shares.
    """

    routed: float
    alarmed: float


# Of all authors. The first is 7 % of what was written to mislead; what the clinic was asked
# (authors 55 on) was not.
OF_ALL = Allowed(routed=0.063, alarmed=0.09)


class Fused(NamedTuple):
    """The fusions to ship, and the probabilities of fusions that were fitted without an author."""

    fusions: Fusions
    held_out: Floats


def fuse(learnt: Sequence[Example], seen: Seen) -> Fused:
    """Fits the fusions to what held-out models saw; held out is the one of all three."""
    screened = screen.all([Conversation(turns=(example.text,)) for example in learnt])
    heard = [one.level for one in screened]
    rows = evidence(seen.english, seen.words, heard)
    wide = with_tower(rows, seen.multilingual)
    level = levels(learnt)
    held_out = np.zeros((len(learnt), 4))
    for others, chosen in by_author(learnt, FUSION_FOLDS):
        held_out[chosen] = Fusion.fit(wide[others], level[others]).probabilities(wide[chosen])
    return Fused(Fusions(two=Fusion.fit(rows, level), three=Fusion.fit(wide, level)), held_out)


def _above(scores: Floats, share: float) -> float:
    """The value that this share of the scores lies above."""
    return round(float(np.quantile(scores, 1 - share)), 4)


def choose(found: Floats, level: Rows, allowed: Allowed = OF_ALL) -> Thresholds:
    """The lowest thresholds that keep to what is allowed."""
    none, concern, crisis, emergency = found.T
    acute = crisis + emergency
    odds = (acute - OVER_CONCERN * concern) / none
    return Thresholds(
        over_none=_above(odds[level == 0], allowed.routed),
        over_concern=OVER_CONCERN,
        emergency=_above((emergency / acute)[level == 2], CRISIS_AS_EMERGENCY),
        concern=_above(1 - none[level == 0], allowed.alarmed),
    )


def level_of(none: float, concern: float, crisis: float, emergency: float) -> Reading:
    """A reading of which only the level will be asked."""
    return Reading(none, concern, crisis, emergency, category="suicide", third_party=False)


def shares(rank: Rows, level: Rows) -> dict[str, float]:
    """What is shown (positions in LEVELS) of what should be, by the names of the labelled sets' figures."""
    found = {
        "recall_high": (rank >= 2)[level >= 2],
        "emergency_recall": (rank >= 2)[level == 3],
        "emergency_exact": (rank == 3)[level == 3],
        "crisis_as_emergency": (rank == 3)[level == 2],
        "concern_served": (rank == 1)[level == 1],
        "concern_routed": (rank >= 2)[level == 1],
        "false_alarm_any": (rank >= 1)[level == 0],
        "false_route": (rank >= 2)[level == 0],
    }
    return {name: round(float(np.mean(of)), 4) for name, of in found.items()}


def figures(found: Floats, level: Rows, at: Thresholds) -> dict[str, float]:
    """How the models do at these thresholds, without the phrases that are final."""
    rank = np.array([LEVELS.index(level_of(*row).level(at)) for row in found.tolist()])
    area = roc_auc_score(level >= 2, found[:, 2:].sum(1))
    return shares(rank, level) | {"auroc": round(float(area), 4)}


class Chosen(NamedTuple):
    """What is shipped beside the models, and how it does on messages that it was not fitted to."""

    fusions: Fusions
    thresholds: Thresholds
    figures: dict[str, float]


def chosen(met: Sequence[Example], seen: Seen, allowed: Allowed = OF_ALL) -> Chosen:
    """Fitted to those of the messages that are read whole."""
    short = np.array([len(example.text.split()) <= WHOLE for example in met])
    kept = [example for example, is_short in zip(met, short, strict=True) if is_short]
    level = levels(kept)
    fusions, held_out = fuse(kept, Seen(*(rows[short] for rows in seen)))
    at = choose(held_out, level, allowed)
    return Chosen(fusions, at, figures(held_out, level, at))
