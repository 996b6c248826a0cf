"""python -m bot.safety.training: fit the screen's model to our own examples, and say how it does.

Cross-validation never has one author on both sides. A fold is fitted in one thread with a fixed
seed, so that a run repeats itself on the same kind of processor.
"""

import math
import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from bot.safety.example import LEVELS, Example
from bot.safety.normalise import normalise
from bot.safety.plain import plain
from bot.safety.tower import ABOUT, KINDS, Halfway, LowerHalf, Tower

EPOCHS = 4
BATCH = 32
RATE, RATE_OF_HEADS = 3e-4, 1e-3
WARM_UP = 0.1  # of all steps
SMOOTHING = 0.05
# What the losses of kind and of whose danger it is weigh beside that of the level.
KIND, ABOUT_WHOM = 0.3, 0.1
# Shares of the messages that get slips of typing, and that get a harmless message before or behind.
SLIPPED, JOINED = 0.2, 0.15
_SLIP = 0.15  # of the longer words of such a message
_SORTED = 20  # batches within which messages of like length go together


class _Labels(NamedTuple):
    level: int
    kind: int
    about: int


def labels(example: Example) -> _Labels:
    """Positions in LEVELS, KINDS and ABOUT."""
    return _Labels(
        LEVELS.index(example.level), KINDS.index(example.category), ABOUT.index(example.about)
    )


def _slipped(word: str, rng: random.Random) -> str:
    """The word with two letters swapped, one left out or one doubled."""
    if len(word) < 4 or rng.random() > _SLIP:
        return word
    at = rng.randrange(len(word) - 1)
    first, second = word[at], word[at + 1]
    slip = rng.choice([second + first, second, first + first + second])
    return word[:at] + slip + word[at + 2 :]


def _varied(texts: Sequence[str], harmless: Sequence[str], rng: random.Random) -> Iterator[str]:
    for text in texts:
        if rng.random() < SLIPPED:
            text = " ".join(_slipped(word, rng) for word in text.split())
        if rng.random() < JOINED:
            two = [text, rng.choice(harmless)]
            rng.shuffle(two)
            text = " ".join(two)
        yield text


def _batches(texts: Sequence[str], rng: random.Random) -> list[list[int]]:
    order = list(range(len(texts)))
    rng.shuffle(order)
    size = BATCH * _SORTED
    parts = [
        sorted(order[at : at + size], key=lambda row: len(texts[row]))
        for at in range(0, len(order), size)
    ]
    batches = [part[at : at + BATCH] for part in parts for at in range(0, len(part), BATCH)]
    rng.shuffle(batches)
    return batches


def _loss(tower: Tower, halfway: Halfway, wanted: Tensor) -> Tensor:
    read = tower(halfway)
    parts = [
        weight * cross_entropy(logits.float(), wanted[:, column], label_smoothing=SMOOTHING)
        for column, (logits, weight) in enumerate(zip(read, (1.0, KIND, ABOUT_WHOM), strict=True))
    ]
    return sum(parts, torch.zeros(()))


def fit(lower: LowerHalf, examples: Sequence[Example], seed: int = 0) -> Tower:
    """A tower tuned to the examples. Uses bfloat16: slow on a processor that lacks it."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    tower = Tower(lower.upper_layers)
    written = [plain(normalise(example.text)) for example in examples]
    wanted = torch.tensor([labels(example) for example in examples])
    harmless = [text for text, row in zip(written, wanted, strict=True) if row[0] == 0]
    body = list(tower.layers.parameters())
    heads = [weight for name, weight in tower.named_parameters() if not name.startswith("layers.")]
    rates = [RATE, RATE_OF_HEADS]
    groups = [{"params": part, "lr": rate} for part, rate in zip((body, heads), rates, strict=True)]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    steps = EPOCHS * (math.ceil(len(written) / BATCH) + math.ceil(len(written) / BATCH / _SORTED))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, steps, pct_start=WARM_UP)
    tower.train()
    for _ in range(EPOCHS):
        texts = list(_varied(written, harmless, rng))
        for rows in _batches(texts, rng):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                loss = _loss(tower, lower([texts[row] for row in rows]), wanted[rows])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(tower.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return tower.eval()
