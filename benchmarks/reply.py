"""python -m benchmarks.reply: what a reply costs beside its own encodes, at 400 and at 30,000 passages.

One core. The small index holds the documents of our own questions; the large one invented pages with
random vectors, since what is searched costs the same whatever it means.
"""

import json
import platform
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import numpy as np
import torch

from benchmarks.clock import Clock, count
from bot.answer import Bot
from bot.evaluation.own_questions import questions_only
from bot.loading import load_reader
from bot.safety.classifier import TowerReader
from corpus.load import HANDBOOK, load
from index.build import build
from index.encoder import Vectors
from index.multilingual_encoder import MultilingualEncoder, multilingual_identity
from index.search import Index
from index.sentence_encoder import SentenceEncoder, identity

RESULT = Path(__file__).parent / "results" / "reply.json"
SOURCES = Path("../shared/sources")
QUESTIONS = 200
PAGES, SENTENCES = 110, 100  # about 30,000 windows of one to three sentences
SEED = 0


class Timed:
    """An encoder whose time is counted."""

    def __init__(self, encode: Callable[[Sequence[str]], Vectors], clock: Clock) -> None:
        self._encode = encode
        self._clock = clock

    def encode(self, texts: Sequence[str]) -> Vectors:
        with self._clock.running():
            return self._encode(texts)


class Random:
    """Unit vectors that mean nothing."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        made = np.random.default_rng(SEED).normal(size=(len(texts), 384)).astype(np.float32)
        found: Vectors = made / np.linalg.norm(made, axis=1, keepdims=True)
        return found


def main() -> None:
    torch.set_num_threads(1)
    clock = Clock()
    tuned = SentenceEncoder()
    multilingual = MultilingualEncoder()
    count(TowerReader, clock)
    reader = load_reader()
    result: dict[str, object] = {"machine": platform.machine(), "python": platform.python_version()}
    meaningless = Random()
    with TemporaryDirectory() as folder:
        large = Path(folder) / "pages"
        _pages(large)
        for name, sources in (("documents", SOURCES), ("30,000 passages", large)):
            out = Path(folder) / name
            documents = load([sources], HANDBOOK, quotes_handbook=False).documents
            known = multilingual_identity()
            build(
                documents,
                out,
                lambda: meaningless,
                identity(),
                spanish=(lambda: meaningless, known) if known else None,
            )
            index = Index.load(
                out,
                Timed(tuned.encode, clock),
                identity(),
                (Timed(multilingual.encode, clock), known) if known else None,
            )
            result[name] = _costs(Bot(index, reader=reader), index, clock)
            print(name, json.dumps(result[name]), flush=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def _costs(bot: Bot, index: Index, clock: Clock) -> dict[str, float]:
    wholes, rests, searches = [], [], []
    for question in random.Random(SEED).sample(questions_only(), QUESTIONS + 5):
        clock.spent, start = 0.0, time.perf_counter()
        bot.reply([question])
        wholes.append(1000 * (time.perf_counter() - start))
        rests.append(wholes[-1] - 1000 * clock.spent)
        clock.spent, start = 0.0, time.perf_counter()
        index.search(question, 10)
        searches.append(1000 * (time.perf_counter() - start - clock.spent))
    # The first calls warm caches up.
    return {
        "passages": index.size,
        "reply_p50_ms": round(median(wholes[5:]), 1),
        "minus_encodes_p50_ms": round(median(rests[5:]), 2),
        "minus_encodes_p95_ms": round(quantiles(rests[5:], n=20)[-1], 2),
        "search_minus_encodes_p50_ms": round(median(searches[5:]), 2),
    }


def _pages(folder: Path) -> None:
    folder.mkdir()
    rng = random.Random(SEED)
    words = sorted({word for question in questions_only() for word in question.lower().split()})
    for page in range(PAGES):
        said = [" ".join(rng.choices(words, k=14)).capitalize() + "." for _ in range(SENTENCES)]
        (folder / f"page-{page:03d}.md").write_text(" ".join(said) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
