"""Refusals and failures: whatever the server cannot do, it still says whom to call in danger."""

import json
import logging
import traceback
from typing import Any, NamedTuple

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.pages.addresses import CHAT
from bot.pages.languages import language_of
from bot.pages.literal import literal
from bot.pages.standing import standing_html, standing_text
from bot.wording.words import words
from corpus.document import Language

log = logging.getLogger(__name__)

_REFUSED = 400
# Gradio does not say when to come again.
_LATER, _RETRY = (429, 503), "5"
# A page of ours that has the constant line already.
_STANDING = b'id="standing"'


class Refusals:
    """Pure ASGI: adds the constant line to the body of every response from 400 up."""

    def __init__(self, app: ASGIApp, country: str) -> None:
        self._app = app
        self._lines = {language: _Line.of(country, language) for language in CHAT}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = _Refusal(self, scope, send)
        try:
            await self._app(scope, receive, refusal.send)
        except ClientDisconnect:
            return  # nobody is there to be told
        except Exception as error:
            # Where it happened, never what it says: that may hold what a visitor wrote.
            at = traceback.extract_tb(error.__traceback__)[-1]
            log.error("a request failed: %s at %s:%s", type(error).__name__, at.filename, at.lineno)
            if not refusal.has_started:
                await refusal.fail()

    def rewritten(self, body: bytes, kind: str, scope: Scope) -> tuple[bytes, str]:
        """The body with the line in it, and its content type."""
        line = self._lines[language_of(scope)]
        if _STANDING in body:
            return body, kind
        if kind.startswith("text/html"):
            return body + line.html.encode(), kind
        told = _told(body, kind)
        detail = told.get("detail", "")
        # What is no text lists what was found, in a visitor's words.
        text = detail if isinstance(detail, str) else "the request has another form than expected"
        if "text/html" in Headers(scope=scope).get("accept", ""):
            return line.page(text).encode(), "text/html; charset=utf-8"
        if kind.startswith("application/json"):
            with_line = {**told, "detail": f"{text} {line.text}", "help": line.text}
            return json.dumps(with_line, ensure_ascii=False).encode(), kind
        return f"{text}\n{line.text}\n".lstrip().encode(), "text/plain; charset=utf-8"


class _Line(NamedTuple):
    """The constant line in one language, as text and as HTML, and the page's title."""

    language: Language
    text: str
    html: str
    title: str

    @classmethod
    def of(cls, country: str, language: Language) -> "_Line":
        html = f'<p lang="{language}">{standing_html(country, language)}</p>'
        title = literal(words(language).page.title)
        return cls(language, standing_text(country, language), html, title)

    def page(self, text: str) -> str:
        return (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<title>{self.title}</title><link rel="stylesheet" href="/help.css"></head>'
            f'<body class="plain"><main><h1>{self.title}</h1>{self.html}'
            f'<p lang="en">{literal(text)}</p>'
            f'<p><a href="/">{self.title}</a></p></main></body></html>'
        )


def _told(body: bytes, kind: str) -> dict[str, Any]:
    """What a body says, by key; what is no object is its detail."""
    text = body.decode("utf-8", "replace")
    found = json.loads(text) if text and kind.startswith("application/json") else text
    return found if isinstance(found, dict) else {"detail": found}


class _Refusal:
    """Passes one response on; one that refuses is held back until it is whole."""

    def __init__(self, refusals: Refusals, scope: Scope, send: Send) -> None:
        self._refusals = refusals
        self._scope = scope
        self._send = send
        self._start: Message | None = None
        self._body = b""
        self.has_started = False

    async def fail(self) -> None:
        """The response to a request that broke before anything was sent."""
        headers = [(b"content-type", b"text/plain")]
        await self.send({"type": "http.response.start", "status": 500, "headers": headers})
        await self.send({"type": "http.response.body", "body": b"something went wrong here"})

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if message["status"] >= _REFUSED:
                self._start, self._body = message, b""
                return
            self.has_started = True
        elif self._start and message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._whole(self._start)
            return
        await self._send(message)

    async def _whole(self, start: Message) -> None:
        headers = MutableHeaders(scope=start)
        if "content-encoding" in headers:
            # Compressed, and so not to be added to: the status says enough.
            del headers["content-encoding"]
            headers["content-type"], self._body = "text/plain", b""
        body, kind = self._refusals.rewritten(
            self._body, headers.get("content-type", ""), self._scope
        )
        headers["content-type"], headers["content-length"] = kind, str(len(body))
        if start["status"] in _LATER:
            headers.setdefault("retry-after", _RETRY)
        self.has_started = True
        await self._send(start)
        is_head = self._scope["method"] == "HEAD"
        await self._send({"type": "http.response.body", "body": b"" if is_head else body})
