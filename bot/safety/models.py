"""The weights of the screen's models: how they are packed into one file, and read from it."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from bot.safety.lexical import Lexical
from bot.safety.tower import Lower, Tower
from index import adapter
from index.layers import precision

WEIGHTS = Path(__file__).with_name("weights") / "models.safetensors"
Packed = dict[str, Tensor]
_SCALE = ".scale"
_LEAST = 1e-12
_ENGLISH, _MULTILINGUAL, _WORDS = "english.", "multilingual.", "words."
_BUCKETS = 128  # of words and letters that share a scale


def quantised(tower: Tower) -> Packed:
    """What was tuned of it, matrices as eight-bit integers, each row with a scale of its own."""
    tuned = {name: weight for name, weight in tower.named_parameters() if weight.requires_grad}
    return _packed(tuned)


def unpacked(lower: Lower, packed: Packed) -> Tower:
    """The tower behind quantised weights, ready to learn on; ValueError if they are of another one."""
    tower = Tower(lower)
    found = tower.load_state_dict(_unpacked(packed), strict=False)
    tuned = {name for name, weight in tower.named_parameters() if weight.requires_grad}
    if found.unexpected_keys or tuned.intersection(found.missing_keys):
        raise ValueError("these weights are not of this tower")
    return tower


def restored(lower: Lower, packed: Packed) -> Tower:
    """The same, ready to read."""
    tower = unpacked(lower, packed)
    adapter.added(tower)
    tower.layers.to(precision())
    return tower.eval()


def _packed(weights: Mapping[str, Tensor]) -> Packed:
    packed = {}
    for name, tuned in weights.items():
        weight = _turned(name, tuned.detach())
        if weight.ndim < 2:
            packed[name] = weight.half()
            continue
        scale = weight.abs().amax(1, keepdim=True) / 127
        packed[name] = torch.round(weight / scale.clip(_LEAST)).to(torch.int8).contiguous()
        packed[name + _SCALE] = scale.squeeze(1).half()
    return packed


def _unpacked(packed: Packed) -> dict[str, Tensor]:
    return {
        name: _turned(name, weight.float() * packed[name + _SCALE].float().unsqueeze(1))
        if name + _SCALE in packed
        else weight.float()
        for name, weight in packed.items()
        if not name.endswith(_SCALE)
    }


def _turned(name: str, weight: Tensor) -> Tensor:
    """The half of an update that has more rows than columns is packed on its side: fewer scales."""
    return weight.T if name.endswith(".up") else weight


class Models(NamedTuple):
    """What is fitted to the examples; the towers as `quantised` packs them."""

    english: Packed
    multilingual: Packed
    words: Lexical

    def save(self, path: Path = WEIGHTS) -> None:
        """Writes them where `Classifier.load` finds them."""
        path.parent.mkdir(exist_ok=True)
        # Blocks of buckets, each with a scale of its own.
        blocks = torch.from_numpy(self.words.weights).float().view(-1, _BUCKETS)
        of_words = _packed({"weights": blocks, "bias": torch.from_numpy(self.words.bias)})
        parts = {_ENGLISH: self.english, _MULTILINGUAL: self.multilingual, _WORDS: of_words}
        found = {begin + name: one for begin, of in parts.items() for name, one in of.items()}
        save_file(found, path)

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> "Models":
        stored = load_file(path)
        english, multilingual, words = (
            {name.removeprefix(part): one for name, one in stored.items() if name.startswith(part)}
            for part in (_ENGLISH, _MULTILINGUAL, _WORDS)
        )
        of_words = _unpacked(words)
        weights = of_words["weights"].view(len(of_words["bias"]), -1)
        return cls(english, multilingual, Lexical(weights.numpy(), of_words["bias"].numpy()))
