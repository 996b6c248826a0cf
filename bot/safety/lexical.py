"""The words and letters of a message as evidence: a linear model that knows no meaning.

It errs elsewhere than the tower does: together they do better than either (docs/screen.md).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from scipy.special import log_softmax
from sklearn import config_context
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

_BUCKETS = 2**17
# The inverse of the regularisation; no other value was tried with these features.
_STRENGTH = 10
_LETTERS = HashingVectorizer(
    analyzer="char_wb", ngram_range=(2, 5), n_features=_BUCKETS, alternate_sign=False
)
_WORDS = HashingVectorizer(
    ngram_range=(1, 3), n_features=_BUCKETS, alternate_sign=False, token_pattern=r"[\w']+|[.,;:!?]"
)

Floats = NDArray[np.float64]


def _features(texts: Sequence[str]) -> csr_matrix:
    # For a single message, checking the parameters takes as long as the work.
    with config_context(skip_parameter_validation=True, assume_finite=True):
        return hstack([_LETTERS.transform(texts), _WORDS.transform(texts)]).tocsr()


class Lexical:
    """`weights` has a row a level and a column a bucket; `bias` an entry a level."""

    def __init__(self, weights: NDArray[np.floating], bias: NDArray[np.floating]) -> None:
        self.weights, self.bias = weights, bias
        # In memory as the product needs it, which would else copy all of it for each message: in the
        # order and of the type of the features.
        self._weights = np.ascontiguousarray(weights.T, dtype=np.float64)

    @classmethod
    def fit(cls, texts: Sequence[str], level: Sequence[int]) -> "Lexical":
        """Fitted to texts as `plain.py` leaves them."""
        model = LogisticRegression(C=_STRENGTH, max_iter=300, tol=1e-3)
        model.fit(_features(texts), level)
        weights = np.ascontiguousarray(model.coef_, dtype=np.float16)
        return cls(weights, model.intercept_.astype(np.float16))

    def log_probabilities(self, texts: Sequence[str]) -> Floats:
        """Shape (texts, levels)."""
        scores = _features(texts) @ self._weights + self.bias.astype(np.float64)
        return np.asarray(log_softmax(scores, axis=1))
