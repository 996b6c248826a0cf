"""This project's own labelled questions: gold passages by document, span and hash, never by words."""

from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from bot.evaluation.cases import Place
from corpus.document import Document, Frozen, Passage

FILE = "own_questions.jsonl"
# Authors whose questions nothing is fitted to: they measure what came of it.
HELD_OUT = frozenset("h")


class OwnQuestion(Frozen):
    """`gold` holds every passage that answers; without one, the question must not be answered.

    No author saw another's questions.
    """

    id: str
    author: str
    kind: str
    question: str
    gold: tuple[Place, ...] = ()


def own_questions(documents: Mapping[str, Document], file: Path | None = None) -> list[OwnQuestion]:
    """All questions of a file, by default of the one about the five documents.

    ValueError if a gold passage no longer stands where it should, or if the file is not of this form.
    """
    found = _read(file)
    for asked in found:
        for gold in asked.gold:
            gold.words(documents)
    return found


def questions_only() -> list[str]:
    """What visitors asked, without the labels, which need the documents."""
    return [asked.question for asked in _read()]


def answers(asked: OwnQuestion, passage: Passage) -> bool:
    """Whether a passage holds a gold one, or is at least half of one."""
    span = passage.span
    return any(gold.is_met_at(passage.document, span.start, span.end) for gold in asked.gold)


def _read(file: Path | None = None) -> list[OwnQuestion]:
    source = file or resources.files("bot.evaluation").joinpath(FILE)
    text = source.read_text("utf-8")
    return [OwnQuestion.model_validate_json(line) for line in text.splitlines()]
