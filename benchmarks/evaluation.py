"""python -m benchmarks.evaluation: a run of 10,000 questions against bare batched encodes of its texts.

Its memory, and whether it bears being killed, are looked at from outside: see `evaluation_killed.py`.
"""

import json
import platform
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import torch

from benchmarks.screen import DATA, ordinary
from bot.answer import Bot
from bot.evaluation import what_runs
from bot.evaluation.cases import UNANSWERED, Case, Turn
from bot.evaluation.run import BATCH, Runner
from bot.evaluation.run_folder import RunFolder
from bot.safety.classifier import Classifier, Models, restored
from bot.safety.tower import Intermediate, LowerLayers
from bot.settings import Settings
from index.encoder import Vectors
from index.multilingual_encoder import MultilingualEncoder, multilingual_identity
from index.search import Index
from index.sentence_encoder import SentenceEncoder, identity

RESULT = Path(__file__).parent / "results" / "evaluation.json"
INDEX = Path("var/answers")
QUESTIONS = 10_000
TOWER_BATCH = 32


class Heard:
    """An encoder that remembers what it was asked to encode."""

    def __init__(self, encoder: SentenceEncoder | MultilingualEncoder) -> None:
        self.encoder = encoder
        self.texts: list[str] = []
        self.raw_texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return self.encoder.encode(texts)

    def raw(self, texts: Sequence[str]) -> Vectors:
        self.raw_texts += texts
        assert isinstance(self.encoder, MultilingualEncoder)
        return self.encoder.raw(texts)


class HeardLayers(LowerLayers):
    """The screen's lower layers, which remember what they read."""

    texts: list[str]

    def __call__(self, texts: Sequence[str]) -> Intermediate:
        self.texts += texts
        return super().__call__(texts)


def main() -> None:
    plain, tuned = SentenceEncoder(is_tuned=False), Heard(SentenceEncoder())
    e5 = Heard(MultilingualEncoder())
    lower = HeardLayers(plain.tokenizer, plain.transformer)
    lower.texts = []
    known = multilingual_identity()
    index = Index.load(INDEX, tuned, identity(), (e5, known) if known else None)
    bot = Bot(index, reader=Classifier.load(lower, e5.raw))
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
    encoding = _bare(tuned, e5, lower)
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


@torch.inference_mode()
def _bare(tuned: Heard, e5: Heard, lower: HeardLayers) -> float:
    """Seconds that the same texts take, each once through its model in batches of like length."""
    assert isinstance(tuned.encoder, SentenceEncoder)
    assert isinstance(e5.encoder, MultilingualEncoder)
    texts = sorted(lower.texts, key=len)
    tower = restored(lower, Models.load().tower)
    start = time.perf_counter()
    tuned.encoder.encode(tuned.texts)
    e5.encoder.raw([*e5.texts, *e5.raw_texts])
    for at in range(0, len(texts), TOWER_BATCH):
        tower(LowerLayers.__call__(lower, texts[at : at + TOWER_BATCH]))
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
