"""This project's own labelled questions: gold passages by document, span and hash, never by words."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib import resources
from pathlib import Path

from corpus.document import Document, Frozen, Passage

FILE = "own_questions.jsonl"
# Authors whose questions nothing is fitted to: they measure what came of it.
HELD_OUT = frozenset("h")


class Gold(Frozen):
    """Words that answer: `document.text[start:end]`, whose SHA-256 begins with `sha256`."""

    document: str
    start: int
    end: int
    sha256: str


class OwnQuestion(Frozen):
    """`gold` holds every passage that answers; without one, the question must not be answered.

    No author saw another's questions.
    """

    id: str
    author: str
    kind: str
    question: str
    gold: tuple[Gold, ...] = ()


def own_questions(documents: Mapping[str, Document], file: Path | None = None) -> list[OwnQuestion]:
    """All questions of a file, by default of the one about the five documents.

    ValueError if a gold passage no longer stands where it should, or if the file is not of this form.
    """
    found = _read(file)
    for asked in found:
        for gold in asked.gold:
            _check(asked, gold, documents)
    return found


def questions_only() -> list[str]:
    """What visitors asked, without the labels, which need the documents."""
    return [asked.question for asked in _read()]


def answers(asked: OwnQuestion, passage: Passage) -> bool:
    """Whether a passage holds a gold one, or is at least half of one."""
    return answered_by(asked.gold, passage.document, passage.span.start, passage.span.end)


def answered_by(gold: Sequence[Gold], document: str, start: int, end: int) -> bool:
    """The same for the words that stand at a span of a document."""
    return any(one.document == document and _covers(one, start, end) for one in gold)


def _covers(gold: Gold, start: int, end: int) -> bool:
    shared = min(gold.end, end) - max(gold.start, start)
    length = gold.end - gold.start
    is_part = gold.start <= start and end <= gold.end
    return shared >= 0.95 * length or (is_part and shared >= 0.5 * length)


def _read(file: Path | None = None) -> list[OwnQuestion]:
    source = file or resources.files("bot.evaluation").joinpath(FILE)
    text = source.read_text("utf-8")
    return [OwnQuestion.model_validate_json(line) for line in text.splitlines()]


def _check(asked: OwnQuestion, gold: Gold, documents: Mapping[str, Document]) -> None:
    document = documents.get(gold.document)
    words = document.text[gold.start : gold.end] if document else ""
    if not sha256(words.encode()).hexdigest().startswith(gold.sha256):
        raise ValueError(
            f"question {asked.id}: {gold.document}[{gold.start}:{gold.end}] does not have the "
            "words it was labelled with; index the documents that the questions are about"
        )
