from pathlib import Path

import numpy as np

from index.vectors import VectorIndex

ROWS = np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)
# Numbers are kept in half precision.
HALF = 2**-11


def test_search_ranks_by_inner_product() -> None:
    scores, rows = VectorIndex.of(ROWS).search(np.array([[0, 1]], dtype=np.float32), k=2, among=3)
    assert rows.tolist() == [[1, 2]]
    np.testing.assert_allclose(scores, [[1.0, 0.8]], rtol=HALF)


def test_it_never_returns_more_rows_than_there_are() -> None:
    assert VectorIndex.of(ROWS).search(ROWS[:1], k=9, among=3)[1].shape == (1, 3)


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    VectorIndex.of(ROWS).save(tmp_path / "rows.faiss")
    loaded = VectorIndex.load(tmp_path / "rows.faiss")
    np.testing.assert_allclose(loaded.rows(np.array([2, 0])), ROWS[[2, 0]], rtol=HALF)
    assert (len(loaded), loaded.dimension) == (3, 2)


def test_what_is_kept_is_kept_again_as_it_is() -> None:
    kept = VectorIndex.of(ROWS).rows(np.arange(3))
    np.testing.assert_array_equal(VectorIndex.of(kept).rows(np.arange(3)), kept)
