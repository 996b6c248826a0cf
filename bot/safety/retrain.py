"""python -m bot.safety.retrain: fit the models to all examples, cross-validated by author, and write the weights.

Fusions and thresholds are fitted to the new models afterwards (`calibrating.py`).
"""

import argparse
import json
import sys
from collections.abc import Sequence

import torch

from bot.safety import vocabulary
from bot.safety.choosing import chosen
from bot.safety.example import to_learn
from bot.safety.fitting import train
from bot.safety.models import WEIGHTS


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the cross-validated figures as JSON, and writes the weights and the vocabulary."""
    parser = argparse.ArgumentParser(prog="python -m bot.safety.retrain", description=__doc__)
    parser.add_argument("--jobs", type=int, default=-1, help="folds at a time (default: all cores)")
    options = parser.parse_args(arguments)
    learnt = to_learn()
    vocabulary.write(learnt)
    trained = train(learnt, options.jobs)
    trained.models.save()
    print(json.dumps(chosen(learnt, trained.held_out).figures, indent=1), flush=True)
    print(f"{WEIGHTS} {WEIGHTS.stat().st_size / 1e6:.1f} MB; torch {torch.__version__}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
