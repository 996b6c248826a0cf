"""Messages that say the same in the same words, whatever names, numbers and relations fill the slots."""

import os
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer
from sparse_dot_topn import sp_matmul_topn

# Cosine of character 3- to 5-grams from which two masked messages count as one. At .7 the pairs are
# still different sentences about one thing; from .8 on one is the other with a word changed.
ALIKE = 0.8
# Of the texts that are alike one: enough to link a group, and to be read.
_MOST = 100
_NUMBER = re.compile(r"\d+")
# A capital inside a sentence is a name, or begins one.
_NAME = re.compile(r"(?<=[a-záéíóúñ,] )[A-ZÁÉÍÓÚÑ][\wáéíóúñ]+")
_RELATION = re.compile(
    r"\b(mom|mum|mother|dad|father|brother|sister|son|daughter|husband|wife|boyfriend|girlfriend|partner|friend|uncle"
    r"|aunt|cousin|grandma|grandpa|boss|neighbou?r|mam[aá]|madre|pap[aá]|padre|herman[oa]|hij[oa]|espos[oa]|marido"
    r"|novi[oa]|pareja|amig[oa]|t[ií][oa]|prim[oa]|abuel[oa]|jef[ea]|vecin[oa])s?\b"
)


def masked(text: str) -> str:
    """The text with names, numbers and relations replaced by one sign each."""
    text = _NAME.sub("N", text)
    return _RELATION.sub("R", _NUMBER.sub("#", text).lower())


def _vectors(texts: Sequence[str]) -> csr_matrix:
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    return grams.fit_transform(map(masked, texts)).tocsr()


def _near(left: csr_matrix, right: csr_matrix, least: float) -> coo_matrix:
    """The cosines of rows that are at least this much alike, of the `_MOST` nearest of each row."""
    near = sp_matmul_topn(
        left, right.T, top_n=_MOST, threshold=least, n_threads=os.cpu_count() or 1
    )
    return near.tocoo()


def groups(texts: Sequence[str], least: float = ALIKE) -> NDArray[np.int64]:
    """A group number for each text: texts linked by near-duplicates share one."""
    vectors = _vectors(texts)
    links = _near(vectors, vectors, least)
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


def matches(
    texts: Sequence[str], others: Sequence[str], least: float = ALIKE
) -> list[tuple[int, int, float]]:
    """Positions of each text and each other text that are near-duplicates, with their cosine."""
    vectors = _vectors([*texts, *others])
    near = _near(vectors[: len(texts)], vectors[len(texts) :], least)
    return list(zip(near.row.tolist(), near.col.tolist(), near.data.tolist(), strict=True))
