"""python -m bot.safety.continuing AUTHOR: the shipped models learn new examples, in minutes instead of hours.

First they read the messages of the authors from AUTHOR on as strangers, which the fusions and thresholds
are fitted to, where there are enough of them. Then the towers go on from where they are, slowly, with
those messages among many of the others', so that nothing is unlearnt; the words are fitted anew.
"""

import argparse
import random
import sys
from collections.abc import Sequence

import torch
from joblib import Parallel, delayed

from bot.safety.choosing import Allowed, finish
from bot.safety.example import Example, to_learn
from bot.safety.fitting import levels, lower, read_by, written
from bot.safety.lexical import Lexical
from bot.safety.models import WEIGHTS, Models, Packed, quantised, unpacked
from bot.safety.retrain import write_vocabulary
from bot.safety.training import fit

# Of the others' messages, for each new one, and at most; how often all are read; and of the rates of
# a first fit.
BESIDE, MOST_BESIDE, EPOCHS, PACE = 3, 13_000, 2, 0.3
# New messages from which on the fusions and thresholds are fitted to them; what these may cost, most of
# which were written because the screen had been wrong about their like.
ENOUGH, OF_THE_NEW = 2_000, Allowed(routed=0.12, alarmed=0.14)


def new_ones(learnt: Sequence[Example], first: int) -> list[Example]:
    """The messages of the authors from the first on; ValueError where there is none."""
    new = [example for example in learnt if example.author >= first]
    if not new:
        raise ValueError(
            f"no author from {first} on wrote an example; expected a number such as 76"
        )
    return new


def lesson(learnt: Sequence[Example], first: int) -> list[Example]:
    """The new authors' messages and a sample of the others'; ValueError where no author is new."""
    new = new_ones(learnt, first)
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
    models, new = Models.load(), new_ones(learnt, options.author)
    write_vocabulary(learnt)
    if len(new) >= ENOUGH:
        finish(new, read_by(models, new), OF_THE_NEW)
    continued(learnt, options.author, models, options.jobs).save()
    print(f"{WEIGHTS} {WEIGHTS.stat().st_size / 1e6:.1f} MB; torch {torch.__version__}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
