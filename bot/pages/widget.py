"""The widget for a clinic's own site: one script with the style, the texts and the human lines in it.

A visitor's browser asks for nothing else before a question is sent.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import get_args

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from bot.pages.addresses import CHAT
from bot.pages.evaluation_templates import page
from bot.pages.standing import standing_html
from bot.wording.words import words
from corpus.document import Frozen, Language

SCRIPT = "/widget.js"
DEMO = "/demo"

_FOLDER = Path(__file__).parent
_SOURCES = ("widget_reply.js", "widget.js")
# Seconds. A clinic's numbers may change, and no page that embeds the script names a version of it.
_FRESH = 300
# More would push the box for the question off the first screen of a phone.
_EXAMPLES = 4
_PAGE = {
    "heading", "question_label", "no_names", "send", "clear",
    "examples_label", "section", "unnamed_page", "context", "handbook", "not_reviewed",
    "other_provider", "note", "helplines_title", "call", "text", "chat", "go_on", "ask_on", "leave",
    "leave_short", "exit", "reviewed", "in_source", "helpful", "helpful_yes", "helpful_no",
    "helpful_thanks",
}  # fmt: skip
_OTHERS = {
    "concern_after", "english_only", "not_found_suggestions", "looked_for", "contact",
    "empty_question", "too_long", "looking", "too_many", "too_busy",
}  # fmt: skip
_LINK = re.compile(r'<a href="([^"]*)">([^<]*)</a>')


class Piece(Frozen):
    """Part of the constant line, and the address that it leads to."""

    shown: str
    address: str | None = None


def widget(country: str) -> APIRouter:
    """The script, and a page of a clinic that does not exist, which embeds it.

    `country` is whose numbers the constant line names.
    """
    router = APIRouter()
    script = widget_script(country)
    etag = f'"{hashlib.sha256(script.encode()).hexdigest()[:16]}"'
    headers = {
        "ETag": etag,
        "Cache-Control": f"public, max-age={_FRESH}",
        # For sites that only take in what says that it may be taken in.
        "Cross-Origin-Resource-Policy": "cross-origin",
    }

    @router.get(SCRIPT, include_in_schema=False)
    async def served(request: Request) -> Response:
        # A proxy that compresses writes W/ before it.
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(script, media_type="text/javascript", headers=headers)

    @router.get(DEMO, include_in_schema=False)
    async def demo(lang: Language = "en", floating: bool = False) -> HTMLResponse:
        wording = words(lang)
        return page(
            "demo.html.jinja",
            lang=lang,
            other="es" if lang == "en" else "en",
            other_name=wording.safety.other_language,
            demo=wording.widget.demo,
            title=wording.page.title,
            chat=f"{CHAT[lang]}/",
            floating=floating,
        )

    return router


def widget_script(country: str) -> str:
    """The script as it is served, without the comments and the white space of its sources."""
    languages: tuple[Language, ...] = get_args(Language)
    given = {
        "style": _css("widget.css"),
        "dark": _css("widget_dark.css"),
        "words": {language: _texts(country, language) for language in languages},
    }
    source = "".join((_FOLDER / name).read_text("utf-8") for name in _SOURCES)
    code = re.sub(r"^\s*(//.*)?\n|^ +", "", source, flags=re.MULTILINE)
    return f'"use strict";{{const GIVEN={_json(given)};\n{code}}}\n'


def _texts(country: str, language: Language) -> dict[str, object]:
    wording = words(language)
    return {
        **wording.page.model_dump(include=_PAGE),
        **wording.model_dump(include=_OTHERS),
        **wording.widget.model_dump(exclude={"demo"}),
        "examples": wording.page.examples[:_EXAMPLES],
        "standing_label": wording.standing.label,
        "standing": [(one.shown, one.address) for one in standing_pieces(country, language)],
    }


def standing_pieces(country: str, language: Language) -> Iterator[Piece]:
    """The constant line in pieces, of which some are links."""
    html = standing_html(country, language)
    at = 0
    for found in _LINK.finditer(html):
        yield Piece(shown=unescape(html[at : found.start()]))
        yield Piece(shown=unescape(found[2]), address=unescape(found[1]))
        at = found.end()
    yield Piece(shown=unescape(html[at:]))


def _css(name: str) -> str:
    style = (_FOLDER / name).read_text("utf-8")
    return re.sub(r"/\*.*?\*/|\s+", " ", style, flags=re.DOTALL)


def _json(given: object) -> str:
    return json.dumps(given, ensure_ascii=False, separators=(",", ":"))
