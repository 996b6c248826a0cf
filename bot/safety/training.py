"""Fit a tower of the screen to our own examples, in one thread and with a fixed seed."""

import math
import random
import sys
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from bot.safety.example import ASIDES, LEVELS, Example
from bot.safety.normalise import normalise
from bot.safety.plain import plain
from bot.safety.tower import ABOUT, KINDS, Lower, Tower
from index.layers import Intermediate

EPOCHS = 3
BATCH = 32
RATE, RATE_OF_UPDATES, RATE_OF_HEADS = 3e-4, 7e-4, 1e-3
WARM_UP = 0.1  # of all steps
SMOOTHING = 0.05
# What the losses of kind and of whose danger it is weigh beside that of the level.
KIND, ABOUT_WHOM = 0.3, 0.1
# Shares of the messages that get slips of typing, and that stand among harmless messages.
SLIPPED, JOINED = 0.2, 0.5
_OTHERS = (1, 1, 1, 2, 4)  # how many of those, each as likely
_ASIDE = 0.5  # how likely each of those is an aside: thanks, where somebody writes from
_BETWEEN = (" ", " ", ". ", ", ")
_MOST_WORDS = 150  # of a joined message: the tower reads no more pieces
_SLIP = 0.15  # of the longer words of such a message
_SORTED = 100  # batches within which messages of like length go together


class _Labels(NamedTuple):
    level: int
    kind: int
    about: int


def labels(example: Example) -> _Labels:
    """Positions in LEVELS, KINDS and ABOUT."""
    return _Labels(
        LEVELS.index(example.level), KINDS.index(example.category), ABOUT.index(example.about)
    )


def slipped(word: str, rng: random.Random) -> str:
    """The word with two letters swapped, one left out or one doubled."""
    if len(word) < 4 or rng.random() > _SLIP:
        return word
    at = rng.randrange(len(word) - 1)
    first, second = word[at], word[at + 1]
    slip = rng.choice([second + first, second, first + first + second])
    return word[:at] + slip + word[at + 2 :]


class Harmless(NamedTuple):
    """What may stand before or behind any message without making it less dangerous."""

    texts: Sequence[str]
    asides: Sequence[str]

    @classmethod
    def among(cls, written: Sequence[str], examples: Sequence[Example]) -> "Harmless":
        """Those of the examples; all of them count as asides where none was written as one."""
        both = [
            (text, example.author)
            for text, example in zip(written, examples, strict=True)
            if example.level == "none"
        ]
        texts = [text for text, _ in both]
        return cls(texts, [text for text, author in both if author in ASIDES] or texts)

    def around(self, text: str, rng: random.Random) -> str:
        """The text with some of them before and behind it, as far as there is room."""
        words = len(text.split())
        for _ in range(rng.choice(_OTHERS)):
            other = rng.choice(self.asides if rng.random() < _ASIDE else self.texts)
            words += len(other.split())
            if words <= _MOST_WORDS:
                parts = [text, other]
                rng.shuffle(parts)
                text = rng.choice(_BETWEEN).join(parts)
        return text


def _varied(texts: Sequence[str], harmless: Harmless, rng: random.Random) -> Iterator[str]:
    for text in texts:
        if rng.random() < SLIPPED:
            text = " ".join(slipped(word, rng) for word in text.split())
        yield harmless.around(text, rng) if rng.random() < JOINED else text


def _batches(lengths: Sequence[int], rng: random.Random) -> list[list[int]]:
    order = list(range(len(lengths)))
    rng.shuffle(order)
    size = BATCH * _SORTED
    parts = [
        sorted(order[at : at + size], key=lengths.__getitem__) for at in range(0, len(order), size)
    ]
    batches = [part[at : at + BATCH] for part in parts for at in range(0, len(part), BATCH)]
    rng.shuffle(batches)
    return batches


def _loss(tower: Tower, intermediate: Intermediate, wanted: Tensor) -> Tensor:
    read = tower(intermediate)
    parts = [
        weight * cross_entropy(logits.float(), wanted[:, column], label_smoothing=SMOOTHING)
        for column, (logits, weight) in enumerate(zip(read, (1.0, KIND, ABOUT_WHOM), strict=True))
    ]
    return sum(parts, torch.zeros(()))


def fit(
    lower: Lower,
    examples: Sequence[Example],
    seed: int = 0,
    tower: Tower | None = None,
    epochs: int | None = None,
    pace: float = 1.0,
) -> Tower:
    """A tower tuned to the examples, on from `tower` if there is one; says on stderr how far it is.

    In `EPOCHS` unless told otherwise; `pace` multiplies the learning rates. Uses bfloat16: slow on
    a processor that lacks it.
    """
    rng = random.Random(seed)
    torch.manual_seed(seed)
    tower, epochs = tower or Tower(lower), epochs or EPOCHS
    written = [plain(normalise(example.text)) for example in examples]
    wanted = torch.tensor([labels(example) for example in examples])
    harmless = Harmless.among(written, examples)
    body = [weight for weight in tower.layers.parameters() if weight.requires_grad]
    heads = [weight for name, weight in tower.named_parameters() if not name.startswith("layers.")]
    rate = RATE if lower.rank is None else RATE_OF_UPDATES
    rates = [pace * rate, pace * RATE_OF_HEADS]
    groups = [{"params": part, "lr": rate} for part, rate in zip((body, heads), rates, strict=True)]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    steps = epochs * (math.ceil(len(written) / BATCH) + math.ceil(len(written) / BATCH / _SORTED))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, steps, pct_start=WARM_UP)
    tower.train()
    for epoch in range(epochs):
        texts = list(_varied(written, harmless, rng))
        for rows in _batches(lower.lengths(texts), rng):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                loss = _loss(tower, lower([texts[row] for row in rows]), wanted[rows])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(tower.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        done = f"{len(written)} examples: {epoch + 1} of {epochs} epochs"
        print(time.strftime("%H:%M:%S"), done, file=sys.stderr, flush=True)
    return tower.eval()
