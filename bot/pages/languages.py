"""The language of a page: that of its address, where a browser asks for the page without naming one.

Nothing is remembered: the switch on the page is a link, and `?lang=` says what was chosen.
"""

from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.pages.addresses import CHAT
from corpus.document import Language

CHOSEN = "lang"


class Languages:
    """Pure ASGI: sends browsers that would rather read Spanish from the English chat to the other."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_english = scope["type"] == "http" and scope["path"] == f"{CHAT['en']}/"
        if is_english and language_of(scope) == "es":
            away = RedirectResponse(f"{CHAT['es']}/", 303, {"Vary": "Accept-Language"})
            await away(scope, receive, send)
            return
        if scope["type"] == "http" and scope["path"] == CHAT["es"]:
            await RedirectResponse(f"{CHAT['es']}/")(scope, receive, send)
            return
        await self._app(scope, receive, send)


def language_of(scope: Scope) -> Language:
    """The language that the address names, else the one of both that the browser would rather read."""
    chosen = parse_qs(scope["query_string"].decode("latin-1")).get(CHOSEN, [""])[0]
    if chosen in ("en", "es"):
        return "es" if chosen == "es" else "en"
    wanted = _wanted(Headers(scope=scope).get("accept-language", ""))
    return "es" if wanted.get("es", 0) > wanted.get("en", 0) else "en"


def _wanted(header: str) -> dict[str, float]:
    """How much each language is wanted, by its code without a region (RFC 9110, 12.5.4)."""
    wanted: dict[str, float] = {}
    for part in header.split(","):
        name, _, weight = part.replace(" ", "").partition(";q=")
        code = name.strip().split("-")[0].lower()
        try:
            wanted[code] = max(wanted.get(code, 0), float(weight or 1))
        except ValueError:
            continue  # no weight at all: the next one may be
    return wanted
