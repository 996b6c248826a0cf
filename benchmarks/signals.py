"""python -m benchmarks.signals: what each signal of the search gives, on the project's own questions."""

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from bot.evaluation.own_questions import OwnQuestion, answers, own_questions
from corpus.load import load
from index.build import build
from index.search import Index
from index.sentence_encoder import SentenceEncoder, identity

RESULT = Path(__file__).parent / "results" / "signals.json"
SOURCES = Path("../shared/sources")


class _Nothing:
    """Stands in for a signal that is switched off."""

    def repair(self, question: str) -> str:
        return question

    def means(self, _: str) -> list[str]:
        return []


class _NoWords:
    def __init__(self, size: int) -> None:
        self._size = size

    def scores(self, _: str) -> NDArray[np.float32]:
        return np.zeros(self._size, dtype=np.float32)


def main() -> None:
    encoder = SentenceEncoder()
    documents = load([SOURCES], None).documents
    with TemporaryDirectory() as folder:
        out = Path(folder)
        build(documents, out, lambda: encoder, identity())
        asked = [one for one in own_questions({d.id: d for d in documents}) if one.gold]
        result = {
            name: _figures(switch_off(Index.load(out, encoder, identity())), asked)
            for name, switch_off in _SWITCHES.items()
        }
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


def _without(attribute: str) -> Callable[[Index], Index]:
    def switch_off(index: Index) -> Index:
        setattr(index._queries, attribute, _Nothing())
        return index

    return switch_off


def _without_words(index: Index) -> Index:
    setattr(index, "_lexical", _NoWords(len(index._passages)))  # noqa: B010 - another type
    return index


_SWITCHES: dict[str, Callable[[Index], Index]] = {
    "all signals": lambda index: index,
    "without spelling repair": _without("_speller"),
    "without everyday words": _without("_thesaurus"),
    "without BM25": _without_words,
    "meaning alone": lambda i: _without_words(_without("_speller")(_without("_thesaurus")(i))),
}


def _figures(index: Index, asked: list[OwnQuestion]) -> dict[str, float]:
    found = index.search_all([one.question for one in asked], 3)
    right = [
        [answers(one, hit.passage) for hit in hits.hits]
        for one, hits in zip(asked, found, strict=True)
    ]
    return {
        "questions": len(asked),
        "hit@1": round(float(np.mean([row[0] for row in right])), 3),
        "hit@3": round(float(np.mean([any(row) for row in right])), 3),
    }


if __name__ == "__main__":
    main()
