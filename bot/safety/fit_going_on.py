"""python -m bot.safety.fit_going_on: fit which turns go on with danger that was told of just before.

The figures are of each author's turns by a fit to all others', and of the held-out authors'.
"""

import json
import sys
from collections.abc import Sequence

import numpy as np
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict

from bot.safety.fitting import lower
from bot.safety.fusion import Floats
from bot.safety.going_on import FILE, Flags, GoingOn, Line, are_on, regression, vectors
from bot.safety.sequel import HELD_OUT, Sequel, sequels


def figures(turns: Sequence[Sequel], likely: Floats) -> dict[str, float]:
    """How many there are, the area under the ROC, and the shares of each kind that are taken to go on."""
    wanted = _wanted(turns)
    taken = are_on([one.turn for one in turns], likely)
    return {
        "turns": len(turns),
        "auroc": round(float(roc_auc_score(wanted, likely)), 3),
        "on_taken": round(float(taken[wanted].mean()), 3),
        "off_taken": round(float(taken[~wanted].mean()), 3),
    }


def _wanted(turns: Sequence[Sequel]) -> Flags:
    return np.array([one.goes_on for one in turns], dtype=np.bool_)


def main() -> int:
    """Writes what `GoingOn.load` reads, and prints the figures as JSON."""
    all_of_them = sequels()
    learnt = [one for one in all_of_them if one.author not in HELD_OUT]
    met = [one for one in all_of_them if one.author in HELD_OUT]
    models = [lower("english"), lower("multilingual")]
    wanted, authors = _wanted(learnt), [one.author for one in learnt]
    lines: dict[str, Line] = {}
    found: dict[str, dict[str, dict[str, float]]] = {}
    for name, read_by in (("one", models[:1]), ("two", models)):
        seen = vectors([one.turn for one in learnt], read_by)
        others = cross_val_predict(
            regression(),
            seen,
            wanted,
            groups=authors,
            cv=LeaveOneGroupOut(),
            method="predict_proba",
        )
        lines[name] = Line.fit(seen, wanted)
        strangers = lines[name].probabilities(vectors([one.turn for one in met], read_by))
        found[name] = {
            "each author by all others": figures(learnt, others[:, 1]),
            "held-out authors": figures(met, strangers),
        }
    FILE.write_text(GoingOn(**lines).model_dump_json() + "\n", "utf-8")
    print(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
