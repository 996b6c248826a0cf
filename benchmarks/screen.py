"""python -m benchmarks.screen: false alarms on ordinary traffic, and what a message costs, encodes aside."""

import csv
import json
import platform
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles

from bot.safety.classifier import Classifier
from bot.safety.example import examples
from bot.safety.screen import Conversation, Screen
from bot.safety.tower import Intermediate, LowerLayers, Tower
from index.encoder import Vectors
from index.multilingual_encoder import MultilingualEncoder
from index.sentence_encoder import SentenceEncoder

RESULT = Path(__file__).parent / "results" / "screen.json"
DATA = Path("../shared/data")
BATCH = 512
TIMED, LONG, ORDINARY = 200, 20, 4_000


def ordinary(folder: Path) -> Iterator[str]:
    """Requests to an assistant, also out of its scope, and questions to a bank."""
    for pairs in json.loads((folder / "clinc150" / "data_full.json").read_text("utf-8")).values():
        yield from (text for text, _ in pairs)
    for name in ("train", "test"):
        with (folder / "banking77" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            yield from (row["text"] for row in csv.DictReader(file))


def alarms(screen: Screen, texts: Sequence[str]) -> dict[str, float]:
    """Shares of the texts at each level."""
    found: Counter[str] = Counter()
    for start in range(0, len(texts), BATCH):
        batch = texts[start : start + BATCH]
        found.update(one.level for one in screen.all([Conversation(turns=(t,)) for t in batch]))
    routed = found["crisis"] + found["emergency"]
    return {
        "messages": len(texts),
        "routed": routed,
        "routed_share": round(routed / len(texts), 5),
        "any_resources_share": round(1 - found["none"] / len(texts), 5),
    }


class Clock:
    """Adds up the seconds that a callable takes."""

    def __init__(self) -> None:
        self.spent = 0.0


class TimedLower(LowerLayers):
    """The lower layers, with its time kept apart."""

    def __init__(self, lower: LowerLayers, clock: Clock) -> None:
        self.__dict__.update(lower.__dict__)
        self._clock = clock

    def __call__(self, texts: Sequence[str]) -> Intermediate:
        start = time.perf_counter()
        try:
            return super().__call__(texts)
        finally:
            self._clock.spent += time.perf_counter() - start


def costs(texts: Sequence[str]) -> dict[str, float]:
    """Milliseconds a message, one thread: the whole screen, and what is left of it without encoding."""
    encoder, clock, upper = SentenceEncoder(is_tuned=False), Clock(), Clock()
    lower = TimedLower(LowerLayers(encoder.tokenizer, encoder.transformer), clock)
    multilingual = MultilingualEncoder(threads=1)

    def embed(texts: Sequence[str]) -> Vectors:
        start = time.perf_counter()
        try:
            return multilingual.raw(texts)
        finally:
            clock.spent += time.perf_counter() - start

    classifier = Classifier.load(lower, embed)
    forward = Tower.forward

    def timed(tower: Tower, intermediate: Intermediate) -> object:
        start = time.perf_counter()
        try:
            return forward(tower, intermediate)
        finally:
            upper.spent += time.perf_counter() - start

    Tower.forward = timed  # type: ignore[method-assign,assignment]
    screen = Screen(classifier)
    # The first Spanish message loads a dictionary (half a second, once).
    screen([texts[0]])
    screen(["hola nesecito ayuda"])
    wholes, rests = [], []
    for text in texts[1:]:
        clock.spent = upper.spent = 0.0
        start = time.perf_counter()
        screen([text + " "])
        whole = time.perf_counter() - start
        wholes.append(1000 * whole)
        rests.append(1000 * (whole - clock.spent - upper.spent))
    Tower.forward = forward  # type: ignore[method-assign]
    return {
        "whole_p50_ms": round(median(wholes), 2),
        "whole_p99_ms": round(quantiles(wholes, n=100)[98], 2),
        "encodes_aside_p50_ms": round(median(rests), 2),
        "encodes_aside_p99_ms": round(quantiles(rests, n=100)[98], 2),
    }


def main() -> None:
    texts = [example.text for example in examples()]
    chosen = random.Random(0).sample(texts, TIMED)
    long = [" ".join(random.Random(at).sample(texts, 60))[:2_000] for at in range(LONG)]
    figures: dict[str, object] = {
        "machine": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "messages": costs(chosen),
        "messages_of_2000_characters": costs(long),
    }
    if DATA.exists():
        encoder = SentenceEncoder(threads=2, is_tuned=False)
        lower = LowerLayers(encoder.tokenizer, encoder.transformer)
        reader = Classifier.load(lower, MultilingualEncoder(threads=2).raw)
        figures["ordinary_traffic"] = alarms(
            Screen(reader), random.Random(0).sample(list(ordinary(DATA)), ORDINARY)
        )
    RESULT.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
