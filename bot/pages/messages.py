"""A request that holds a conversation: read, handed to the reception, or refused without its words."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from fastapi import Request
from starlette.responses import JSONResponse, Response

from bot.pages.api_models import MOST_TURNS, Asked
from bot.pages.bodies import MAX_MESSAGE, read
from bot.pages.reception import Reception, RefusedError
from bot.reply import Reply
from bot.safety.screen import Conversation

REFUSALS = {
    413: f"at most {MAX_MESSAGE} bytes are expected, more were found; send the last turns alone",
    422: f'{{"turns": [1 to {MOST_TURNS} texts]}} is expected; see /api/openapi.json for the rest',
    429: "too many messages came from there or from everywhere; wait as Retry-After says",
    503: "more questions wait than can be answered soon; wait as Retry-After says",
}

_Take = Callable[[Conversation, str | None], Awaitable[Reply]]


class Taken(NamedTuple):
    """The reply to a request, and the turn that it answers, from 0."""

    reply: Reply
    turn: int


async def taken(request: Request, reception: Reception, take: _Take) -> Taken:
    """What `take` replies; to what can't be read, the card that its words call for.

    RefusedError where there is neither.
    """
    body = await read(request)
    if asked := body.as_(Asked):
        reply = await take(asked.conversation, address_of(request))
        return Taken(reply, len(asked.turns) - 1)
    card = await reception.in_unread(body.words, address_of(request))
    if card is None:
        raise RefusedError(413 if body.is_too_long else 422)
    return Taken(card, 0)


def address_of(request: Request) -> str | None:
    """Where a request comes from; a trusted proxy's word for it was taken by the server."""
    return request.client.host if request.client else None


async def refusal(_: Request, refused: Exception) -> Response:
    """The response to a RefusedError, as an exception handler."""
    assert isinstance(refused, RefusedError)
    headers = {"Retry-After": str(refused.retry)} if refused.retry else {}
    return JSONResponse({"detail": REFUSALS[refused.status]}, refused.status, headers)
