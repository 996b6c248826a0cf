"""A message as multilingual E5 embeds it: a small network over one vector.

MiniLM's layers were taught English; this hears Spanish and other languages as well, and errs
elsewhere than they do (docs/screen.md).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax
from sklearn.neural_network import MLPClassifier

# Chosen among four shapes on held-out authors.
HIDDEN, EPOCHS, PENALTY = 256, 8, 1e-3

Floats = NDArray[np.float64]
Layer = NDArray[np.float16]


class Embedded:
    """Two layers with their biases; the first one also scales what comes in."""

    def __init__(self, layers: dict[str, Layer]) -> None:
        self.layers = layers
        self._layers = {name: layer.astype(np.float32) for name, layer in layers.items()}

    @classmethod
    def fit(cls, vectors: NDArray[np.float32], level: NDArray[np.int64]) -> "Embedded":
        """Fitted to rows of `MultilingualEncoder.raw`; the seed is fixed."""
        mean, scale = vectors.mean(axis=0), vectors.std(axis=0)
        model: Any = MLPClassifier(
            (HIDDEN,), alpha=PENALTY, batch_size=256, max_iter=EPOCHS, random_state=0
        )
        # All epochs are wanted, whether or not the loss still falls: scikit-learn's own loop warns.
        scaled, shuffled = (vectors - mean) / scale, np.random.default_rng(0)
        for _ in range(EPOCHS):
            order = shuffled.permutation(len(scaled))
            model.partial_fit(scaled[order], level[order], classes=np.unique(level))
        (first, second), (bias, last) = model.coefs_, model.intercepts_
        layers = {
            "first": first / scale[:, None],
            "bias": bias - (mean / scale) @ first,
            "second": second,
            "last": last,
        }
        return cls({name: layer.astype(np.float16) for name, layer in layers.items()})

    def log_probabilities(self, vectors: NDArray[np.float32]) -> Floats:
        """Shape (rows, levels)."""
        layers = self._layers
        hidden = np.maximum(vectors @ layers["first"] + layers["bias"], 0)
        scores = hidden @ layers["second"] + layers["last"]
        return np.asarray(log_softmax(scores, axis=1), dtype=np.float64)
