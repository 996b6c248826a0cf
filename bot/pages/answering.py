"""Many visitors at once: what is asked while a reply is made is answered together with the next.

The models read several texts in little more time than one, so that a queue of questions is worked
off faster than it fills.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import NamedTuple

from bot.pages.warming import Desk
from bot.reply import Reply
from bot.safety.screen import Conversation

# So many wait at the most, and so many are answered together: two seconds' work on two cores.
_MOST_WAITING = 64
_TOGETHER = 12


class BusyError(Exception):
    """More are waiting than can be answered soon."""


class _Asked(NamedTuple):
    conversation: Conversation
    reply: "Future[Reply]"


class Answering:
    """Answers with whatever bot the desk has by then, which may only screen."""

    def __init__(self, desk: Desk, most_waiting: int = _MOST_WAITING) -> None:
        self._desk = desk
        self._most_waiting = most_waiting
        self._asked: deque[_Asked] = deque()
        # While one waits for the models, the other searches: a quarter more replies than one alone.
        self._workers = ThreadPoolExecutor(2, "answer")

    @property
    def waiting(self) -> int:
        """How many wait now, without those that are being answered."""
        return len(self._asked)

    def ask(self, conversation: Conversation) -> "Future[Reply]":
        """The reply to come; BusyError if too many wait already."""
        if self.waiting >= self._most_waiting:
            raise BusyError
        asked = _Asked(conversation, Future())
        self._asked.append(asked)
        self._workers.submit(self._answer)
        return asked.reply

    def _answer(self) -> None:
        batch = list(self._taken())
        batch = [one for one in batch if one.reply.set_running_or_notify_cancel()]
        if not batch:  # answered together with an earlier one
            return
        try:
            replies = self._desk.bot.replies([one.conversation for one in batch])
        except Exception as error:
            for one in batch:
                one.reply.set_exception(error)
            return
        for one, reply in zip(batch, replies, strict=True):
            one.reply.set_result(reply)

    def _taken(self) -> Iterator[_Asked]:
        with suppress(IndexError):  # the other worker may take the last one
            for _ in range(_TOGETHER):
                yield self._asked.popleft()
