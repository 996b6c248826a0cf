"""This project's own labelled questions: gold passages by document, span and hash, never by words."""

from collections.abc import Mapping
from hashlib import sha256
from importlib import resources

from corpus.document import Document, Frozen, Passage

FILE = "own_questions.jsonl"


class Gold(Frozen):
    """Words that answer: `document.text[start:end]`, whose SHA-256 is `sha256`."""

    document: str
    start: int
    end: int
    sha256: str


class OwnQuestion(Frozen):
    """`gold` holds every passage that answers; without one, the question must not be answered."""

    id: str
    kind: str
    question: str
    gold: tuple[Gold, ...] = ()


def own_questions(documents: Mapping[str, Document]) -> list[OwnQuestion]:
    """All questions; ValueError if a gold passage no longer stands where it should."""
    found = _read()
    for asked in found:
        for gold in asked.gold:
            _check(asked, gold, documents)
    return found


def questions_only() -> list[str]:
    """What visitors asked, without the labels, which need the documents."""
    return [asked.question for asked in _read()]


def answers(asked: OwnQuestion, passage: Passage) -> bool:
    """Whether a passage holds a gold one, or is at least half of one."""
    return any(gold.document == passage.document and _covers(gold, passage) for gold in asked.gold)


def _covers(gold: Gold, passage: Passage) -> bool:
    start, end = max(gold.start, passage.span.start), min(gold.end, passage.span.end)
    shared = end - start
    is_part = (start, end) == (passage.span.start, passage.span.end)
    return shared >= 0.95 * (gold.end - gold.start) or (
        is_part and shared >= 0.5 * (gold.end - gold.start)
    )


def _read() -> list[OwnQuestion]:
    text = resources.files("bot.evaluation").joinpath(FILE).read_text("utf-8")
    return [OwnQuestion.model_validate_json(line) for line in text.splitlines()]


def _check(asked: OwnQuestion, gold: Gold, documents: Mapping[str, Document]) -> None:
    document = documents.get(gold.document)
    words = document.text[gold.start : gold.end] if document else ""
    if sha256(words.encode()).hexdigest() != gold.sha256:
        raise ValueError(
            f"question {asked.id}: {gold.document}[{gold.start}:{gold.end}] does not have the "
            "words it was labelled with; index the documents that the questions are about"
        )
