"""The JSON API: what a conversation is answered, and how urgent it is.

No text of a visitor is kept, logged or repeated in a refusal.
"""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from bot.lines import ReplyLine, line_of
from bot.logs import request_id
from bot.pages.addresses import API
from bot.pages.api_models import Asked, Helpful, Refused, Screened
from bot.pages.bodies import read
from bot.pages.messages import REFUSALS, address_of, taken
from bot.pages.reception import Reception, RefusedError
from bot.reply import Crisis, Reply
from corpus.document import Frozen

# Of what is taken and given here; what a client would have to change for counts up its first part.
VERSION = "1.1.0"


def api(reception: Reception) -> APIRouter:
    """The addresses under /api that take messages."""
    router = APIRouter(prefix=API)

    @router.post("/ask", **_documented(Asked, ReplyLine))
    async def ask(request: Request) -> Response:
        """The reply to the last turn: the line that `python -m bot --jsonl` writes."""
        reply, turn = await taken(request, reception, reception.answered)
        return _json(line_of(request_id() or "", turn, reply))

    @router.post("/screen", **_documented(Asked, Screened))
    async def screen(request: Request) -> Response:
        """How urgent the last turn is, and the card to show first; nothing is searched."""
        reply, _ = await taken(request, reception, reception.screened)
        return _json(_screened(reply).model_dump_json())

    @router.post("/helpful", status_code=204, **_documented(Helpful, None))
    async def helpful(request: Request) -> Response:
        """Counts whether a reply helped: the day, its kind, document and level, and nothing else."""
        body = await read(request)
        told = body.as_(Helpful)
        if told is None or not reception.knows(told.document):
            raise RefusedError(413 if body.is_too_long else 422)
        if wait := reception.limits.take(address_of(request), "helpful"):
            raise RefusedError(429, wait)
        reception.counts.add_helpful(told.helpful, told.kind, told.document, told.level)
        return Response(status_code=204)

    return router


def _screened(reply: Reply) -> Screened:
    return Screened(
        level=reply.level,
        category=reply.category,
        language=reply.language,
        helplines=reply.helplines if reply.level != "none" else (),
        card=reply if isinstance(reply, Crisis) else None,
    )


def _json(content: str) -> Response:
    return Response(content, media_type="application/json", headers={"Cache-Control": "no-store"})


def _documented(takes: type[Frozen], gives: Any) -> dict[str, Any]:
    """What OpenAPI says of a route; its body is read by hand, since it is screened in any case."""
    schema = takes.model_json_schema()
    refusals: dict[int | str, Any] = {status: {"model": Refused} for status in REFUSALS}
    return {
        "responses": refusals | ({200: {"model": gives}} if gives else {}),
        "openapi_extra": {
            "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}
        },
    }
