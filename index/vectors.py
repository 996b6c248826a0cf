"""Vectors in FAISS: all inner products, which at this size are faster than any approximation.

Numbers are kept in half precision: cosines differ by less than a thousandth, and a search reads half
as much memory, which is what it waits for.
"""

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors

Rows = NDArray[np.int64]


class VectorIndex:
    """Rows of equal length, searched by inner product."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def of(cls, vectors: Vectors) -> "VectorIndex":
        """An index of the rows of `vectors`, shape (rows, dimension)."""
        half = faiss.ScalarQuantizer.QT_fp16
        index = faiss.IndexScalarQuantizer(vectors.shape[1], half, faiss.METRIC_INNER_PRODUCT)
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> "VectorIndex":
        """OSError if the file can't be read, ValueError if it is no FAISS index."""
        path.stat()
        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            raise ValueError(f"{path}: not an index that FAISS can read") from error

    def save(self, path: Path) -> None:
        """Writes the file that `load` reads."""
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """The length of a row."""
        return int(self._index.d)

    def search(self, queries: Vectors, k: int, among: int) -> tuple[Vectors, Rows]:
        """Scores and rows of the `k` best of the first `among` rows, best first.

        Both have the shape (queries, min(k, among)).
        """
        only = faiss.SearchParameters(sel=faiss.IDSelectorRange(0, among))  # type: ignore[call-arg]
        scores, rows = self._index.search(queries, min(k, among), params=only)
        return scores, rows

    def rows(self, numbers: Rows) -> Vectors:
        """The stored vectors of some rows."""
        found: Vectors = self._index.reconstruct_batch(numbers)
        return found
