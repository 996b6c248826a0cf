"""The one web app: the chat page, and what a monitor asks."""

from pathlib import Path

from fastapi import FastAPI
from pydantic import BaseModel
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from bot.pages.chat import mount
from bot.pages.conversation import UNCOUNTED
from bot.pages.evaluation import UPLOAD, evaluation
from bot.pages.evaluation_bench import Folders
from bot.pages.guard import Guard
from bot.pages.headers import Headers
from bot.pages.refusals import Refusals
from bot.pages.safety import ADDRESSES, SAFETY, safety_html
from bot.pages.screening import screening
from bot.pages.shell import Shell, shell_html
from bot.pages.warming import Desk, Status
from bot.safety.counts import Counts
from bot.safety.figures import figures
from corpus.document import Language

CHAT = "/chat"
_SCRIPT = Path(__file__).with_name("page.js")
_STYLE = Path(__file__).with_name("help.css")


class Health(BaseModel):
    """`search` says whether questions can be answered; danger is seen in every status."""

    status: Status
    search: bool
    reason: str | None


def web_app(
    desk: Desk,
    country: str,
    counts: Counts = UNCOUNTED,
    language: Language = "en",
    staff: Folders | None = None,
) -> FastAPI:
    """Everything that is served, with `desk` behind it; `language` is that of the chat page.

    `staff` opens the page for evaluation, for browsers on this machine.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    # All routes are coroutines: a thread may not be free while many visitors wait for the model.

    @app.get("/")
    async def start() -> RedirectResponse:
        return RedirectResponse(f"{CHAT}/")

    @app.get("/favicon.ico")
    async def icon() -> Response:
        return Response(status_code=204)

    @app.get("/page.js")
    async def script() -> FileResponse:
        return FileResponse(_SCRIPT, media_type="text/javascript")

    @app.get("/help.css")
    async def style() -> FileResponse:
        return FileResponse(_STYLE, media_type="text/css")

    @app.get(SAFETY)
    async def safety() -> HTMLResponse:
        return HTMLResponse(safety_html(country, "en", figures(), f"{CHAT}/"))

    @app.get(ADDRESSES["es"])
    async def safety_in_spanish() -> HTMLResponse:
        return HTMLResponse(safety_html(country, "es", figures(), f"{CHAT}/"))

    @app.get("/health")
    async def health() -> Health:
        """Always 200 while the page is served, since a page that only screens is still of use."""
        return Health(status=desk.status, search=desk.status == "ready", reason=desk.reason)

    # Without a policy of the parent, Gradio lets every site call it with the visitor's credentials.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    app.include_router(screening(desk))
    if staff:
        app.include_router(evaluation(staff))
    mount(app, CHAT, desk, language, counts)
    shell = shell_html(country, language, ADDRESSES[language])
    app.add_middleware(Shell, path=f"{CHAT}/", html=shell)
    app.add_middleware(Guard, mount=CHAT, uploads=frozenset({UPLOAD} if staff else ()))
    app.add_middleware(Refusals, country=country, language=language)
    app.add_middleware(Headers)
    return app
