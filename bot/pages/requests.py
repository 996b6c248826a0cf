"""Every request from outside: its id, its line in the log, and its place in the metrics.

A request is known by its route's template, never by its address, which a visitor may have written.
"""

import logging
import re
import secrets
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.logs import in_request
from bot.pages.metrics import Metrics

log = logging.getLogger(__name__)

ID = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9-_]{1,64}")
# An invented method may hold any text.
_METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")
_OTHER = "other"
# As nginx calls it: the visitor left before there was an answer.
_LEFT = 499


class Requests:
    """Pure ASGI and outermost, so that it sees what is sent; streams pass as they come.

    `pages` are the addresses of which middleware makes a request of its own, whose route stays
    unknown out here. They count as their own templates.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, pages: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._metrics = metrics
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = _Sent(send, _id(scope))
        with in_request(sent.request):
            try:
                await self._app(scope, receive, sent.send)
            finally:
                self._note(scope, sent)

    def _note(self, scope: Scope, sent: "_Sent") -> None:
        route = self._route(scope)
        self._metrics.requested(route, sent.status)
        if not log.isEnabledFor(logging.INFO):
            return
        noted = {
            "method": scope["method"] if scope["method"] in _METHODS else _OTHER,
            "route": route,
            "status": sent.status,
            "milliseconds": round((time.perf_counter() - sent.since) * 1000, 1),
            "bytes": sent.bytes,
        }
        log.info(
            "%(method)s %(route)s %(status)s %(milliseconds)s ms %(bytes)s bytes",
            noted,
            extra=noted,
        )

    def _route(self, scope: Scope) -> str:
        """The template under which it was answered, with what it is mounted at."""
        found = getattr(scope.get("route"), "path_format", None)
        if found is None:
            return scope["path"] if scope["path"] in self._pages else _OTHER
        return f"{scope.get('root_path', '')}{found}"


class _Sent:
    """Passes one response on and remembers what it was."""

    def __init__(self, send: Send, request: str) -> None:
        self._send = send
        self.request = request
        self.since = time.perf_counter()
        self.status = _LEFT
        self.bytes = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message)[ID] = self.request
        else:
            self.bytes += len(message.get("body", b""))
        await self._send(message)


def _id(scope: Scope) -> str:
    """The one that a proxy gave, if it is a plain word; else a new one."""
    given = Headers(scope=scope).get(ID, "")
    return given if _SANE.fullmatch(given) else secrets.token_hex(8)
