"""Where messages are taken, from the page and from the API: phrases first, then limit, queue, models.

A phrase needs nothing that can fail, be full or still be loading, so that no refusal keeps a card
from anyone.
"""

import asyncio
import time

from anyio import CapacityLimiter, to_thread

from bot.answer import Bot
from bot.pages.answering import Answering, BusyError
from bot.pages.limits import Limits
from bot.pages.metrics import Metrics, Way
from bot.pages.warming import Desk
from bot.reply import Crisis, Reply
from bot.safety.counts import Counts
from bot.safety.screen import Conversation
from bot.safety.told import rank

# Seconds. A card that phrases call for waits no longer for the models, which may see more danger.
_CARD_PATIENCE = 1.5
# Seconds that anything else waits for those before it.
_PATIENCE = 30.0
# Longer than any model has taken to load; after it, a visitor is told that search is down.
_LOADING = 120.0
_RETRY_WHEN_BUSY = 5
# Characters that phrases take a few milliseconds for, and so may on the server's own thread.
_SHORT = 1_000
# Threads of their own: those of the web server may all be waiting.
_THREADS = 2


class RefusedError(Exception):
    """No reply, and no danger that phrases see; `retry` is in how many seconds there may be one."""

    def __init__(self, status: int, retry: int = 0) -> None:
        super().__init__(status)
        self.status = status
        self.retry = retry


class Reception:
    """Takes messages for `desk`; a visitor is known by an address, and only while limits count."""

    def __init__(self, desk: Desk, limits: Limits, counts: Counts) -> None:
        self.desk = desk
        self.limits = limits
        self.counts = counts
        self._answering = Answering(desk)
        self.metrics = Metrics(desk, lambda: self._answering.waiting, lambda: desk.generation)
        self._threads = CapacityLimiter(_THREADS)
        # What has no form waits for its like alone.
        self._unread = CapacityLimiter(1)

    async def by_phrases(self, conversation: Conversation) -> Crisis | None:
        """The card that phrases alone call for.

        Of a long conversation the end is read first, and is enough if the whole takes too long.
        """
        bot = self.desk.phrases
        if sum(map(len, conversation.turns)) <= _SHORT:
            return _card(_reply(bot, conversation))
        end = conversation.model_copy(update={"turns": (conversation.turns[-1][-_SHORT:],)})
        card = _card(_reply(bot, end))
        try:
            patience = _CARD_PATIENCE if card else _PATIENCE
            return _card(await asyncio.wait_for(self._apart(bot, conversation), patience))
        except TimeoutError:
            return card

    async def in_unread(self, words: str, address: str | None) -> Crisis | None:
        """The card that the words of a request call for that has no form to be read in.

        Over the limit, only its beginning and its end are read.
        """
        if self.limits.take(address, "unread"):
            words = f"{words[:_SHORT]}\n{words[-_SHORT:]}"
        conversation = Conversation(turns=(words,))
        reply = await to_thread.run_sync(
            _reply, self.desk.phrases, conversation, limiter=self._unread
        )
        return _card(reply)

    async def screened(self, conversation: Conversation, address: str | None) -> Reply:
        """A card, or a reply with the level alone: nothing is searched. RefusedError over the limit."""
        card = await self.by_phrases(conversation)
        if wait := self.limits.take(address, "screen"):
            return _card_or_refusal(card, 429, wait)
        try:
            patience = _CARD_PATIENCE if card else _PATIENCE
            reply = self._apart(self.desk.screening, conversation)
            return _graver(card, await asyncio.wait_for(reply, patience))
        except TimeoutError:
            return _card_or_refusal(card, 503, _RETRY_WHEN_BUSY)

    async def answered(
        self, conversation: Conversation, address: str | None, way: Way = "api"
    ) -> Reply:
        """The reply, counted as it came by `way`; RefusedError if there is none to be had now."""
        since = time.perf_counter()
        card = await self.by_phrases(conversation)
        reply = await self._best(card, conversation, address)
        self.counts.add(reply.level, reply.category)
        self.metrics.replied(way, reply, time.perf_counter() - since)
        return reply

    def knows(self, document: str | None) -> bool:
        """Whether this is a document that may have been quoted, or none at all."""
        index = self.desk.bot.index
        return document is None or bool(index and document in index.documents)

    async def _best(
        self, card: Crisis | None, conversation: Conversation, address: str | None
    ) -> Reply:
        if card and (card.level == "emergency" or self.desk.status == "warming"):
            return card
        if wait := self.limits.take(address):
            return _card_or_refusal(card, 429, wait)
        await self._loaded()
        try:
            answer = asyncio.wrap_future(self._answering.ask(conversation))
            patience = _CARD_PATIENCE if card else _PATIENCE
            return _graver(card, await asyncio.wait_for(answer, patience))
        except (BusyError, TimeoutError):
            return _card_or_refusal(card, 503, _RETRY_WHEN_BUSY)

    async def _loaded(self) -> None:
        until = time.monotonic() + _LOADING
        while self.desk.status == "warming" and time.monotonic() < until:
            await asyncio.sleep(0.05)

    async def _apart(self, bot: Bot, conversation: Conversation) -> Reply:
        return await to_thread.run_sync(
            _reply, bot, conversation, limiter=self._threads, abandon_on_cancel=True
        )


def _reply(bot: Bot, conversation: Conversation) -> Reply:
    return bot.replies([conversation])[0]


def _card(reply: Reply) -> Crisis | None:
    return reply if isinstance(reply, Crisis) else None


def _graver(card: Crisis | None, reply: Reply) -> Reply:
    return card if card and rank(card.level) > rank(reply.level) else reply


def _card_or_refusal(card: Crisis | None, status: int, retry: int) -> Crisis:
    if card is None:
        raise RefusedError(status, retry)
    return card
