"""The one web app: the chat page, quotes in their sources, the widget, the API, and what monitors ask."""

from pathlib import Path

from fastapi import FastAPI
from pydantic import BaseModel
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from bot.pages.addresses import API, CHAT, SAFETY
from bot.pages.api import VERSION, api
from bot.pages.chat import mount
from bot.pages.evaluation import UPLOAD, evaluation
from bot.pages.evaluation_bench import Folders
from bot.pages.guard import Guard
from bot.pages.headers import Headers
from bot.pages.languages import Languages
from bot.pages.limits import Limits
from bot.pages.messages import refusal
from bot.pages.monitoring import monitoring
from bot.pages.reception import Reception, RefusedError
from bot.pages.refusals import Refusals
from bot.pages.requests import Requests
from bot.pages.safety import safety_html
from bot.pages.screening import SCREEN, screening
from bot.pages.shell import Shell, shell_html
from bot.pages.source import source
from bot.pages.warming import Desk, Status
from bot.pages.widget import widget
from bot.safety.counts import Counts
from bot.safety.figures import figures
from bot.settings import Settings

_SCRIPT = Path(__file__).with_name("page.js")
_STYLE = Path(__file__).with_name("help.css")


class Health(BaseModel):
    """`search` says whether questions can be answered; danger is seen in every status."""

    status: Status
    search: bool
    reason: str | None


def web_app(desk: Desk, settings: Settings, staff: Folders | None = None) -> FastAPI:
    """Everything that is served, with `desk` behind it.

    `staff` opens the page for evaluation, for browsers on this machine.
    """
    app = FastAPI(
        title="psychodynamic-faq",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API}/openapi.json",
        exception_handlers={RefusedError: refusal},
        # Or a variable of the environment would send errors, with their messages, elsewhere.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    reception = Reception(
        desk, Limits(settings.rate, settings.rate_overall), Counts(settings.counts)
    )
    _pages(app, desk, settings)
    app.include_router(monitoring(desk, reception.metrics, settings.metrics))
    app.include_router(screening(reception))
    app.include_router(api(reception))
    app.include_router(source(desk, settings.country))
    app.include_router(widget(settings.country))
    if staff:
        app.include_router(evaluation(staff))
    # The longer path first, or the shorter one would take its requests.
    for language, path in sorted(CHAT.items(), key=lambda item: -len(item[1])):
        mount(app, path, reception, language)
        shell = shell_html(settings.country, language)
        app.add_middleware(Shell, path=f"{path}/", html=shell)
    app.add_middleware(
        Guard,
        mounts=CHAT.values(),
        limits=reception.limits,
        uploads=frozenset({UPLOAD} if staff else ()),
        read_in_parts=frozenset({f"{API}/ask", f"{API}/screen", f"{API}/helpful", SCREEN}),
    )
    app.add_middleware(Languages)
    # Without a policy of the parent, Gradio lets every site call it with the visitor's credentials.
    # Around the guard, so that the widget can read what refuses it.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.sites,
        allow_methods=["GET", "POST"],
        allow_headers=["Content-Type"],
        expose_headers=["Retry-After", "X-Request-ID"],
        max_age=3600,
    )
    app.add_middleware(Refusals, country=settings.country)
    app.add_middleware(Headers, sites=settings.sites)
    made_here = {"/", f"{API}/openapi.json", *(f"{path}/" for path in CHAT.values())}
    app.add_middleware(Requests, metrics=reception.metrics, pages=frozenset(made_here))
    return app


def _pages(app: FastAPI, desk: Desk, settings: Settings) -> None:
    # All routes are coroutines: a thread may not be free while many visitors wait for the model.

    @app.get("/", include_in_schema=False)
    async def start() -> RedirectResponse:
        return RedirectResponse(f"{CHAT['en']}/")

    @app.get("/favicon.ico", include_in_schema=False)
    async def icon() -> Response:
        return Response(status_code=204)

    @app.get("/page.js", include_in_schema=False)
    async def script() -> FileResponse:
        return FileResponse(_SCRIPT, media_type="text/javascript")

    @app.get("/help.css", include_in_schema=False)
    async def style() -> FileResponse:
        return FileResponse(_STYLE, media_type="text/css")

    @app.get(SAFETY["en"], include_in_schema=False)
    async def safety() -> HTMLResponse:
        return HTMLResponse(safety_html(settings.country, "en", figures()))

    @app.get(SAFETY["es"], include_in_schema=False)
    async def safety_in_spanish() -> HTMLResponse:
        return HTMLResponse(safety_html(settings.country, "es", figures()))

    @app.get("/health", include_in_schema=False)
    async def health() -> Health:
        """Always 200 while the page is served, since a page that only screens is still of use."""
        return Health(status=desk.status, search=desk.status == "ready", reason=desk.reason)
