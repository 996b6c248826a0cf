"""Staff's pages while there is no login: only this machine's own browser may use them.

A page elsewhere could still reach them by a name that it has pointed at this machine (DNS rebinding),
or send one of their forms (cross-site request forgery); both are refused. So is what a proxy passes
on and says so, since it asks from this machine for anybody.
"""

import re

from fastapi import HTTPException, Request

LOOPBACK = ("127.0.0.1", "::1", "localhost")
_HOST = re.compile(r"(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?", re.IGNORECASE)
_OF_PROXIES = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def is_loopback(host: str) -> bool:
    """Whether a server at this address is reached from its own machine alone."""
    return host.lower() in LOOPBACK


async def loopback_only(request: Request) -> None:
    """Refuses (403) what was asked for under another name, through a proxy, or by another site."""
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        raise HTTPException(
            403, f"expected the address of this machine ({', '.join(LOOPBACK)}), found {host!r}"
        )
    for name in _OF_PROXIES:
        if name in request.headers:
            raise HTTPException(403, f"{name}: this page is not served through a proxy")
    if request.method == "POST" and not _is_own(request, host):
        raise HTTPException(403, "expected a form of this very page; open it anew and try again")


def _is_own(request: Request, host: str) -> bool:
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site") == "same-origin"
    return origin.lower() == f"{request.url.scheme}://{host}".lower()
