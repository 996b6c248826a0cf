"""Words: BM25 over stemmed words, by bm25s, which is faster than pure Python by two orders."""

import logging
import math
import re
from collections import Counter
from collections.abc import Sequence

import bm25s
import numpy as np
import Stemmer
from bm25s.stopwords import STOPWORDS_EN
from numpy.typing import NDArray

# The library turns its own debugging on.
logging.getLogger("bm25s").setLevel(logging.WARNING)

# Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009), recommend these ranges.
K1, B = 1.2, 0.75

_WORD = re.compile(r"\w\w+")
_STOPWORDS = frozenset(STOPWORDS_EN)


class LexicalIndex:
    """Which of its texts share rare words with a question."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._stemmer = Stemmer.Stemmer("english")
        self._size = len(texts)
        self._index = bm25s.BM25(method="lucene", k1=K1, b=B)
        # A text without a word, and no text at all, still need a token each for bm25s.
        tokens = [self._stems(text) or [""] for text in texts or [""]]
        self._index.index(tokens, show_progress=False)
        self._holding = Counter(stem for stems in tokens for stem in set(stems))
        # The stems of all words of the texts.
        self.vocabulary = frozenset(self._index.vocab_dict)

    def rarity(self, stem: str) -> float:
        """The inverse document frequency of a stem, as BM25 has it, at least 0."""
        holding = self._holding[stem]
        return math.log(1 + (self._size - holding + 0.5) / (holding + 0.5))

    def scores(self, question: str) -> NDArray[np.float32]:
        """BM25 of each text, shape (texts,), as a share of the best one's; 0 where no word is shared."""
        known = [stem for stem in self._stems(question) if stem in self.vocabulary]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        found: NDArray[np.float32] = self._index.get_scores(known)
        return found / max(float(found.max()), 1e-9)

    def _stems(self, text: str) -> list[str]:
        words = [word for word in _WORD.findall(text.lower()) if word not in _STOPWORDS]
        stems: list[str] = self._stemmer.stemWords(words)
        return stems
