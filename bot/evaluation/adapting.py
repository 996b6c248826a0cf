"""Fitting the adapter of MiniLM: visitors' ways of asking are drawn to what answers them.

Fitted to the handbook (ways of asking, and the words of their entry), to topics on which documents
differ (ways of asking, and the sentences that take a side) and to this project's own questions (and
the passages that answer them), by contrast: of the passages in a batch, and of all others as they
stood when the epoch began, a question must be nearest to its own.
"""

import random
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize, softplus

from bot.evaluation.pairs import Data, Pair
from bot.safety.training import slipped
from index.adapter import Update, linear_layers, updated
from index.sentence_encoder import SentenceEncoder

RANK = 16
EPOCHS = 4
BATCH = 64
RATE = 1e-3
WARM_UP = 0.1  # of all steps
TEMPERATURE = 0.05
SLIPPED = 0.25  # share of the questions that get slips of typing
LIKE = 0.3  # of the handbook's: share that are drawn to another way of asking instead
UNANSWERED = 16  # questions that no source answers, in each batch
APART, APART_BY = 0.2, 0.1  # weight and scale of keeping them away from all that sources say
MOST_PIECES = 96
# Of an update, once it is fitted: between MiniLM as it came and as it was tuned, questions of authors that
# neither knew find more than at either end (Wortsman et al., "Robust fine-tuning of zero-shot models", 2022).
SHARE = 0.85
READ = 16  # texts that are read together
_MASKED = -1e4


def fit(learnt: Data, seed: int = 0) -> dict[str, Update]:
    """The updates, at float32; says on stderr how far it is. Uses bfloat16."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    encoder = SentenceEncoder(threads=torch.get_num_threads(), is_tuned=False)
    layers = updated(encoder.transformer, dict(linear_layers(encoder.transformer)), RANK)
    weights = [weight for layer in layers.values() for weight in (layer.down, layer.up)]
    optimizer = torch.optim.AdamW(weights, lr=RATE, weight_decay=0.01)
    steps = EPOCHS * (len(learnt.pairs) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, steps, pct_start=WARM_UP)
    for epoch in range(EPOCHS):
        bank = _bank(encoder, learnt.bank)
        total = 0.0
        for batch in _batches(learnt.pairs, rng):
            loss = _loss(encoder, learnt, batch, bank, rng)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(weights, 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
        done = f"{len(learnt.pairs)} pairs: {epoch + 1} of {EPOCHS} epochs, loss {total * EPOCHS / steps:.3f}"
        print(time.strftime("%H:%M:%S"), done, file=sys.stderr, flush=True)
    return {name: Update(SHARE * layer.up, layer.down) for name, layer in layers.items()}


def _batches(pairs: Sequence[Pair], rng: random.Random) -> Iterator[list[Pair]]:
    order = rng.sample(pairs, len(pairs))
    for at in range(0, len(order) - BATCH + 1, BATCH):
        yield order[at : at + BATCH]


def _loss(
    encoder: SentenceEncoder,
    learnt: Data,
    batch: Sequence[Pair],
    bank: Tensor,
    rng: random.Random,
) -> Tensor:
    asked = [_slipped(pair.question, rng) for pair in batch]
    chosen = [
        rng.choice(pair.like if pair.like and rng.random() < LIKE else pair.texts) for pair in batch
    ]
    questions, answering = _vectors(encoder, asked), _vectors(encoder, chosen)
    near = questions @ answering.T / TEMPERATURE
    alike = [[one is not other and bool(one.rows & other.rows) for other in batch] for one in batch]
    near = near.masked_fill(torch.tensor(alike), _MASKED)
    # Of the bank, what answers is as old as what does not: else all would drift away from it.
    all_of_bank = questions @ bank.T / TEMPERATURE
    own = torch.zeros_like(all_of_bank, dtype=torch.bool)
    for at, pair in enumerate(batch):
        own[at, list(pair.rows)] = True
    any_own = all_of_bank.masked_fill(~own, _MASKED).logsumexp(dim=1)
    among_all = (all_of_bank.logsumexp(dim=1) - any_own).mean()
    among_batch = cross_entropy(near, torch.arange(len(batch)))
    of_sources = torch.tensor([min(pair.rows) >= learnt.sources for pair in batch])
    unanswered = rng.sample(learnt.unanswered, UNANSWERED)
    nearest = (_vectors(encoder, unanswered) @ bank[learnt.sources :].T).amax(dim=1)
    answered = any_own[of_sources] * TEMPERATURE
    loss: Tensor = (among_batch + among_all) / 2
    if len(answered):
        loss = loss + APART * softplus((nearest - answered.unsqueeze(1)) / APART_BY).mean()
    return loss


def _slipped(question: str, rng: random.Random) -> str:
    if rng.random() >= SLIPPED:
        return question
    return " ".join(slipped(word, rng) for word in question.split())


def _vectors(encoder: SentenceEncoder, texts: Sequence[str]) -> Tensor:
    """A unit vector a text. Texts of like length are read together: padding costs as much as words."""
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    parts = [
        _read(encoder, [texts[row] for row in order[at : at + READ]])
        for at in range(0, len(order), READ)
    ]
    return torch.cat(parts)[torch.tensor(order).argsort()]


def _read(encoder: SentenceEncoder, texts: list[str]) -> Tensor:
    read: Any = encoder.tokenizer(
        texts, padding=True, truncation=True, max_length=MOST_PIECES, return_tensors="pt"
    )
    with torch.autocast("cpu", dtype=torch.bfloat16):
        states: Tensor = encoder.transformer(**read).last_hidden_state
    stands = read["attention_mask"].unsqueeze(-1)
    return normalize((states.float() * stands).sum(1) / stands.sum(1), dim=-1)


@torch.no_grad()
def _bank(encoder: SentenceEncoder, groups: Sequence[tuple[str, ...]]) -> Tensor:
    """A vector for each passage, the mean of its texts', as the index holds them."""
    texts = sorted({text for group in groups for text in group}, key=len)
    found: dict[str, Tensor] = {}
    for at in range(0, len(texts), BATCH):
        part = texts[at : at + BATCH]
        found |= zip(part, _vectors(encoder, part), strict=True)
    return torch.stack([torch.stack([found[text] for text in group]).mean(0) for group in groups])
