"""What reaches Gradio: only the routes that the page needs, and only small bodies.

Gradio also opens uploads, a file server, a fetching proxy and saved links, which nothing here uses.
"""

import re
from collections.abc import Collection

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Bytes. The 3,500 characters that the page lets through take at most 10,500 and a short frame.
MAX_BODY = 16 * 1024
# At the addresses that take a file.
MAX_UPLOAD = 10 * 1024 * 1024

_NEEDED = re.compile(
    r"/?|/theme\.css|/(assets|static)/.+"
    r"|/gradio_api/(queue/join|queue/data|heartbeat/[^/]+|cancel|reset)"
)


class Guard:
    """Pure ASGI, since answers are streamed. `mounts` are the paths under which Gradio lives.

    `uploads` are the paths that take a file, `read_in_parts` those that bound a body themselves:
    they screen what they refuse.
    """

    def __init__(
        self,
        app: ASGIApp,
        mounts: Collection[str],
        uploads: frozenset[str] = frozenset(),
        read_in_parts: frozenset[str] = frozenset(),
    ) -> None:
        self._app = app
        # The longer ones first: they may stand below the shorter.
        self._mounts = sorted(mounts, key=len, reverse=True)
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
        await self._app(scope, receive, send)

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
