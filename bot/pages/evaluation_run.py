"""The addresses of one run: how far it is, stopping and going on, and its reports."""

from pathlib import Path
from urllib.parse import quote

import anyio
from fastapi import APIRouter, HTTPException
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from bot.pages.evaluation_bench import Bench
from bot.pages.evaluation_jobs import BusyError
from bot.pages.evaluation_pairs import others
from bot.pages.evaluation_reports import DOWNLOADS, HTML, ReportError
from bot.pages.evaluation_reports import Form as ReportForm
from bot.pages.evaluation_runs import State
from bot.pages.evaluation_templates import page, said, way_back
from corpus.document import Frozen

# A report brings its own style and script, and may do nothing else: no form, no request, no storage.
_REPORT = {
    "Content-Security-Policy": "sandbox allow-scripts; default-src 'none'; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


# Where a report's own words begin; a file that was made at the command line leads nowhere.
_BEGIN = "<main>\n"


class Progress(Frozen):
    """What the page's script asks for again and again; `text` says it in words."""

    state: State
    done: int
    turns: int | None
    text: str


def run_routes(bench: Bench, path: str) -> APIRouter:
    """All of them; `path` is where the page is."""
    router = APIRouter()
    _going(router, bench, path)
    _reported(router, bench, path)
    return router


def _going(router: APIRouter, bench: Bench, path: str) -> None:
    @router.get("/runs/{name}")
    async def one(name: str) -> HTMLResponse:
        run = await bench.run(name)
        beside = others(run, await bench.runs())
        return page(
            "evaluation_run.html.jinja", path=path, run=run, others=beside, downloads=DOWNLOADS
        )

    @router.get("/runs/{name}/status")
    async def status(name: str) -> Progress:
        run = await bench.run(name)
        return Progress(state=run.state, done=run.done, turns=run.turns, text=said(run))

    @router.post("/runs/{name}/stop")
    async def stop(name: str) -> Response:
        run = await bench.run(name)
        if run.state == "running":
            bench.jobs.stop()
        return RedirectResponse(f"{path}/runs/{run.name}", 303)

    @router.post("/runs/{name}/go-on")
    async def go_on(name: str) -> Response:
        run = await bench.run(name)
        if run.job is None or run.is_finished:
            raise HTTPException(
                409, f"{run.name} can't go on from here: it is finished, or not ours"
            )
        try:
            bench.jobs.go_on(run.folder, run.job)
        except BusyError as error:
            raise HTTPException(409, str(error)) from error
        return RedirectResponse(f"{path}/runs/{run.name}", 303)


def _reported(router: APIRouter, bench: Bench, path: str) -> None:
    @router.get("/runs/{name}/report")
    async def report(name: str) -> HTMLResponse:
        return await _shown(await _made(bench, name, HTML), path)

    @router.get("/compare")
    async def compare(run: str, against: str) -> HTMLResponse:
        return await _shown(await _made(bench, run, HTML, against), path)

    @router.get("/runs/{name}/{file}")
    async def download(name: str, file: str) -> FileResponse:
        form = next((one for one in DOWNLOADS if one.file == file), None)
        if form is None:
            raise HTTPException(404, "there is no such report")
        made = await _made(bench, name, form)
        return FileResponse(made, media_type=form.media_type, filename=f"{made.parent.name}-{file}")


async def _shown(made: Path, path: str) -> HTMLResponse:
    """A report with a way back to its run."""
    text = await anyio.Path(made).read_text("utf-8")
    back = way_back(f"{path}/runs/{quote(made.parent.name)}")
    return HTMLResponse(text.replace(_BEGIN, _BEGIN + back, 1), headers=_REPORT)


async def _made(bench: Bench, name: str, form: ReportForm, against: str | None = None) -> Path:
    run = await bench.finished(name)
    other = await bench.finished(against) if against is not None else None
    try:
        return await bench.reports.of(run, form, other)
    except ReportError as error:
        raise HTTPException(500, str(error)) from error
