"""The upper layers of MiniLM, tuned to danger, over the lower ones that search uses unchanged.

Four of six layers are tuned: more would not fit into 10 MB of weights. Texts come
normalised and written out (`plain.py`).
"""

import copy
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from bot.safety.example import CATEGORIES, LEVELS

TUNED = 4  # layers
DIMENSION = 384
ABOUT = (None, "self", "other")
KINDS = (None, *CATEGORIES)
MOST_PIECES = 256  # word pieces; MiniLM was trained on no more
_MASKED = -1e4


class Logits(NamedTuple):
    """Shapes (texts, 4), (texts, 1 + categories) and (texts, 3), in the order of LEVELS, KINDS, ABOUT."""

    level: Tensor
    kind: Tensor
    about: Tensor


class Intermediate(NamedTuple):
    """What the lower layers make of texts: shape (texts, pieces, 384), and 1 where a piece stands."""

    states: Tensor
    mask: Tensor


class LowerLayers:
    """The tokenizer, the embeddings and the layers of MiniLM that stay as they are."""

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
        read = self._tokenizer(
            list(texts), padding=True, truncation=True, max_length=MOST_PIECES, return_tensors="pt"
        )
        mask: Tensor = read["attention_mask"]
        states = self._embeddings(input_ids=read["input_ids"])
        for layer in self._layers:
            states = _through(layer, states, mask)
        return Intermediate(states, mask)


class Tower(nn.Module):
    """Begins as a copy of MiniLM's own upper layers; mean and maximum over the pieces are read."""

    def __init__(self, layers: nn.ModuleList, dropout: float = 0.1) -> None:
        super().__init__()
        self.layers = copy.deepcopy(layers)
        self.dropout = nn.Dropout(dropout)
        self.level = nn.Linear(2 * DIMENSION, len(LEVELS))
        self.kind = nn.Linear(2 * DIMENSION, len(KINDS))
        self.about = nn.Linear(2 * DIMENSION, len(ABOUT))

    def forward(self, intermediate: Intermediate) -> Logits:
        states, mask = intermediate
        for layer in self.layers:
            states = _through(layer, states, mask)
        stands = mask.unsqueeze(-1)
        states = states.float()
        mean = (states * stands).sum(1) / stands.sum(1)
        most = states.masked_fill(stands == 0, _MASKED).amax(1)
        read = self.dropout(torch.cat([mean, most], dim=1))
        return Logits(self.level(read), self.kind(read), self.about(read))


def _through(layer: nn.Module, states: Tensor, mask: Tensor) -> Tensor:
    hidden = (1 - mask[:, None, None, :].to(states.dtype)) * _MASKED
    out: Tensor = layer(states, attention_mask=hidden)
    return out
