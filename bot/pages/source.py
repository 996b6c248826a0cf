"""The page that shows a quote in its source, and the same as JSON; neither needs a script.

What was asked stands nowhere in the address: it names a document and the span of the quote.
"""

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote as escaped

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse

from bot.pages.addresses import API, MARKED, SOURCE
from bot.pages.api_models import Refused
from bot.pages.languages import language_of
from bot.pages.source_models import SourceText, source_text
from bot.pages.source_page import document_html, refusal_html
from bot.pages.source_view import view
from bot.pages.warming import Desk
from bot.wording.words import words
from corpus.document import Document, Language

if TYPE_CHECKING:
    # Not before the page opens: what searches takes seconds to import.
    from index.search import Index

# Seconds until what is being loaded may be there.
_RETRY = {"Retry-After": "5"}
_BY_LANGUAGE = {"Vary": "Accept-Language"}
_REFUSALS: dict[int | str, dict[str, Any]] = {404: {"model": Refused}, 503: {"model": Refused}}


def source(desk: Desk, country: str) -> APIRouter:
    """The addresses of documents; what may not be quoted has none."""
    router = APIRouter()
    # A thread of its own: a long document takes a moment, and the web server's may all be waiting.
    threads = CapacityLimiter(1)

    @router.get(f"{SOURCE}/{{document}}", include_in_schema=False)
    async def page(request: Request, document: str, quote: str | None = None) -> HTMLResponse:
        language = language_of(request.scope)
        index = desk.bot.index
        found = _quotable(index, document)
        if index is None or found is None:
            return _refused(index, country, language)
        make = partial(_page, found, quote, country, language)
        html = await to_thread.run_sync(make, limiter=threads)
        return HTMLResponse(html, headers=_BY_LANGUAGE)

    @router.get(f"{API}{SOURCE}/{{document}}", response_model=SourceText, responses=_REFUSALS)
    async def text(document: str, quote: str | None = None) -> Any:
        """A document as its publisher lets it be shown, with the ranges of a quote (START-END)."""
        index = desk.bot.index
        if index is None:
            return JSONResponse({"detail": "the documents are not loaded yet"}, 503, _RETRY)
        found = _quotable(index, document)
        if found is None:
            return JSONResponse({"detail": "there is no such document"}, 404)
        return await to_thread.run_sync(lambda: source_text(view(found, quote)), limiter=threads)

    return router


def _quotable(index: "Index | None", document: str) -> Document | None:
    found = index.documents.get(document) if index else None
    return found if found and found.quotable and found.purpose == "answer" else None


def _page(document: Document, quote: str | None, country: str, language: Language) -> str:
    seen = view(document, quote)
    spot = f"quote={seen.quote.start}-{seen.quote.end}&" if seen.quote else ""
    other = "es" if language == "en" else "en"
    address = f"{SOURCE}/{escaped(document.id, safe='')}?{spot}lang={other}"
    return document_html(seen, country, language, f"{address}#{MARKED}" if seen.quote else address)


def _refused(index: "Index | None", country: str, language: Language) -> HTMLResponse:
    texts = words(language).source
    if index is None:
        html = refusal_html(texts.busy_title, texts.busy, country, language)
        return HTMLResponse(html, 503, {**_RETRY, **_BY_LANGUAGE})
    html = refusal_html(texts.missing_title, texts.missing, country, language)
    return HTMLResponse(html, 404, _BY_LANGUAGE)
