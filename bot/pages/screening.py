"""The screen as a plain address, so that a card waits neither for the model nor in Gradio's queue."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from bot.pages.card import card_html
from bot.pages.messages import taken
from bot.pages.reception import Reception
from bot.reply import Crisis

SCREEN = "/screen"


def screening(reception: Reception) -> APIRouter:
    """The address that answers with a card as HTML, or with nothing where there is no danger."""
    router = APIRouter(include_in_schema=False)

    @router.post(SCREEN)
    async def screen(request: Request) -> Response:
        reply, _ = await taken(request, reception, reception.screened)
        if not isinstance(reply, Crisis):
            return Response(status_code=204)
        reception.metrics.carded("screen", reply.level)
        return HTMLResponse(card_html(reply), headers={"Cache-Control": "no-store"})

    return router
