"""This project's own conversations, topics and messages: what a reply should be, beyond one question."""

from importlib import resources
from typing import Literal, TypeVar

from bot.evaluation.own_questions import Gold
from corpus.document import Frozen

Model = TypeVar("Model", bound=Frozen)


class Turn(Frozen):
    """`means` is what a question that leans on earlier ones says in full; `gold` what answers it."""

    question: str
    kind: Literal["first", "followup", "own", "unanswerable"]
    means: str | None
    gold: tuple[Gold, ...]


class OwnDialogue(Frozen):
    """A conversation of one author; nothing is fitted to it but the weights of `followup.py`."""

    id: str
    turns: tuple[Turn, ...]


class TopicQuestion(Frozen):
    """A question by an author who saw no topic's ways of asking; None: no topic is asked about."""

    question: str
    topic: str | None


class Message(Frozen):
    """What kind of reply a message should get; `open` ones must not be sent away."""

    message: str
    kind: Literal["contact", "about", "declined", "open", "other_language"]
    language: str


def dialogues() -> list[OwnDialogue]:
    """All conversations."""
    return _read("own_dialogues.jsonl", OwnDialogue)


def topic_questions() -> list[TopicQuestion]:
    """Questions on which sources differ, and others that sound like them or do not."""
    return _read("differ_questions.jsonl", TopicQuestion)


def messages() -> list[Message]:
    """Practical requests, questions about the bot and for a professional, and their neighbours."""
    return _read("messages.jsonl", Message)


def _read(file: str, model: type[Model]) -> list[Model]:
    text = resources.files("bot.evaluation").joinpath(file).read_text("utf-8")
    return [model.model_validate_json(line) for line in text.splitlines()]
