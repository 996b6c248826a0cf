"""What happens to a message on the page: a card at once, else the reply, as soon as there is one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from http import HTTPStatus
from typing import NamedTuple

from bot.pages.literal import literal
from bot.pages.reception import Reception, RefusedError
from bot.pages.said import Message, Said, chat, from_bot, without_suggestions
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
        earlier = chat([*map(without_suggestions, said)])
        yield View("", [*earlier, from_bot(literal(words(page).empty_question))], said)
        return
    conversation = _conversation(said, text)
    async for view in _views(reception, conversation, address, said, partial(Said, text)):
        yield view


async def go_on(
    reception: Reception, said: list[Said], address: str | None = None
) -> AsyncIterator[View]:
    """The same for the last message, whose card was seen; without such a card there is no view."""
    carded = said[-1] if said else None
    if carded is None or carded.reply.kind != "crisis" or carded.reply.level != "crisis":
        return
    conversation = _conversation(said[:-1], carded.text).model_copy(update={"card_seen": True})

    def answered(reply: Reply) -> Said:
        # A model that was not there before may see an emergency.
        is_graver = _gravity(reply) > _gravity(carded.reply)
        return Said(carded.text, reply) if is_graver else carded._replace(behind_card=reply)

    async for view in _views(reception, conversation, address, said, answered, carded):
        yield view


async def _views(
    reception: Reception,
    conversation: Conversation,
    address: str | None,
    said: list[Said],
    answered: Callable[[Reply], Said],
    before: Said | None = None,
) -> AsyncIterator[View]:
    """What is shown while the reply is made, and when it is there, in the place of `before`."""
    coming = asyncio.ensure_future(_outcome(reception, conversation, address))
    place = before
    if not (await asyncio.wait({coming}, timeout=_SOON))[0]:
        waiting = answered(_for_now(reception.desk, conversation))
        if _put(said, place, [waiting]):
            place = waiting
            yield View("", chat(said), said)
    outcome = await coming
    shown = answered(outcome.reply)
    # Nothing may come between taking the place and putting it back.
    if not _put(said, place, [shown]):  # the visitor started over
        return
    _forget(said)
    messages = chat(said)
    if not outcome.is_kept:
        _put(said, shown, [before] if before else [])
    yield View("" if outcome.is_kept else conversation.turns[-1], messages, said)


def _put(said: list[Said], place: Said | None, new: Sequence[Said]) -> bool:
    """Puts `new` where `place` stands, or at the end without a place; False if it is gone."""
    at = next((at for at, one in enumerate(said) if one is place), None)
    if place is not None and at is None:
        return False
    said[slice(len(said), None) if at is None else slice(at, at + 1)] = new
    return True


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


def _for_now(desk: Desk, conversation: Conversation) -> Reply:
    """What is said while the reply is made; who touches danger is shown a line by then."""
    beginning = conversation.turns[-1][:_READ_AT_ONCE]
    read = Conversation(turns=(beginning,), card_seen=conversation.card_seen)
    reply = desk.phrases.replies([read])[0]
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
