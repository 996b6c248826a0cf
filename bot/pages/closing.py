"""Stopping without breaking off a reply: what is in work is finished, what only waits is ended."""

import asyncio
import re
import signal
from contextlib import suppress
from socket import socket

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Seconds for replies in work: one takes about a second, and a full queue of them some more.
PATIENCE = 10
# An open page holds this stream, by which Gradio learns that the page was closed.
_ENDLESS = re.compile(r".*/gradio_api/heartbeat/[^/]+")

# So many pages may hold one at a time.
_MOST_OPEN = 4_000


class Closing:
    """Pure ASGI: tells endless streams that their visitor left, once the server closes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._closes = asyncio.Event()
        self._open = 0

    def close(self) -> None:
        """Ends the endless streams."""
        self._closes.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _ENDLESS.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        if self._open >= _MOST_OPEN:
            # The page works without; its conversation is only kept for longer.
            await Response(status_code=204)(scope, receive, send)
            return
        stream = _Stream(receive, send, self._closes)
        self._open += 1
        try:
            await self._app(scope, stream.receive, stream.send)
            await stream.end()
        finally:
            self._open -= 1


class _Stream:
    """One response that may be cut off, and is then brought to a proper end."""

    def __init__(self, receive: Receive, send: Send, closes: asyncio.Event) -> None:
        self._receive = receive
        self._send = send
        self._closes = closes
        self._is_open = False

    async def receive(self) -> Message:
        message = asyncio.ensure_future(self._receive())
        closed = asyncio.ensure_future(self._closes.wait())
        try:
            await asyncio.wait((message, closed), return_when=asyncio.FIRST_COMPLETED)
            return message.result() if message.done() else {"type": "http.disconnect"}
        finally:
            message.cancel()
            closed.cancel()

    async def send(self, message: Message) -> None:
        self._is_open = message["type"] == "http.response.start" or message.get("more_body", False)
        await self._send(message)

    async def end(self) -> None:
        if self._is_open:
            await self._send({"type": "http.response.body", "body": b""})


class Server(uvicorn.Server):
    """Serves until SIGTERM or SIGINT; both end it in order."""

    def __init__(self, config: uvicorn.Config, closing: Closing) -> None:
        super().__init__(config)
        self._closing = closing

    def run(self, sockets: list[socket] | None = None) -> None:
        """Returns when the last reply in work is sent, or was broken off after PATIENCE."""
        # Uvicorn raises a signal once more at its end, where SIGTERM would kill the process.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            super().run(sockets)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        self._closing.close()
        await super().shutdown(sockets)
