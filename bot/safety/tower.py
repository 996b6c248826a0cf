"""Upper layers of a transformer, tuned to danger, over the lower ones as they came.

Texts come normalised and written out (`plain.py`).
"""

import copy
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from bot.safety.example import CATEGORIES, LEVELS
from index import adapter
from index.encoder import Vectors
from index.layers import Intermediate, through
from index.multilingual_encoder import MultilingualEncoder

TUNED = 4  # layers of MiniLM: more would not fit into 10 MB of weights
RANK = 16  # of the updates of E5
DIMENSION = 384
ABOUT = (None, "self", "other")
KINDS = (None, *CATEGORIES)
MOST_PIECES = 256  # MiniLM was trained on no more
_MASKED = -1e4


class Logits(NamedTuple):
    """Shapes (texts, 4), (texts, 1 + categories) and (texts, 3), in the order of LEVELS, KINDS, ABOUT."""

    level: Tensor
    kind: Tensor
    about: Tensor


class Lower(Protocol):
    """What stands below a tower: the tokenizer, the embeddings, and layers that stay as they are."""

    @property
    def upper_layers(self) -> nn.ModuleList:
        """What a tower begins with."""
        ...

    @property
    def rank(self) -> int | None:
        """That of the updates which the upper layers get; without one, they are tuned whole."""
        ...

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """How many pieces each text has."""
        ...

    def __call__(self, texts: Sequence[str]) -> Intermediate:
        """What the upper layers read."""
        ...

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """What the model as it came makes of texts: unit vectors, shape (len(texts), 384)."""
        ...


class EnglishLayers:
    """MiniLM, of which search uses all layers unchanged: four of six are tuned whole here."""

    rank = None

    def __init__(self, tokenizer: Any, transformer: Any) -> None:
        self._tokenizer = tokenizer
        self._embeddings = transformer.embeddings
        self._layers = transformer.encoder.layer[:-TUNED]
        self.upper_layers: nn.ModuleList = transformer.encoder.layer[-TUNED:]

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """How many pieces each text has."""
        read = self._tokenizer(list(texts), truncation=True, max_length=MOST_PIECES)
        return [len(pieces) for pieces in read["input_ids"]]

    @torch.no_grad()
    def __call__(self, texts: Sequence[str]) -> Intermediate:
        """What the upper layers read."""
        read = self._tokenizer(
            list(texts), padding=True, truncation=True, max_length=MOST_PIECES, return_tensors="pt"
        )
        mask: Tensor = read["attention_mask"]
        states = self._embeddings(input_ids=read["input_ids"])
        for layer in self._layers:
            states = through(layer, states, mask)
        return Intermediate(states, mask)

    @torch.no_grad()
    def vectors(self, texts: Sequence[str]) -> Vectors:
        """What the model as it came makes of texts: unit vectors, shape (len(texts), 384)."""
        return np.concatenate([self._vector(text) for text in texts])

    def _vector(self, text: str) -> Vectors:
        states, mask = self([text])
        for layer in self.upper_layers:
            states = through(layer, states, mask)
        # One text has no padding.
        return normalize(states.float().mean(1), dim=1).numpy()


class MultilingualLayers:
    """Multilingual E5, of which all twelve layers get updates."""

    rank = RANK

    def __init__(self, encoder: MultilingualEncoder) -> None:
        self._encoder = encoder

    @property
    def upper_layers(self) -> nn.ModuleList:
        """The layers anew."""
        return self._encoder.layers()

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """How many pieces each text has."""
        return self._encoder.lengths(texts)

    def __call__(self, texts: Sequence[str]) -> Intermediate:
        """What the upper layers read."""
        return self._encoder.embedded(texts, MOST_PIECES)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """What the model as it came makes of texts: unit vectors, shape (len(texts), 384)."""
        return self._encoder.encode(texts)


class Tower(nn.Module):
    """Begins as a copy of a model's own upper layers; mean and maximum over the pieces are read."""

    def __init__(self, lower: Lower, dropout: float = 0.1) -> None:
        super().__init__()
        self.layers = copy.deepcopy(lower.upper_layers)
        if lower.rank is not None:
            names = self.layers.named_modules()
            linear = {name: layer for name, layer in names if isinstance(layer, nn.Linear)}
            adapter.updated(self.layers, linear, lower.rank)
        self.dropout = nn.Dropout(dropout)
        self.level = nn.Linear(2 * DIMENSION, len(LEVELS))
        self.kind = nn.Linear(2 * DIMENSION, len(KINDS))
        self.about = nn.Linear(2 * DIMENSION, len(ABOUT))

    def forward(self, intermediate: Intermediate) -> Logits:
        states, mask = intermediate
        states = states.to(next(self.layers.parameters()).dtype)
        for layer in self.layers:
            states = through(layer, states, mask)
        stands = mask.unsqueeze(-1)
        states = states.float()
        mean = (states * stands).sum(1) / stands.sum(1)
        most = states.masked_fill(stands == 0, _MASKED).amax(1)
        read = self.dropout(torch.cat([mean, most], dim=1))
        return Logits(self.level(read), self.kind(read), self.about(read))
