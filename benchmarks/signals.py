"""python -m benchmarks.signals: what each signal of the search gives, on questions of a held-out author.

With `--mpnet DIR`, a folder of all-mpnet-base-v2, that encoder is compared, too.
"""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from bot.evaluation.own_questions import HELD_OUT, OwnQuestion, answers, own_questions
from corpus.document import Document
from corpus.load import HANDBOOK, load
from index import fusion, rows
from index.build import build
from index.encoder import Encoder, Vectors
from index.manifest import EncoderIdentity
from index.multilingual_encoder import MultilingualEncoder
from index.search import Index
from index.sentence_encoder import SentenceEncoder

RESULT = Path(__file__).parent / "results" / "signals.json"
SOURCES = Path("../shared/sources")


class _Nothing:
    """Stands in for a signal that is switched off."""

    words: tuple[str, ...] = ()

    def repair(self, question: str) -> str:
        return question

    def means(self, _: str) -> list[str]:
        return []

    def named(self, _: str) -> frozenset[str]:
        return frozenset()

    def publisher(self, _: str) -> None:
        return None


class _Mpnet:
    def __init__(self, folder: Path) -> None:
        self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)

    def encode(self, texts: Sequence[str]) -> Vectors:
        return self._model.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False, batch_size=32
        )


class _Measured:
    """Runs of the held-out questions, and their figures."""

    def __init__(self) -> None:
        self._sources = load([SOURCES], None).documents
        self._known = load([SOURCES], HANDBOOK, quotes_handbook=False).documents
        asked = own_questions({document.id: document for document in self._sources})
        self._asked = [one for one in asked if one.author in HELD_OUT and one.gold]
        self.figures: dict[str, dict[str, float]] = {}

    def run(
        self,
        name: str,
        encoder: Encoder,
        switches: Mapping[str, Callable[[Index], None]],
        is_bare: bool = False,
    ) -> None:
        """Indexes the documents with an encoder, and searches once with each switch thrown."""
        with TemporaryDirectory() as folder:
            identity = EncoderIdentity(name=name, weights_sha256="", dimension=384)
            documents: Sequence[Document] = self._sources if is_bare else self._known
            build(documents, Path(folder), lambda: encoder, identity)
            for label, switch_off in switches.items():
                index = Index.load(Path(folder), encoder, identity)
                switch_off(index)
                self.figures[label] = _figures(index, self._asked)
                print(f"{label}: {json.dumps(self.figures[label])}", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks.signals")
    options.add_argument("--mpnet", type=Path, metavar="DIR", help="compare all-mpnet-base-v2, too")
    measured = _Measured()
    tuned = SentenceEncoder(threads=2)
    measured.run(
        "tuned",
        tuned,
        {
            "all signals": lambda index: None,
            "without BM25": _weigh("WORDS_WEIGHT", 0),
            "without the bridge": _weigh("BRIDGE_WEIGHT", 0),
            "without named publishers": _weigh("NAMED_WEIGHT", 0),
            "without spelling repair": _without("_speller"),
            "without everyday words": _without("_thesaurus"),
            "meaning alone": _alone,
            "BM25 alone": _words_alone,
        },
    )
    measured.run("bare", tuned, {"without the handbook (--bare)": lambda index: None}, is_bare=True)
    views = rows._views
    rows._views = lambda passage: (passage.text,)
    measured.run("one view", tuned, {"passages without their headings": lambda index: None})
    rows._views = views
    others: dict[str, Encoder] = {
        "MiniLM as it came": SentenceEncoder(threads=2, is_tuned=False),
        "multilingual E5": MultilingualEncoder(),
    }
    mpnet = options.parse_args().mpnet
    if mpnet:
        others["all-mpnet-base-v2"] = _Mpnet(mpnet)
    for name, encoder in others.items():
        switches = {f"{name}, all signals": lambda index: None, f"{name} alone": _alone}
        measured.run(name, encoder, switches)
    RESULT.write_text(json.dumps(measured.figures, indent=1) + "\n", encoding="utf-8")


def _weigh(name: str, weight: float) -> Callable[[Index], None]:
    """Sets one weight of the search; all are set back before the next search."""

    def switch(_: Index) -> None:
        setattr(fusion, name, weight)

    return switch


def _without(attribute: str) -> Callable[[Index], None]:
    def switch(index: Index) -> None:
        setattr(index._queries, attribute, _Nothing())

    return switch


def _alone(index: Index) -> None:
    for name in ("WORDS_WEIGHT", "BRIDGE_WEIGHT", "NAMED_WEIGHT"):
        setattr(fusion, name, 0)
    for attribute in ("_speller", "_thesaurus"):
        setattr(index._queries, attribute, _Nothing())


def _words_alone(index: Index) -> None:
    _alone(index)
    fusion.WORDS_WEIGHT = 1000


_WEIGHTS: dict[str, Any] = {
    name: getattr(fusion, name) for name in ("WORDS_WEIGHT", "BRIDGE_WEIGHT", "NAMED_WEIGHT")
}


def _figures(index: Index, asked: Sequence[OwnQuestion]) -> dict[str, float]:
    found = index.search_all([one.question for one in asked], 3)
    for name, weight in _WEIGHTS.items():
        setattr(fusion, name, weight)
    right: NDArray[np.bool_] = np.array(
        [
            [any(answers(one, hit.passage) for hit in hits.hits[:within]) for within in (1, 3)]
            for one, hits in zip(asked, found, strict=True)
        ]
    )
    return {
        "questions": len(asked),
        "hit@1": round(float(right[:, 0].mean()), 3),
        "hit@3": round(float(right[:, 1].mean()), 3),
    }


if __name__ == "__main__":
    main()
