"""Fitting what search and confidence learn from this project's own questions.

The authors are dealt into folds. Each fold's questions are searched by an adapter that was fitted to
all others'; on what these searches found the confidence is fitted. The adapter that is shipped is
fitted to all. `HELD_OUT` authors are in none, and measure what came of it.
"""

import os
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import torch

from bot import confidence
from bot.confidence import Calibration
from bot.evaluation import adapting, calibrate, pairs, sites
from bot.evaluation.calibrate import Case, Figures
from bot.evaluation.own_questions import HELD_OUT, OwnQuestion, own_questions
from corpus.document import Document
from corpus.load import HANDBOOK, load
from index import adapter, store
from index.adapter import Update
from index.build import build
from index.encoder import Encoder
from index.manifest import EncoderIdentity
from index.search import Index
from index.sentence_encoder import SentenceEncoder
from index.store import Stored

DEEPEST = 10
FEWEST_AUTHORS = 3
FOLDS = 3
_TUNING = EncoderIdentity(name="an adapter that is being fitted", weights_sha256="", dimension=384)


class Searched(NamedTuple):
    """What was found in all documents, and in smaller sites."""

    whole: list[Case]
    smaller: list[Case]


class Tuned(NamedTuple):
    """What is shipped, and how it does: on other authors' questions each, and on those held out."""

    updates: dict[str, Update]
    calibration: Calibration
    figures: dict[str, Figures]


def tune(sources: Sequence[Path], handbook: Path, questions: Path | None = None) -> Tuned:
    """All of it; about an hour on two cores. Says on stderr how far it is.

    `questions` is a file like `own_questions.jsonl` about other documents. ValueError if it has fewer
    than three authors who are not held out: they could not be told apart.
    """
    documents = load(sources, handbook, quotes_handbook=False).documents
    asked = own_questions({document.id: document for document in documents}, questions)
    ours = [one for one in asked if one.author not in HELD_OUT]
    if len({one.author for one in ours}) < FEWEST_AUTHORS:
        raise ValueError(f"expected questions by {FEWEST_AUTHORS} authors or more; add some")
    # The longest first: it learns from all authors, and is measured by those held out.
    tests = [[one for one in asked if one.author in HELD_OUT], *folds(ours)]
    # A process for each core takes two thirds of the time of one that uses them all.
    with ProcessPoolExecutor(
        os.cpu_count(), get_context("spawn"), partial(torch.set_num_threads, 1)
    ) as pool:
        (updates, held_out), *others = pool.map(partial(_fitted, documents, ours), tests)
    found = Searched(
        whole=[case for _, one in others for case in one.whole],
        smaller=[case for _, one in others for case in one.smaller],
    )
    calibration = calibrate.fit(*found)
    return Tuned(updates, calibration, _figures(found, held_out.whole, calibration))


def tune_and_write(sources: Sequence[Path], questions: Path | None = None) -> None:
    """Tunes, writes adapter and confidence into the package, and prints the figures."""
    tuned = tune(sources, HANDBOOK, questions)
    adapter.save(Path(adapter.__file__).with_name(adapter.FILE), tuned.updates)
    path = Path(confidence.__file__).with_name(confidence.FILE)
    path.write_text(tuned.calibration.model_dump_json(indent=1) + "\n", "utf-8")
    for name, figures in tuned.figures.items():
        print(name)
        for figure, value in figures._asdict().items():
            print(f"  {figure:18} {value:.3f}")


def folds(asked: Sequence[OwnQuestion]) -> list[list[OwnQuestion]]:
    """The questions dealt out by authors, in the order of their names; no author stands in two folds."""
    authors = sorted({one.author for one in asked})
    dealt = [authors[first::FOLDS] for first in range(FOLDS)]
    return [[one for one in asked if one.author in some] for some in dealt]


def searched(
    documents: Sequence[Document], updates: Mapping[str, Update], asked: Sequence[OwnQuestion]
) -> Searched:
    """What an encoder with these updates finds for each question that may answer it."""
    encoder = SentenceEncoder(threads=torch.get_num_threads(), is_tuned=False)
    adapter.add(encoder.transformer, updates)
    with TemporaryDirectory() as folder:
        build(documents, Path(folder), lambda: encoder, _TUNING)
        stored = store.load(Path(folder))
    smaller = [
        case
        for seed, site in enumerate(sites.smaller(stored))
        for case in _cases(site, encoder, sites.asked_of(site.passages, asked, seed))
    ]
    return Searched(_cases(stored, encoder, asked), smaller)


def _cases(stored: Stored, encoder: Encoder, asked: Sequence[OwnQuestion]) -> list[Case]:
    index = Index(stored, encoder)
    found = index.search_all([one.question for one in asked], DEEPEST)
    answering = [index.answering(one) for one in found]
    return [Case(*pair) for pair in zip(asked, answering, strict=True) if pair[1].hits]


def _fitted(
    documents: Sequence[Document], ours: Sequence[OwnQuestion], test: Sequence[OwnQuestion]
) -> tuple[dict[str, Update], Searched]:
    """An adapter fitted to all questions of other authors than those of the test, and what it finds for it."""
    authors = {one.author for one in test}
    name = f"without {', '.join(sorted(authors))}"
    _say(f"fitting {name}")
    updates = _adapt(documents, [one for one in ours if one.author not in authors])
    _say(f"searching {name}")
    return updates, searched(documents, updates, test)


def _adapt(documents: Sequence[Document], asked: Sequence[OwnQuestion]) -> dict[str, Update]:
    handbook = [document for document in documents if document.origin == "handbook"]
    sources = [document for document in documents if document.origin == "source"]
    return adapting.fit(pairs.data(handbook, sources, asked))


def _figures(
    found: Searched, held_out: Sequence[Case], calibration: Calibration
) -> dict[str, Figures]:
    return {
        "each author by all others": calibrate.figures(found.whole, *calibrate.held_out(*found)),
    } | (
        {"held-out author": calibrate.figures(held_out, *calibrate.judged(calibration, held_out))}
        if held_out
        else {}
    )


def _say(what: str) -> None:
    print(time.strftime("%H:%M:%S"), what, file=sys.stderr, flush=True)
