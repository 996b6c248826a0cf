"""What turns words into vectors."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Anything that embeds texts; a row a text, each of length one, so that a product is a cosine."""

    def encode(self, texts: Sequence[str]) -> Vectors: ...
