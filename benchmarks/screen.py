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

import torch

from benchmarks.clock import Clock, count
from bot.loading import load_reader
from bot.safety.classifier import TowerReader
from bot.safety.example import examples
from bot.safety.screen import Conversation, Screen
from bot.safety.told import compile_phrases

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


def costs(texts: Sequence[str]) -> dict[str, float]:
    """Milliseconds a message, one thread: the whole screen, and what is left of it without encoding."""
    clock = Clock()
    count(TowerReader, clock)
    screen = Screen(load_reader())
    # The first Spanish message loads a dictionary (half a second, once).
    screen([texts[0]])
    screen(["hola nesecito ayuda"])
    # As the server does once it is ready.
    compile_phrases()
    wholes, rests = [], []
    for text in texts[1:]:
        clock.spent = 0.0
        start = time.perf_counter()
        screen([text + " "])
        whole = time.perf_counter() - start
        wholes.append(1000 * whole)
        rests.append(1000 * (whole - clock.spent))
    return {
        "whole_p50_ms": round(median(wholes), 2),
        "whole_p99_ms": round(quantiles(wholes, n=100)[98], 2),
        "encodes_aside_p50_ms": round(median(rests), 2),
        "encodes_aside_p99_ms": round(quantiles(rests, n=100)[98], 2),
    }


def main() -> None:
    torch.set_num_threads(1)
    texts = [example.text for example in examples()]
    chosen = random.Random(0).sample(texts, TIMED)
    # Of harmless parts: a phrase that finds an emergency would spare the models their reading.
    harmless = [example.text for example in examples() if example.level == "none"]
    long = [" ".join(random.Random(at).sample(harmless, 60))[:2_000] for at in range(LONG)]
    figures: dict[str, object] = {
        "machine": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "messages": costs(chosen),
        "messages_of_2000_characters": costs(long),
    }
    if DATA.exists():
        figures["ordinary_traffic"] = alarms(
            Screen(load_reader()), random.Random(0).sample(list(ordinary(DATA)), ORDINARY)
        )
    RESULT.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
