"""Pages for staff, filled in by Jinja: whatever is put in is escaped."""

from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.pages.evaluation_runs import Run

FOLDER = Path(__file__).parent
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(template: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page that no browser keeps, since visitors' words may stand in it."""
    html = _ENVIRONMENT.get_template(template).render(values)
    return HTMLResponse(html, status, {"Cache-Control": "no-store"})


def said(run: Run) -> str:
    """How far a run is, in words."""
    words: Any = _ENVIRONMENT.get_template("evaluation_words.html.jinja").module
    return str(words.said(run)).strip()


def way_back(address: str) -> str:
    """A link from a report to its run."""
    words: Any = _ENVIRONMENT.get_template("evaluation_words.html.jinja").module
    return str(words.way_back(address)).strip() + "\n"


def _when(moment: str) -> str:
    """A moment in ISO 8601 (UTC) as people write it."""
    found = datetime.fromisoformat(moment)
    return f"{found.day} {found:%b %Y, %H:%M} UTC"


_ENVIRONMENT.filters["when"] = _when
