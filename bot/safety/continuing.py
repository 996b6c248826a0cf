"""python -m bot.safety.continuing AUTHOR: the shipped models learn new examples, in minutes instead of hours.

The towers go on from where they are, slowly, with the messages of the authors from AUTHOR on among many of
the others', so that nothing is unlearnt; the words are fitted anew. Fusions and thresholds are fitted to
what comes of it afterwards (`calibrating.py`).
"""

import argparse
import random
import sys
from collections.abc import Sequence

import torch
from joblib import Parallel, delayed

from bot.safety import vocabulary
from bot.safety.example import Example, to_learn
from bot.safety.fitting import levels, lower, written
from bot.safety.lexical import Lexical
from bot.safety.models import WEIGHTS, Models, Packed, quantised, unpacked
from bot.safety.training import fit

# Of the others' messages, for each new one, and at most; how often all are read; and of the rates of
# a first fit.
BESIDE, MOST_BESIDE, EPOCHS, PACE = 7, 13_000, 2, 0.4


def lesson(learnt: Sequence[Example], first: int) -> list[Example]:
    """The new authors' messages and a sample of the others'; ValueError where no author is new."""
    new = [example for example in learnt if example.author >= first]
    if not new:
        raise ValueError(
            f"no author from {first} on wrote an example; expected a number such as 76"
        )
    others = [example for example in learnt if example.author < first]
    beside = min(BESIDE * len(new), MOST_BESIDE, len(others))
    return new + random.Random(0).sample(others, beside)


def continued(learnt: Sequence[Example], first: int, models: Models, jobs: int) -> Models:
    """What becomes of the models."""
    read = lesson(learnt, first)
    english, multilingual = Parallel(jobs)(
        delayed(_tower)(name, packed, read)
        for name, packed in (("english", models.english), ("multilingual", models.multilingual))
    )
    words = Lexical.fit(written(learnt), levels(learnt).tolist())
    return Models(english, multilingual, words)


def _tower(name: str, packed: Packed, read: Sequence[Example]) -> Packed:
    torch.set_num_threads(1)
    stands_on = lower(name)
    tower = unpacked(stands_on, packed)
    return quantised(fit(stands_on, read, tower=tower, epochs=EPOCHS, pace=PACE))


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the weights where `Classifier.load` reads them."""
    parser = argparse.ArgumentParser(prog="python -m bot.safety.continuing", description=__doc__)
    parser.add_argument(
        "author", type=int, help="the first author whose examples are new, such as 76"
    )
    parser.add_argument(
        "--jobs", type=int, default=-1, help="models at a time (default: all cores)"
    )
    options = parser.parse_args(arguments)
    learnt = to_learn()
    vocabulary.write(learnt)
    continued(learnt, options.author, Models.load(), options.jobs).save()
    print(f"{WEIGHTS} {WEIGHTS.stat().st_size / 1e6:.1f} MB; torch {torch.__version__}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
