"""python -m bot.safety.retrain: read held-out authors, choose thresholds, fit to all, write the weights."""

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Sequence

import torch

from bot.safety import vocabulary
from bot.safety.choosing import finish
from bot.safety.example import Example, to_learn
from bot.safety.fitting import train
from bot.safety.models import WEIGHTS

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


if __name__ == "__main__":
    sys.exit(main())
