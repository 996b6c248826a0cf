"""The headers of every response, and the nonce by which a page's own scripts are known."""

import re
import secrets
from collections.abc import MutableMapping, Sequence
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio's components carry style attributes, so that styles alone may be inline.
_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'{sites}"
)
_POLICY_NAME = "Content-Security-Policy"
_FIXED = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_SCRIPT = re.compile(rb"<script(?=[\s>])")


class Headers:
    """Pure ASGI. Only pages are held back until they are whole; everything else streams."""

    def __init__(self, app: ASGIApp, sites: Sequence[str] = ()) -> None:
        """`sites` are the origins that may frame these pages."""
        self._app = app
        self._sites = "".join(f" {site}" for site in sites)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(_uncompressed(scope), receive, _Page(send, self._sites).send)


class _Page:
    """Passes one response on, with headers; the scripts of a page get the nonce."""

    def __init__(self, send: Send, sites: str) -> None:
        self._send = send
        self._sites = sites
        self._nonce = secrets.token_urlsafe(16)
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(_FIXED)
            # A report brings a stricter policy of its own, and is sent as it is.
            if _POLICY_NAME not in headers:
                headers[_POLICY_NAME] = _POLICY.format(nonce=self._nonce, sites=self._sites)
                if headers.get("content-type", "").startswith("text/html"):
                    # A nonce is good for one response.
                    headers.setdefault("Cache-Control", "no-store")
                    self._start = message
                    return
        elif self._start:
            await self._whole(message, self._start)
            return
        await self._send(message)

    async def _whole(self, message: MutableMapping[str, Any], start: Message) -> None:
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        body = _SCRIPT.sub(b'<script nonce="%s"' % self._nonce.encode(), self._body)
        if body:  # a HEAD request has none, and keeps its length
            MutableHeaders(scope=start)["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _uncompressed(scope: Scope) -> Scope:
    """The request without leave to compress a page, whose scripts could not be found then."""
    if not scope["path"].endswith("/"):
        return scope
    kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": kept}
