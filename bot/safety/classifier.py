"""How likely each level is, by models that were fitted to our own examples.

A message is read whole, a very long one in windows, of which the most dangerous one counts.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch

from bot.reply import Level
from bot.safety.example import CATEGORIES, LEVELS
from bot.safety.fusion import Floats, Fusions, evidence, with_tower
from bot.safety.going_on import GoingOn
from bot.safety.models import Models, Packed, restored
from bot.safety.normalise import normalise
from bot.safety.plain import plain
from bot.safety.reading import Reading
from bot.safety.tower import ABOUT, KINDS, Lower
from bot.safety.windows import cores, windows

_BATCH = 32
# A harmless sentence before or behind a dangerous one makes the whole less dangerous to a model.
# Where the whole is in doubt, it is read again without the sentences at its ends that are this
# surely harmless by themselves. The end of a joke is harmless too, and explains it: what is left is
# trusted less, by these odds.
_DOUBTFUL, _SURE, _HARMLESS, _LESS = 0.15, 0.9, 0.96, 1.5


class Seen(NamedTuple):
    """What the models make of written texts, a row each; `kind` and `about` are the towers' sum."""

    english: Floats
    words: Floats
    multilingual: Floats | None
    kind: Floats
    about: Floats


class Classifier:
    """Reads texts; loading it needs torch, so that only `bot.loading` and training import it."""

    def __init__(
        self,
        english: Lower,
        models: Models,
        fusions: Fusions,
        going_on: GoingOn,
        multilingual: Lower | None = None,
    ) -> None:
        """Without `multilingual`, two of the three models read."""
        self._lower = [english] if multilingual is None else [english, multilingual]
        self._going_on = going_on
        self._english = TowerReader(english, models.english)
        self._multilingual = (
            TowerReader(multilingual, models.multilingual) if multilingual is not None else None
        )
        self._lexical = models.words
        self._fusions = fusions

    @classmethod
    def load(cls, english: Lower, multilingual: Lower | None = None) -> "Classifier":
        """With the shipped weights."""
        return cls(english, Models.load(), Fusions.load(), GoingOn.load(), multilingual)

    def read(self, texts: Sequence[str], phrases: Sequence[Level]) -> list[Reading]:
        """A reading of each text as a visitor typed it."""
        whole = self._read(texts, phrases)
        doubtful = {at: cores(texts[at]) for at, one in enumerate(whole) if _is_doubtful(one)}
        written = [
            part for of in doubtful.values() for core in of for part in (core.text, *core.dropped)
        ]
        parts = dict.fromkeys(written)
        found = dict(zip(parts, self._read(list(parts), ["none"] * len(parts)), strict=True))
        for at, of in doubtful.items():
            alone = [
                found[core.text].discounted(_LESS)
                for core in of
                if all(found[part].none >= _HARMLESS for part in core.dropped)
            ]
            whole[at] = max([whole[at], *alone], key=Reading.danger)
        return whole

    def go_on(self, turns: Sequence[str]) -> list[bool]:
        """Which of these turns go on with danger that was told of just before them."""
        return self._going_on.are_on(turns, self._lower)

    def _read(self, texts: Sequence[str], phrases: Sequence[Level]) -> list[Reading]:
        parts = [windows(plain(normalise(text))) for text in texts]
        written = [window for part in parts for window in part]
        heard = [level for part, level in zip(parts, phrases, strict=True) for _ in part]
        if not written:
            return []
        seen = self.see(written)
        rows = evidence(seen.english, seen.words, heard)
        if seen.multilingual is None:
            level = self._fusions.two.probabilities(rows)
        else:
            level = self._fusions.three.probabilities(with_tower(rows, seen.multilingual))
        readings = map(_reading, level.tolist(), seen.kind, seen.about)
        return [max((next(readings) for _ in part), key=Reading.danger) for part in parts]

    def see(self, written: Sequence[str]) -> Seen:
        """What each model makes of texts that are normalised and written out."""
        read = self._english(written)
        words = self._lexical.log_probabilities(written)
        if self._multilingual is None:
            return Seen(read.level, words, None, read.kind, read.about)
        other = self._multilingual(written)
        kind, about = read.kind + other.kind, read.about + other.about
        return Seen(read.level, words, other.level, kind, about)


class TowerRead(NamedTuple):
    """Probabilities, a row a text."""

    level: Floats
    kind: Floats
    about: Floats


class TowerReader:
    """A tower with what it stands on."""

    def __init__(self, lower: Lower, packed: Packed) -> None:
        self._lower = lower
        self._tower = restored(lower, packed)

    @torch.inference_mode()
    def __call__(self, written: Sequence[str]) -> TowerRead:
        """What it makes of texts that are normalised and written out."""
        read = TowerRead(*(np.zeros((len(written), len(of))) for of in (LEVELS, KINDS, ABOUT)))
        # Texts of like length go together: padding costs as much as words.
        order = sorted(range(len(written)), key=lambda at: len(written[at]))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            logits = self._tower(self._lower([written[row] for row in rows]))
            for whole, part in zip(read, logits, strict=True):
                whole[rows] = part.softmax(1).numpy()
        return read


def _is_doubtful(reading: Reading) -> bool:
    return reading.acute >= _DOUBTFUL and reading.emergency < _SURE


def _reading(level: Sequence[float], kind: Floats, about: Floats) -> Reading:
    none, concern, crisis, emergency = level
    whom = ABOUT[1:][about[1:].argmax()]
    category = CATEGORIES[kind[1:].argmax()]
    return Reading(none, concern, crisis, emergency, category, whom == "other")
