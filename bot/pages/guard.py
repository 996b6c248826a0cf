"""What reaches Gradio: only the routes that the page needs, and only small bodies.

Gradio also opens uploads, a file server, a fetching proxy and saved links, which nothing here uses.
"""

import asyncio
import json
import re
from collections.abc import Collection

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.pages.limits import Limits

# Bytes. The 3,500 characters that the page lets through take at most 10,500 and a short frame.
MAX_BODY = 16 * 1024
# At the addresses that take a file.
MAX_UPLOAD = 10 * 1024 * 1024

_NEEDED = re.compile(
    r"/?|/theme\.css|/(assets|static)/.+"
    r"|/gradio_api/(queue/join|queue/data|heartbeat/[^/]+|cancel|reset)"
)


_JOIN = "/gradio_api/queue/join"
# Times the rate of messages: this bounds Gradio's memory, while the reception's limit answers.
_JOINS = 4
# Seconds that a body may take.
PATIENCE = 15.0


class Guard:
    """Pure ASGI, since answers are streamed. `mounts` are the paths under which Gradio lives.

    `uploads` are the paths that take a file, `read_in_parts` those that bound a body themselves:
    they screen what they refuse.
    """

    def __init__(
        self,
        app: ASGIApp,
        mounts: Collection[str],
        limits: Limits,
        uploads: frozenset[str] = frozenset(),
        read_in_parts: frozenset[str] = frozenset(),
    ) -> None:
        self._app = app
        # The longer ones first: they may stand below the shorter.
        self._mounts = sorted(mounts, key=len, reverse=True)
        self._limits = limits
        self._uploads = uploads
        self._read_in_parts = read_in_parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal:
            await PlainTextResponse(refusal[1], refusal[0])(scope, receive, send)
            return
        if scope["path"].removesuffix("/") in self._mounts:
            # Gradio's page would load saved states and other pages by its query.
            scope = {**scope, "query_string": b""}
        if scope["path"] not in self._read_in_parts:
            receive = _limited(receive, self._most(scope))
        if any(scope["path"].startswith(mount) for mount in self._mounts):
            # Gradio takes anybody's word for the address that its page calls.
            kept = [one for one in scope["headers"] if one[0] != b"x-forwarded-host"]
            scope = {**scope, "headers": kept}
        if scope["method"] == "POST" and scope["path"].endswith(_JOIN):
            await self._join(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _join(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A message to Gradio: bounded in number, and made of texts alone."""
        client = scope.get("client")
        if wait := self._limits.take(client[0] if client else None, "join", _JOINS):
            retry = {"Retry-After": str(wait)}
            await PlainTextResponse("too many messages", 429, retry)(scope, receive, send)
            return
        try:
            body = await _whole(receive)
        except HTTPException as error:
            await PlainTextResponse(error.detail, error.status_code)(scope, receive, send)
            return
        if not _is_of_texts(body):
            await PlainTextResponse("texts are expected", 422)(scope, receive, send)
            return
        await self._app(scope, _replayed(body, receive), send)

    def _most(self, scope: Scope) -> int:
        return MAX_UPLOAD if scope["path"] in self._uploads else MAX_BODY

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        if scope["method"] not in ("GET", "HEAD", "POST", "OPTIONS"):
            return 405, "GET, HEAD or POST is expected"
        path = scope["path"]
        mount = next((mount for mount in self._mounts if path.startswith(mount)), None)
        if mount and not _NEEDED.fullmatch(path.removeprefix(mount)):
            return 404, "there is no such page"
        is_bounded = scope["method"] == "POST" and path not in self._read_in_parts
        return _oversized(scope, self._most(scope)) if is_bounded else None


def _oversized(scope: Scope, most: int) -> tuple[int, str] | None:
    length = dict(scope["headers"]).get(b"content-length", b"")
    if not length.isdigit():
        return 411, "a Content-Length is expected"
    if int(length) > most:
        return 413, f"at most {most} bytes are expected, {int(length)} were found"
    return None


def _limited(receive: Receive, most: int) -> Receive:
    """Refuses a body that is longer than it said, as soon as it is."""
    read = 0

    async def limited() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise HTTPException(413, f"at most {most} bytes are expected, more were found")
        return message

    return limited


async def _whole(receive: Receive) -> bytes:
    """A body that is bounded already; what came of it in time."""
    body = b""
    try:
        async with asyncio.timeout(PATIENCE):
            while (message := await receive())["type"] == "http.request":
                body += message.get("body", b"")
                if not message.get("more_body"):
                    break
    except TimeoutError:
        raise HTTPException(408, "the message did not come in time") from None
    return body


def _is_of_texts(body: bytes) -> bool:
    """Whether a call holds nothing but texts: of any object, Gradio would fetch the file it names."""
    try:
        data = json.loads(body)["data"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return False
    return isinstance(data, list) and all(one is None or isinstance(one, str) for one in data)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body once more, and then whatever comes behind it."""
    is_told = False

    async def replayed() -> Message:
        nonlocal is_told
        if is_told:
            return await receive()
        is_told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
