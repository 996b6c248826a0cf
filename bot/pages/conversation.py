"""What happens to a message on the page: a card at once, else the reply, as soon as there is one."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from bot.pages.literal import literal, literal_lines
from bot.pages.reception import Reception, RefusedError
from bot.pages.render import reply_html
from bot.pages.warming import Desk
from bot.reply import Crisis, NotFound, Reply
from bot.safety.screen import Conversation
from bot.safety.told import rank
from bot.wording.words import words
from corpus.document import Language
from corpus.language import detect

MAX_CHARACTERS = 2_000
# Turns that are read again with each message; what came before them counts by its level.
_RECENT = 20
# Characters of a message that are read on the server's own thread.
_READ_AT_ONCE = 1_000
# Turns that are kept and shown: what came before is forgotten, but for the level.
_KEPT = 60
# Seconds after which the page says that a reply takes its time.
_SOON = 0.4

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


class _Outcome(NamedTuple):
    """A reply; whether the conversation keeps it, or the visitor is to ask again."""

    reply: Reply
    is_kept: bool


async def ask(
    reception: Reception,
    page: Language,
    message: str | None,
    said: list[Said],
    address: str | None = None,
) -> AsyncIterator[View]:
    """One view, or two if the reply takes its time. A card by phrases never waits.

    What is said is added to `said` itself, since further messages may come while one waits.
    """
    # Half a surrogate pair, which a browser can send, could not be sent back.
    text = (message or "").encode("utf-8", "replace").decode().strip()
    if not text:
        earlier = _chat([*map(_without_suggestions, said)])
        yield View("", [*earlier, _from_bot(literal(words(page).empty_question))], said)
        return
    conversation = _conversation(said, text)
    coming = asyncio.ensure_future(_outcome(reception, conversation, address))
    waiting = Said(text, _for_now(reception.desk, text))
    is_late = not (await asyncio.wait({coming}, timeout=_SOON))[0]
    if is_late:
        said.append(waiting)
        yield View("", _chat(said), said)
    outcome = await coming
    at = next((at for at, one in enumerate(said) if one is waiting), None)
    if is_late and at is None:  # the visitor started over
        return
    answered = Said(text, outcome.reply)
    # Nothing may come between taking the place and putting it back.
    place = slice(len(said), None) if at is None else slice(at, at + 1)
    said[place] = [answered] if outcome.is_kept else []
    _forget(said)
    shown = said if outcome.is_kept else [*said, answered]
    yield View("" if outcome.is_kept else text, _chat(shown), said)


async def _outcome(
    reception: Reception, conversation: Conversation, address: str | None
) -> _Outcome:
    text = conversation.turns[-1]
    is_long = len(text) > MAX_CHARACTERS
    try:
        if is_long:
            reply = await reception.screened(conversation, address)
        else:
            reply = await reception.answered(conversation, address, "chat")
    except RefusedError as refused:
        reception.metrics.refused(refused.status)
        return _Outcome(_refusal(refused, detect(text)), is_kept=False)
    if not is_long or isinstance(reply, Crisis):
        return _Outcome(reply, is_kept=True)
    return _Outcome(_saying(reply, words(reply.language).too_long), is_kept=False)


def _conversation(said: Sequence[Said], text: str) -> Conversation:
    """The last turns, and what was highest before them."""
    earlier, recent = said[:-_RECENT], said[-_RECENT:]
    gravest = max((one.reply for one in earlier), key=_gravity, default=None)
    return Conversation(
        turns=(*(one.text for one in recent), text),
        level_before=gravest.level if gravest else "none",
        category_before=gravest.category if gravest else None,
    )


def _forget(said: list[Said]) -> None:
    """Drops the oldest turns of a conversation that never ends, but keeps the gravest of them."""
    while len(said) > _KEPT:
        first, second = said[:2]
        said[:2] = [max(first, second, key=lambda one: _gravity(one.reply))]


def _gravity(reply: Reply) -> tuple[int, bool]:
    # Of all emergencies an overdose alone stays one.
    return rank(reply.level), reply.category == "overdose_poisoning"


def _for_now(desk: Desk, text: str) -> Reply:
    """What is said while the reply is made; who touches danger is shown a line by then."""
    reply = desk.phrases.replies([Conversation(turns=(text[:_READ_AT_ONCE],))])[0]
    wording = words(reply.language)
    return _saying(reply, wording.warming_up if desk.status == "warming" else wording.looking)


def _refusal(refused: RefusedError, language: Language) -> Reply:
    wording = words(language)
    is_over = refused.status == HTTPStatus.TOO_MANY_REQUESTS
    told = wording.too_many.format(seconds=refused.retry) if is_over else wording.too_busy
    return NotFound(message=told, language=language)


def _saying(reply: Reply, message: str) -> Reply:
    """The reply with another message; its human lines stay if the screen found a reason for them."""
    if reply.level == "none":
        return reply.model_copy(update={"message": message, "helplines": ()})
    note = words(reply.language).concern_line
    return reply.model_copy(update={"message": message, "notes": (note,)})


def _chat(said: Sequence[Said]) -> list[Message]:
    """Only the newest reply still offers its suggestions, and asks whether it helped."""
    earlier = [message for one in said[:-1] for message in _messages(_without_suggestions(one))]
    return earlier + [message for one in said[-1:] for message in _messages(one, is_newest=True)]


def _without_suggestions(one: Said) -> Said:
    return Said(one.text, one.reply.model_copy(update={"suggestions": ()}))


def _messages(one: Said, is_newest: bool = False) -> tuple[Message, Message]:
    asked = {"role": "user", "content": literal_lines(one.text)}
    answered = _from_bot(reply_html(one.reply, is_newest))
    if one.reply.suggestions:
        answered["options"] = [{"value": question} for question in one.reply.suggestions]
    return asked, answered


def _from_bot(content: str) -> Message:
    return {"role": "assistant", "content": content}
