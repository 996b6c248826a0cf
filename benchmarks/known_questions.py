"""python -m benchmarks.known_questions: is each way of asking found by the others of its entry?

Each question that the handbook lists is left out in turn and looked for among all others. With
`--write`, what E5's vectors have in common is computed anew from them (`index/multilingual_common.npy`).
"""

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import index
from corpus.document import Document
from corpus.language import detect
from corpus.load import HANDBOOK, load
from index.encoder import Vectors
from index.multilingual_encoder import COMMON, MultilingualEncoder, all_but
from index.questions import NEAREST
from index.sentence_encoder import SentenceEncoder

RESULT = Path(__file__).parent / "results" / "known_questions.json"
DIRECTIONS = 3

Names = NDArray[np.str_]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.known_questions")
    parser.add_argument("--write", action="store_true", help=f"compute {COMMON} anew")
    options = parser.parse_args()
    pairs = [pair for document in load([], HANDBOOK).documents for pair in _pairs(document)]
    texts, entries = [text for text, _ in pairs], np.array([entry for _, entry in pairs])
    is_spanish = np.array([detect(text) == "es" for text in texts])
    raw = MultilingualEncoder().raw(texts)
    common = _common(raw)
    if options.write:
        np.save(Path(str(index.__path__[0])) / COMMON, common)
    models = {
        "MiniLM": SentenceEncoder(is_tuned=False).encode(texts),
        "E5": raw,
        "E5, all but the mean": all_but(raw, common[:1]),
        f"E5, all but the mean and {DIRECTIONS} directions": all_but(raw, common),
    }
    result = {
        f"{name}, {of}": _figures(vectors, entries, is_spanish, few)
        for name, vectors in models.items()
        for of, few in (("nearest", 0), (f"nearest and mean of {NEAREST}", NEAREST))
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


def _pairs(document: Document) -> list[tuple[str, str]]:
    """Each way of asking with its entry; a translation is the entry that it translates."""
    asked = dict.fromkeys((document.title, *document.questions))
    return [(text, document.translates or document.id) for text in asked]


def _common(vectors: Vectors) -> Vectors:
    mean = vectors.mean(axis=0)
    directions = np.linalg.svd(vectors - mean, full_matrices=False)[2][:DIRECTIONS]
    return np.vstack([mean, directions]).astype(np.float32)


def _figures(
    vectors: Vectors, entries: Names, is_spanish: NDArray[np.bool_], few: int
) -> dict[str, float]:
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1)
    names = np.unique(entries)
    scores = np.stack([_score(cosines[:, entries == name], few) for name in names], axis=1)
    first = names[np.argsort(-scores, axis=1)[:, :3]]
    right = first == entries[:, None]
    figures: dict[str, float] = {"questions": len(entries)}
    for language, chosen in (("en", ~is_spanish), ("es", is_spanish)):
        figures[f"{language} hit@1"] = round(float(right[chosen, 0].mean()), 3)
        figures[f"{language} hit@3"] = round(float(right[chosen].any(axis=1).mean()), 3)
    return figures


def _score(cosines: Vectors, few: int) -> Vectors:
    nearest: Vectors = cosines.max(axis=1)
    if not few:
        return nearest
    mean: Vectors = np.sort(cosines, axis=1)[:, -few:].mean(axis=1)
    return nearest + mean


if __name__ == "__main__":
    main()
