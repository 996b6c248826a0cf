"""python -m benchmarks.evaluation: a run of 10,000 questions against bare batched encodes of its texts.

Its memory, and whether it bears being killed, are looked at from outside: see `evaluation_killed.py`.
"""

import json
import platform
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.screen import DATA, ordinary
from bot.answer import Bot
from bot.evaluation import what_runs
from bot.evaluation.cases import UNANSWERED, Case, Turn
from bot.evaluation.run import BATCH, Runner
from bot.evaluation.run_folder import RunFolder
from bot.loading import load_reader
from bot.safety.classifier import TowerRead, TowerReader
from bot.settings import Settings
from index.encoder import Encoder, Vectors
from index.multilingual_encoder import MultilingualEncoder, multilingual_identity
from index.search import Index
from index.sentence_encoder import SentenceEncoder, identity

RESULT = Path(__file__).parent / "results" / "evaluation.json"
INDEX = Path("var/answers")
QUESTIONS = 10_000


class Heard:
    """An encoder that remembers what it was asked to encode."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return self.encoder.encode(texts)


def main() -> None:
    tuned, e5 = Heard(SentenceEncoder()), Heard(MultilingualEncoder())
    towers: defaultdict[TowerReader, list[str]] = defaultdict(list)

    def heard(tower: TowerReader, written: Sequence[str]) -> TowerRead:
        towers[tower] += written
        return read(tower, written)

    read, TowerReader.__call__ = TowerReader.__call__, heard  # type: ignore[method-assign,assignment]
    known = multilingual_identity()
    index = Index.load(INDEX, tuned, identity(), (e5, known) if known else None)
    bot = Bot(index, reader=load_reader())
    asked = Random(0).sample(list(dict.fromkeys(ordinary(DATA))), QUESTIONS)
    cases = [
        Case(id=str(at), turns=(Turn(question=text, expect_kind=UNANSWERED),))
        for at, text in enumerate(asked)
    ]
    with TemporaryDirectory() as folder:
        run = RunFolder(Path(folder))
        info = what_runs.info([], cases, Settings(index=INDEX), bot, BATCH)
        start = time.perf_counter()
        for done in Runner(bot).run(cases, run, info):
            if done % (50 * BATCH) == 0:
                print(f"{done} of {len(cases)}", flush=True)
        taken = time.perf_counter() - start
        levels = Counter(one.level for one in run.outcomes())
    TowerReader.__call__ = read  # type: ignore[method-assign]
    encoding = _bare(tuned, e5, towers)
    result = {
        "machine": platform.machine(),
        "questions": QUESTIONS,
        "seconds": round(taken, 1),
        "bare_encodes_seconds": round(encoding, 1),
        "throughput_against_bare_encodes": round(encoding / taken, 3),
        "levels_of_ordinary_requests": dict(levels),
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


def _bare(tuned: Heard, e5: Heard, towers: Mapping[TowerReader, Sequence[str]]) -> float:
    """Seconds that the same texts take, each once through its model in batches of like length."""
    start = time.perf_counter()
    for encoder in (tuned, e5):
        encoder.encoder.encode(encoder.texts)
    for tower, texts in towers.items():
        tower(texts)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
