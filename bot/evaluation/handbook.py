"""How the handbook does on questions of visitors: is the entry that answers found, and who is sent on?"""

import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from bot.answer import Bot
from bot.evaluation.safety import Share
from bot.reply import Reply
from bot.safety.screen import Conversation
from corpus.document import Frozen, Language
from index.query import Question
from index.search import Index

FILE = "handbook_questions.jsonl"
# Reply kinds and levels with which a question that no entry may answer is met well.
_REFUSED = ("not_found", "contact", "declined", "about")
_DEEPEST = 10


class HandbookQuestion(Frozen):
    """`groups` are the fact groups that answer it; `entries` the entries written for just that.

    `expected` is a level for a message in danger, a reply's kind for what is sent on, "refused" for
    what only the clinic knows, and "answered" for all others.
    """

    question: str
    language: Language = "en"
    part: str
    expected: str
    groups: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()


class Asked(NamedTuple):
    """A question, the entries found in their order, and the reply."""

    asked: HandbookQuestion
    found: tuple[str, ...]
    reply: Reply

    def rank(self, right: frozenset[str]) -> int:
        """The rank, from 1, of the first of the right entries; a large number if none is found."""
        return next((at for at, entry in enumerate(self.found, 1) if entry in right), 99)

    @property
    def is_met(self) -> bool:
        """Whether a question that must not be answered got what was expected, or is sent on."""
        wanted = self.asked.expected
        if wanted in ("crisis", "emergency"):
            return self.reply.kind == "crisis"
        return self.reply.kind in _REFUSED


def questions() -> list[HandbookQuestion]:
    """The project's own key to what visitors ask, in English and Spanish."""
    text = resources.files("bot.evaluation").joinpath(FILE).read_text("utf-8")
    return [HandbookQuestion.model_validate_json(line) for line in text.splitlines()]


def facts(path: Path) -> dict[str, frozenset[str]]:
    """The fact groups that each entry covers, from a file of `entry = ["F20"]`.

    ValueError if it is no TOML.
    """
    held = tomllib.loads(path.read_text("utf-8"))
    return {entry: frozenset(groups) for entry, groups in held.items()}


def asked(bot: Bot, index: Index, given: Sequence[HandbookQuestion]) -> list[Asked]:
    """Each question with what the index finds; a Spanish entry counts as the one it translates."""
    replies = bot.replies([Conversation(turns=(one.question,)) for one in given])
    asked = [
        Question(text=one.question, language=reply.language)
        for one, reply in zip(given, replies, strict=True)
    ]
    found = index.search_all(asked, 3 * _DEEPEST)
    documents = index.documents
    entries = [
        dict.fromkeys(
            documents[hit.passage.document].translates or hit.passage.document for hit in one.hits
        )
        for one in found
    ]
    return [
        Asked(one, tuple(ids), reply)
        for one, ids, reply in zip(given, entries, replies, strict=True)
    ]


def shares(found: Sequence[Asked], covers: Mapping[str, frozenset[str]]) -> list[Share]:
    """hit@1 and hit@3 by fact group and by entry, and what was rightly not answered."""
    counted: list[Share] = []
    for language in ("en", "es"):
        part = [one for one in found if one.asked.language == language]
        to_answer = [one for one in part if one.asked.expected == "answered"]
        for name, of in (
            ("fact group", lambda one: right(covers, one)),
            ("entry", lambda one: frozenset(one.entries)),
        ):
            ranks = [one.rank(of(one.asked)) for one in to_answer if of(one.asked)]
            for deepest in (1, 3):
                hits = sum(rank <= deepest for rank in ranks)
                counted.append(Share(f"{language} {name} hit@{deepest}", hits, len(ranks)))
        quoted = sum(one.reply.kind == "quoted" for one in to_answer)
        counted.append(Share(f"{language} answered", quoted, len(to_answer)))
        others = [one for one in part if one.asked.expected != "answered"]
        counted.append(Share(f"{language} sent on", sum(one.is_met for one in others), len(others)))
    return [share for share in counted if share.n]


def right(covers: Mapping[str, frozenset[str]], one: HandbookQuestion) -> frozenset[str]:
    """The entries that answer a question: those that cover one of its fact groups, or are named."""
    by_group = {entry for entry, held in covers.items() if held & set(one.groups)}
    return frozenset(by_group | set(one.entries))
