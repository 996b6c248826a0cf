"""Messages that say the same in the same words, whatever names, numbers and relations fill the slots."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer

# Cosine of character 3- to 5-grams from which two masked messages count as one. At .7 the pairs are
# still different sentences about one thing; from .8 on one is the other with a word changed.
ALIKE = 0.8
_ROWS = 1000
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


def _pairs(
    left: csr_matrix, right: csr_matrix, least: float
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]]:
    for start in range(0, left.shape[0], _ROWS):
        near = (left[start : start + _ROWS] @ right.T).tocoo()
        kept = near.data >= least
        yield near.row[kept] + start, near.col[kept], near.data[kept]


def _vectors(texts: Sequence[str]) -> csr_matrix:
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    return grams.fit_transform(map(masked, texts)).tocsr()


def groups(texts: Sequence[str], least: float = ALIKE) -> NDArray[np.int64]:
    """A group number for each text: texts linked by near-duplicates share one."""
    vectors = _vectors(texts)
    found = list(_pairs(vectors, vectors, least))
    rows = np.concatenate([row for row, _, _ in found])
    columns = np.concatenate([column for _, column, _ in found])
    links = coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(texts), len(texts)))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


def matches(
    texts: Sequence[str], others: Sequence[str], least: float = ALIKE
) -> list[tuple[int, int, float]]:
    """Positions of each text and each other text that are near-duplicates, with their cosine."""
    vectors = _vectors([*texts, *others])
    left, right = vectors[: len(texts)], vectors[len(texts) :]
    return [
        (int(row), int(column), float(cosine))
        for found in _pairs(left, right, least)
        for row, column, cosine in zip(*found, strict=True)
    ]
