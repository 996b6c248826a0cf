"""What a monitor asks: whether questions can be answered, and how many were."""

from ipaddress import ip_address
from typing import Literal

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from bot.pages.loopback import loopback_only
from bot.pages.metrics import FORMAT, Metrics
from bot.pages.warming import Desk

# `local`: for this machine alone; `open`: for everybody whom no proxy keeps away.
Access = Literal["off", "local", "open"]
METRICS = "/metrics"
READY = "/ready"
# Seconds: models load in ten to thirty, and a broken index waits for a person.
_SOON, _LATER = 5, 60


class Ready(BaseModel):
    """Whether questions can be answered; a page that is not ready still screens."""

    ready: bool


def monitoring(desk: Desk, metrics: Metrics, access: Access = "local") -> APIRouter:
    """GET /ready, and GET /metrics for those whom `access` lets in."""
    router = APIRouter(include_in_schema=False)

    @router.get(READY)
    async def ready() -> Response:
        is_ready = desk.status == "ready"
        wait = _SOON if desk.status == "warming" else _LATER
        return JSONResponse(
            Ready(ready=is_ready).model_dump(),
            200 if is_ready else 503,
            {} if is_ready else {"Retry-After": str(wait)},
        )

    if access != "off":

        @router.get(METRICS, dependencies=[Depends(_own_machine)] if access == "local" else [])
        async def exposition() -> Response:
            return Response(
                metrics.exposition(),
                media_type=FORMAT,
                headers={"Cache-Control": "no-store"},
            )

    return router


async def _own_machine(request: Request) -> None:
    """Refuses (403) who asks from elsewhere, or through a proxy."""
    await loopback_only(request)
    if not _is_own(request.client.host if request.client else ""):
        raise HTTPException(403, "expected a client on this machine; see FAQ_METRICS")


def _is_own(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
