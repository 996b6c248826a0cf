"""What happens to a message: the screen at once, then the search, as soon as there is one."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from bot.pages.literal import literal, literal_lines
from bot.pages.render import reply_html
from bot.pages.warming import Desk
from bot.reply import Crisis, Reply
from bot.safety.counts import Counts
from bot.wording.words import words
from corpus.document import Language

MAX_CHARACTERS = 2_000
# Longer than any model has taken to load; after it, a visitor is told that search is down.
_PATIENCE = 120.0  # seconds
UNCOUNTED = Counts(None)

Message = dict[str, Any]


class Said(NamedTuple):
    """A visitor's message and what was answered."""

    text: str
    reply: Reply


class View(NamedTuple):
    """What the page shows next: the text left in the box, the chat, and the conversation kept."""

    box: str
    chat: list[Message]
    said: list[Said]


def ask(
    desk: Desk, page: Language, message: str | None, said: list[Said], counts: Counts = UNCOUNTED
) -> Iterator[View]:
    """One view, or two if the answer has to wait for the model. A card never waits.

    What is said is added to `said` itself, since further messages may come while one waits. Each
    message that touches danger is counted once, when it arrives.
    """
    # Half a surrogate pair, which a browser can send, could not be sent back.
    text = (message or "").encode("utf-8", "replace").decode().strip()
    if not text:
        earlier = _chat([*map(_without_suggestions, said)])
        yield View("", [*earlier, _from_bot(literal(words(page).empty_question))], said)
        return
    turns = [*(one.text for one in said), text]
    reply = desk.screening.reply(turns)
    counts.add(reply.level, reply.category)
    if not isinstance(reply, Crisis) and len(text) > MAX_CHARACTERS:
        refused = Said(text, _saying(reply, words(reply.language).too_long))
        yield View(text, _chat([*said, refused]), said)
        return
    if not isinstance(reply, Crisis) and desk.status == "warming":
        waiting = Said(text, _saying(reply, words(reply.language).warming_up))
        said.append(waiting)
        yield View("", _chat(said), said)
        desk.wait(_PATIENCE)
        at = next((at for at, one in enumerate(said) if one is waiting), None)
        if at is None:  # the visitor started over
            return
        answered = desk.bot.reply(turns)
        if reply.level == "none":  # the model, which was not there before, may hear more
            counts.add(answered.level, answered.category)
        said[at] = Said(text, answered)
    elif isinstance(reply, Crisis):
        said.append(Said(text, reply))
    else:
        said.append(Said(text, desk.bot.reply(turns)))
    yield View("", _chat(said), said)


def _saying(reply: Reply, message: str) -> Reply:
    """The reply with another message; its human lines stay if the screen found a reason for them."""
    if reply.level == "none":
        return reply.model_copy(update={"message": message, "helplines": ()})
    note = words(reply.language).concern_line
    return reply.model_copy(update={"message": message, "notes": (note,)})


def _chat(said: Sequence[Said]) -> list[Message]:
    """Only the newest reply still offers its suggestions."""
    shown = [*map(_without_suggestions, said[:-1]), *said[-1:]]
    return [message for one in shown for message in _messages(one)]


def _without_suggestions(one: Said) -> Said:
    return Said(one.text, one.reply.model_copy(update={"suggestions": ()}))


def _messages(one: Said) -> tuple[Message, Message]:
    asked = {"role": "user", "content": literal_lines(one.text)}
    answered = _from_bot(reply_html(one.reply))
    if one.reply.suggestions:
        answered["options"] = [{"value": question} for question in one.reply.suggestions]
    return asked, answered


def _from_bot(content: str) -> Message:
    return {"role": "assistant", "content": content}
