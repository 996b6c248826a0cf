"""How likely each level is, by models that were fitted to our own examples.

A message is read whole, a very long one in windows, of which the most dangerous one counts.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor

from bot.reply import Level
from bot.safety.embedded import Embedded
from bot.safety.example import CATEGORIES
from bot.safety.fusion import Floats, Fusions, evidence, with_embedded
from bot.safety.lexical import Lexical
from bot.safety.normalise import normalise
from bot.safety.plain import plain
from bot.safety.reading import Reading
from bot.safety.tower import ABOUT, LowerLayers, Tower
from bot.safety.windows import cores, windows

WEIGHTS = Path(__file__).with_name("weights") / "models.safetensors"
_BATCH = 32
_SCALE = ".scale"
_LEXICAL, _EMBEDDED = "lexical.", "embedded."
# A harmless sentence before or behind a dangerous one makes the whole less dangerous to a model.
# Where the whole is in doubt, it is read again without the sentences at its ends that are this
# surely harmless by themselves.
_DOUBTFUL, _SURE, _HARMLESS = 0.05, 0.9, 0.93


def quantised(tower: Tower) -> dict[str, Tensor]:
    """Its weights with matrices as eight-bit integers, each row with a scale of its own."""
    packed = {}
    for name, weight in tower.state_dict().items():
        if weight.ndim < 2:
            packed[name] = weight.half()
            continue
        scale = weight.abs().amax(1, keepdim=True) / 127
        packed[name] = torch.round(weight / scale).to(torch.int8)
        packed[name + _SCALE] = scale.squeeze(1).float()
    return packed


def restored(lower: LowerLayers, packed: dict[str, Tensor]) -> Tower:
    """The tower behind quantised weights, ready to read."""
    tower = Tower(lower.upper_layers)
    weights = {
        name: weight.float() * packed[name + _SCALE].unsqueeze(1)
        if name + _SCALE in packed
        else weight.float()
        for name, weight in packed.items()
        if not name.endswith(_SCALE)
    }
    tower.load_state_dict(weights)
    return tower.eval()


# Texts to the vectors of multilingual E5.
Embed = Callable[[Sequence[str]], NDArray[np.float32]]


class Models(NamedTuple):
    """What is fitted to the examples; the tower as `quantised` packs it."""

    tower: dict[str, Tensor]
    lexical: Lexical
    embedded: Embedded

    def save(self, path: Path = WEIGHTS) -> None:
        """Writes them where `Classifier.load` finds them."""
        path.parent.mkdir(exist_ok=True)
        words = {"weights": self.lexical.weights, "bias": self.lexical.bias}
        of_words = {_LEXICAL + name: torch.from_numpy(array) for name, array in words.items()}
        layers = self.embedded.layers.items()
        of_layers = {_EMBEDDED + name: torch.from_numpy(array) for name, array in layers}
        save_file(self.tower | of_words | of_layers, path)

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> "Models":
        packed = load_file(path)
        words = [packed.pop(_LEXICAL + name).numpy() for name in ("weights", "bias")]
        names = [name for name in packed if name.startswith(_EMBEDDED)]
        layers = {name.removeprefix(_EMBEDDED): packed.pop(name).numpy() for name in names}
        return cls(packed, Lexical(*words), Embedded(layers))


class Seen(NamedTuple):
    """What both models make of written texts, a row each; `kind` and `about` are the tower's."""

    tower: Floats
    words: Floats
    kind: list[int]
    about: list[int]


class Classifier:
    """Reads texts; loading it needs torch, so that only `bot.loading` and training import it."""

    def __init__(
        self, lower: LowerLayers, models: Models, fusions: Fusions, embed: Embed | None = None
    ) -> None:
        """`embed` is `MultilingualEncoder.raw`; without it, two models read."""
        self._lower = lower
        self._tower = restored(lower, models.tower)
        self._lexical = models.lexical
        self._embedded = models.embedded
        self._fusions = fusions
        self._embed = embed

    @classmethod
    def load(cls, lower: LowerLayers, embed: Embed | None = None) -> "Classifier":
        """With the shipped weights."""
        return cls(lower, Models.load(), Fusions.load(), embed)

    def read(self, texts: Sequence[str], phrases: Sequence[Level]) -> list[Reading]:
        """A reading of each text as a visitor typed it."""
        whole, by_two = self._read(texts, phrases)
        pairs = enumerate(zip(whole, by_two, strict=True))
        doubtful = {at: cores(texts[at]) for at, both in pairs if any(map(_is_doubtful, both))}
        written = [
            part for of in doubtful.values() for core in of for part in (core.text, *core.dropped)
        ]
        parts = dict.fromkeys(written)
        alone_read, _ = self._read(list(parts), ["none"] * len(parts))
        found = dict(zip(parts, alone_read, strict=True))
        for at, of in doubtful.items():
            alone = [
                found[core.text]
                for core in of
                if all(found[part].none >= _HARMLESS for part in core.dropped)
            ]
            whole[at] = max([whole[at], *alone], key=Reading.danger)
        return whole

    def _read(
        self, texts: Sequence[str], phrases: Sequence[Level]
    ) -> tuple[list[Reading], list[Reading]]:
        """Each text by all models and, for whoever doubts, by the first two.

        The embedding is asked for only where a text is read whole. A harmless question beside the
        danger sways it more than it does the others.
        """
        parts = [windows(plain(normalise(text))) for text in texts]
        written = [window for part in parts for window in part]
        heard = [level for part, level in zip(parts, phrases, strict=True) for _ in part]
        if not written:
            return [], []
        seen = self.see(written)
        rows = evidence(seen.tower, seen.words, heard, written)
        by_two = self._fusions.two.probabilities(rows)
        by_all = by_two.copy()
        is_whole = np.array([len(part) == 1 for part in parts for _ in part])
        if self._embed is not None and is_whole.any():
            chosen = [window for window, whole in zip(written, is_whole, strict=True) if whole]
            embedded = self._embedded.log_probabilities(self._embed(chosen))
            wide = with_embedded(rows[is_whole], embedded)
            by_all[is_whole] = self._fusions.three.probabilities(wide)
        return _worst(parts, by_all, seen), _worst(parts, by_two, seen)

    @torch.inference_mode()
    def see(self, written: Sequence[str]) -> Seen:
        """What each model makes of texts that are normalised and written out."""
        tower = np.zeros((len(written), 4))
        kind, about = [0] * len(written), [0] * len(written)
        # Texts of like length go together: padding costs as much as words.
        order = sorted(range(len(written)), key=lambda at: len(written[at]))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            logits = self._tower(self._lower([written[row] for row in rows]))
            tower[rows] = logits.level.softmax(1).numpy()
            for row, one, whom in zip(rows, logits.kind, logits.about, strict=True):
                kind[row], about[row] = int(one[1:].argmax()), int(whom[1:].argmax())
        return Seen(tower, self._lexical.log_probabilities(written), kind, about)


def _worst(parts: Sequence[Sequence[str]], level: Floats, seen: Seen) -> list[Reading]:
    """The most dangerous reading of each text's parts."""
    readings = map(_reading, level.tolist(), seen.kind, seen.about)
    return [max((next(readings) for _ in part), key=Reading.danger) for part in parts]


def _is_doubtful(reading: Reading) -> bool:
    return reading.acute >= _DOUBTFUL and reading.emergency < _SURE


def _reading(level: Sequence[float], kind: int, about: int) -> Reading:
    none, concern, crisis, emergency = level
    return Reading(none, concern, crisis, emergency, CATEGORIES[kind], ABOUT[1:][about] == "other")
