"""The page for staff: choose or add a set, run it, and read what came of it.

Everything works as plain forms; the script only shows progress without reloading.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from anyio import to_thread
from fastapi import APIRouter, Depends, Form, HTTPException, Request
from starlette.datastructures import UploadFile
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from bot.evaluation.sets import SetError
from bot.pages.evaluation_bench import Bench, Folders
from bot.pages.evaluation_jobs import BusyError
from bot.pages.evaluation_pairs import likely_pair
from bot.pages.evaluation_run import run_routes
from bot.pages.evaluation_sets import ENDINGS
from bot.pages.evaluation_templates import FOLDER, page
from bot.pages.loopback import loopback_only

EVALUATION = "/staff/evaluation"
UPLOAD = f"{EVALUATION}/sets"


def evaluation(folders: Folders) -> APIRouter:
    """All addresses of the page, only for a browser on this machine."""
    bench = Bench(folders)

    @asynccontextmanager
    async def served(_: object) -> AsyncIterator[None]:
        yield
        bench.jobs.close()

    router = APIRouter(prefix=EVALUATION, dependencies=[Depends(loopback_only)], lifespan=served)
    _files(router)
    _sets(router, bench)
    router.include_router(run_routes(bench, EVALUATION))
    return router


def _files(router: APIRouter) -> None:
    @router.get("/page.css")
    async def style() -> FileResponse:
        return FileResponse(FOLDER / "evaluation.css", media_type="text/css")

    @router.get("/page.js")
    async def script() -> FileResponse:
        return FileResponse(FOLDER / "evaluation.js", media_type="text/javascript")


def _sets(router: APIRouter, bench: Bench) -> None:
    @router.get("")
    async def start_page(kept: str = "") -> HTMLResponse:
        return await _listed(bench, kept=kept)

    @router.post("/sets")
    async def add(request: Request) -> Response:
        async with request.form(max_files=1, max_fields=1) as form:
            file = form.get("set")
            if not isinstance(file, UploadFile):
                raise HTTPException(422, "expected a file named `set`; choose one and upload it")
            keep = partial(bench.shelf.keep, file.filename or "", await file.read())
        try:
            kept = await to_thread.run_sync(keep, limiter=bench.threads)
        except SetError as error:
            return await _listed(bench, 422, str(error).splitlines())
        return RedirectResponse(f"{EVALUATION}?{urlencode({'kept': kept.key})}", 303)

    @router.post("/runs")
    async def run(
        key: Annotated[str, Form(alias="set")] = "", gate: Annotated[str, Form()] = ""
    ) -> Response:
        chosen, with_gate = bench.shelf.find(key), bench.shelf.find_gate(gate)
        if chosen is None or (gate and with_gate is None):
            return await _listed(bench, 404, ["That set or gate is not there; choose another one."])
        try:
            name = bench.jobs.start(chosen.path, with_gate)
        except BusyError as error:
            return await _listed(bench, 409, [str(error)])
        return RedirectResponse(f"{EVALUATION}/runs/{name}", 303)


async def _listed(
    bench: Bench, status: int = 200, problems: Sequence[str] = (), kept: str = ""
) -> HTMLResponse:
    """All sets and runs; `kept` is the key of a set that was just added."""
    runs = await bench.runs()
    finished = [run for run in runs if run.is_finished]
    return page(
        "evaluation.html.jinja",
        status,
        path=EVALUATION,
        shelf=bench.shelf,
        endings=ENDINGS,
        kept=bench.shelf.find(kept),
        running=bench.jobs.running,
        runs=runs,
        finished=finished,
        pair=likely_pair(finished) if len(finished) > 1 else None,
        problems=problems,
    )
