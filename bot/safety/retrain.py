"""python -m bot.safety.retrain: read held-out authors, choose thresholds, fit to all, write the weights."""

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from sklearn.metrics import roc_auc_score

from bot.safety import vocabulary
from bot.safety.example import LEVELS, Example, to_learn
from bot.safety.fitting import Rows, Seen, by_author, levels, train, written
from bot.safety.fusion import FILE, Floats, Fusion, Fusions, evidence, with_tower
from bot.safety.models import WEIGHTS
from bot.safety.reading import THRESHOLDS, Reading, Thresholds
from bot.safety.screen import Conversation, screen
from bot.safety.windows import WHOLE

FUSION_FOLDS = 5
# The fusion is fitted to messages that are read whole.
FUSED_WORDS = WHOLE
# What held-out authors may cost. Many of their harmless lines were written to be mistaken for
# danger: docs/screen.md and the README say what other messages cost at these shares. The first is 7 %
# of those, since what the clinic was asked (authors 55 on) was not.
NONE_ROUTED, NONE_ALARMED, CRISIS_AS_EMERGENCY = 0.063, 0.09, 0.15
# A concern taken for a crisis costs little: the answer comes one step later.
OVER_CONCERN = 0.3
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
# Their words are not spelt as a word should be, or are of a language that is not repaired.
_NOT_WORDS = ("misspelt", "disguised")
_LANGUAGES = ("en", "es", "mixed")


def write_vocabulary(learnt: Sequence[Example]) -> None:
    """The file that `vocabulary.counts` reads: each word and how many authors use it."""
    authors = defaultdict(set)
    for example in learnt:
        if example.style not in _NOT_WORDS and example.language in _LANGUAGES:
            for word in _WORD.findall(vocabulary.folded(example.text).replace("\u2019", "'")):
                authors[word].add(example.author)
    lines = [f"{word}\t{len(by)}\n" for word, by in sorted(authors.items())]
    vocabulary.FILE.parent.mkdir(exist_ok=True)
    vocabulary.FILE.write_text("".join(lines), "utf-8")


class Fused(NamedTuple):
    """The fusions to ship, and the probabilities of fusions that were fitted without an author."""

    fusions: Fusions
    held_out: Floats


def fuse(learnt: Sequence[Example], seen: Seen) -> Fused:
    """Fits the fusions to what held-out models saw; held out is the one of all three."""
    screened = screen.all([Conversation(turns=(example.text,)) for example in learnt])
    heard = [one.level for one in screened]
    rows = evidence(seen.english, seen.words, heard, written(learnt))
    wide = with_tower(rows, seen.multilingual)
    level = levels(learnt)
    held_out = np.zeros((len(learnt), 4))
    for others, chosen in by_author(learnt, FUSION_FOLDS):
        held_out[chosen] = Fusion.fit(wide[others], level[others]).probabilities(wide[chosen])
    return Fused(Fusions(two=Fusion.fit(rows, level), three=Fusion.fit(wide, level)), held_out)


def _above(scores: Floats, share: float) -> float:
    """The value that this share of the scores lies above."""
    return round(float(np.quantile(scores, 1 - share)), 4)


def choose(found: Floats, level: Rows) -> Thresholds:
    """The lowest thresholds that keep to the shares allowed above."""
    none, concern, crisis, emergency = found.T
    acute = crisis + emergency
    odds = (acute - OVER_CONCERN * concern) / none
    return Thresholds(
        over_none=_above(odds[level == 0], NONE_ROUTED),
        over_concern=OVER_CONCERN,
        emergency=_above((emergency / acute)[level == 2], CRISIS_AS_EMERGENCY),
        concern=_above(1 - none[level == 0], NONE_ALARMED),
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the cross-validated figures as JSON, and writes what `Classifier.load` reads."""
    parser = argparse.ArgumentParser(prog="python -m bot.safety.retrain", description=__doc__)
    parser.add_argument("--jobs", type=int, default=-1, help="folds at a time (default: all cores)")
    options = parser.parse_args(arguments)
    learnt = to_learn()
    write_vocabulary(learnt)
    trained = train(learnt, options.jobs)
    trained.models.save()
    finish(learnt, trained.held_out)
    print(f"{WEIGHTS} {WEIGHTS.stat().st_size / 1e6:.1f} MB; torch {torch.__version__}")
    return 0


def finish(learnt: Sequence[Example], seen: Seen) -> None:
    """Writes fusions and thresholds, and prints the figures."""
    short = np.array([len(example.text.split()) <= FUSED_WORDS for example in learnt])
    kept = [example for example, is_short in zip(learnt, short, strict=True) if is_short]
    level = levels(kept)
    fusions, held_out = fuse(kept, Seen(*(rows[short] for rows in seen)))
    at = choose(held_out, level)
    FILE.write_text(fusions.model_dump_json(indent=1) + "\n", "utf-8")
    THRESHOLDS.write_text(at.model_dump_json(indent=1) + "\n", "utf-8")
    print(json.dumps(at.model_dump() | figures(held_out, level, at), indent=1), flush=True)


if __name__ == "__main__":
    sys.exit(main())
