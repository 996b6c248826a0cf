"""The one web app: the chat page, and what a monitor asks."""

from pathlib import Path

from fastapi import FastAPI
from pydantic import BaseModel
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import FileResponse, RedirectResponse, Response

from bot.pages.chat import mount
from bot.pages.guard import Guard
from bot.pages.headers import Headers
from bot.pages.warming import Desk, Status

CHAT = "/chat"
_SCRIPT = Path(__file__).with_name("page.js")


class Health(BaseModel):
    """`search` says whether questions can be answered; danger is seen in every status."""

    status: Status
    search: bool
    reason: str | None


def web_app(desk: Desk, country: str) -> FastAPI:
    """Everything that is served, with `desk` behind it."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/")
    def start() -> RedirectResponse:
        return RedirectResponse(f"{CHAT}/")

    @app.get("/favicon.ico")
    def icon() -> Response:
        return Response(status_code=204)

    @app.get("/page.js")
    def script() -> FileResponse:
        return FileResponse(_SCRIPT, media_type="text/javascript")

    @app.get("/health")
    def health() -> Health:
        """Always 200 while the page is served, since a page that only screens is still of use."""
        return Health(status=desk.status, search=desk.status == "ready", reason=desk.reason)

    # Without a policy of the parent, Gradio lets every site call it with the visitor's credentials.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    mount(app, CHAT, desk, country)
    app.add_middleware(Guard, mount=CHAT)
    app.add_middleware(Headers)
    return app
