"""The screen as a plain address, so that a card waits neither for the model nor in Gradio's queue."""

from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from pydantic import Field, ValidationError
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from bot.pages.card import card_html
from bot.pages.warming import Desk
from bot.reply import Crisis
from corpus.document import Frozen

SCREEN = "/screen"
# Each turn is screened anew with every message.
_MOST_TURNS = 40
# Threads of their own: those of the web server may all be waiting for the model.
_THREADS = 2


class Asked(Frozen):
    """What a visitor has written so far, as the page remembers it; the server keeps nothing."""

    turns: Annotated[tuple[str, ...], Field(min_length=1, max_length=_MOST_TURNS)]


def screening(desk: Desk) -> APIRouter:
    """The address that answers with a card, or with nothing where there is no danger."""
    router = APIRouter()
    threads = CapacityLimiter(_THREADS)

    @router.post(SCREEN)
    async def screen(request: Request) -> Response:
        try:
            asked = Asked.model_validate_json(await request.body())
        except ValidationError:
            # What was found is not repeated: it may be what a visitor wrote.
            return PlainTextResponse(f'{{"turns": [1 to {_MOST_TURNS} texts]}} is expected', 422)
        reply = await to_thread.run_sync(desk.screening.reply, asked.turns, limiter=threads)
        if not isinstance(reply, Crisis):
            return Response(status_code=204)
        return HTMLResponse(card_html(reply), headers={"Cache-Control": "no-store"})

    return router
