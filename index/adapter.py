"""What is added to MiniLM's weights, so that a worried visitor's words stand near those that answer.

Low-rank updates (Hu et al., "LoRA", 2021) of every linear layer: 1.3 MB beside the model's 90, and
nothing to compute once they are added. `python -m bot.evaluation tune` fits and writes them.
"""

import math
from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

FILE = "adapter.npz"


class Update(NamedTuple):
    """`up @ down` is added to a weight of shape (out, in); shapes (out, rank) and (rank, in)."""

    up: Tensor
    down: Tensor


class Updated(nn.Module):
    """A linear layer that stays as it is, and its update, which is fitted."""

    def __init__(self, layer: nn.Linear, rank: int) -> None:
        super().__init__()
        self.layer = layer
        self.down = nn.Parameter(
            torch.randn(rank, layer.in_features) / math.sqrt(layer.in_features)
        )
        self.up = nn.Parameter(torch.zeros(layer.out_features, rank))

    def forward(self, states: Tensor) -> Tensor:
        """The layer with its update."""
        found: Tensor = self.layer(states) + (states @ self.down.T) @ self.up.T
        return found

    @torch.no_grad()
    def added(self) -> nn.Linear:
        """The layer alone, once the update is added to its weight."""
        self.layer.weight += self.up @ self.down
        return self.layer


def linear_layers(transformer: nn.Module) -> Iterator[tuple[str, nn.Linear]]:
    """The layers that are updated, and their names: all of the encoder's, six a block."""
    for name, module in transformer.named_modules():
        if name.startswith("encoder.") and isinstance(module, nn.Linear):
            yield name, module


def updated(model: nn.Module, layers: Mapping[str, nn.Linear], rank: int) -> dict[str, Updated]:
    """Puts updates that change nothing yet into these layers of the model, of which all else stays."""
    model.requires_grad_(False)
    found = {name: Updated(layer, rank) for name, layer in layers.items()}
    for name, layer in found.items():
        model.set_submodule(name, layer)
    return found


def added(model: nn.Module) -> None:
    """Adds all updates in the model to the weights of their layers."""
    for name, layer in list(model.named_modules()):
        if isinstance(layer, Updated):
            model.set_submodule(name, layer.added())


@torch.no_grad()
def add(transformer: nn.Module, updates: Mapping[str, Update]) -> None:
    """Adds the updates to the weights; KeyError if they belong to another architecture."""
    for name, layer in linear_layers(transformer):
        layer.weight += updates[name].up @ updates[name].down


def load() -> dict[str, Update]:
    """The updates that are shipped."""
    with resources.files("index").joinpath(FILE).open("rb") as file, np.load(file) as stored:
        return {
            name: Update(_tensor(stored[f"{name}.up"]), _tensor(stored[f"{name}.down"]))
            for name in sorted({key.rpartition(".")[0] for key in stored})
        }


def save(path: Path, updates: Mapping[str, Update]) -> None:
    """Writes updates at half precision."""
    arrays = {
        f"{name}.{part}": matrix.detach().numpy().astype(np.float16)
        for name, update in updates.items()
        for part, matrix in update._asdict().items()
    }
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def digest() -> str:
    """The SHA-256 of the file that is shipped."""
    return sha256(resources.files("index").joinpath(FILE).read_bytes()).hexdigest()


def _tensor(array: "np.typing.NDArray[np.float16]") -> Tensor:
    return torch.from_numpy(array.astype(np.float32))
