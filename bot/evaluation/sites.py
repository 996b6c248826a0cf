"""Smaller sites cut out of an index: a clinic may have a page or two, and confidence must hold there too."""

import random
from collections.abc import Iterator, Sequence
from itertools import cycle

import numpy as np

from bot.evaluation.own_questions import OwnQuestion, answers
from corpus.document import Passage
from index.store import Stored
from index.vectors import VectorIndex

# Passages of a site, by turns, besides whole documents: a paragraph, a page, a few pages.
LENGTHS = (5, 15, 40)


def smaller(stored: Stored) -> Iterator[Stored]:
    """Each source as a site of its own, then runs of its passages; every other one without entries."""
    lengths = cycle(LENGTHS)
    sites: list[list[int]] = []
    for document in stored.documents:
        if document.origin != "source":
            continue
        rows = [at for at, one in enumerate(stored.passages) if one.document == document.id]
        sites.append(rows)
        left = rows
        while left:
            length = next(lengths)
            sites.append(left[:length])
            left = left[length:]
    for number, rows in enumerate(sites):
        yield _of(stored, rows, is_bare=number % 2 == 1)


def asked_of(
    passages: Sequence[Passage], asked: Sequence[OwnQuestion], seed: int
) -> list[OwnQuestion]:
    """The questions that these passages answer, and as many that they do not."""
    answered = [one for one in asked if any(answers(one, passage) for passage in passages)]
    known = {one.id for one in answered}
    others = [one.model_copy(update={"gold": ()}) for one in asked if one.id not in known]
    return answered + random.Random(seed).sample(others, min(len(answered), len(others)))


def _of(stored: Stored, rows: Sequence[int], is_bare: bool) -> Stored:
    """An index of these passages, behind which the handbook's stand unless it is bare."""
    kept = {stored.passages[at].document for at in rows}
    entries = {one.id for one in stored.documents if one.origin == "handbook" and not is_bare}
    behind = [at for at, one in enumerate(stored.passages) if one.document in entries]
    questions = [] if is_bare else list(range(len(stored.passages), len(stored.rows)))
    chosen = [*rows, *behind, *questions]
    return stored._replace(
        documents=[one for one in stored.documents if one.id in kept | entries],
        passages=[stored.passages[at] for at in (*rows, *behind)],
        rows=[stored.rows[at] for at in chosen],
        vectors=VectorIndex.of(stored.vectors.rows(np.array(chosen, dtype=np.int64))),
        spanish=None if is_bare else stored.spanish,
    )
