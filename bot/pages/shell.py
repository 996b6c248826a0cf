"""What stands around Gradio's part of the page, in the HTML as served: it needs no script.

Gradio replaces nothing outside its own element, and rewrites nothing there.
"""

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.pages.addresses import SAFETY, chat_address
from bot.pages.helplines import helplines_html
from bot.pages.literal import literal
from bot.pages.standing import standing_html
from bot.safety.helplines import helplines_for
from bot.wording.words import words
from corpus.document import Language

_BODY = re.compile(rb"<body[^>]*>")


def shell_html(country: str, language: Language) -> str:
    """The place for a card, the constant line, what is said where scripts do not run, and ours."""
    wording = words(language)
    page = wording.page
    lines = helplines_html(helplines_for(country, None, "concern"), page)
    other: Language = "es" if language == "en" else "en"
    return (
        '<link rel="stylesheet" href="/help.css">'
        f'<div id="card" role="alert" tabindex="-1" lang="{language}"></div>'
        f'<aside id="standing" lang="{language}" aria-label="{literal(wording.standing.label)}"'
        f' data-exit="{literal(page.exit)}"><p>{standing_html(country, language)}</p>'
        f'<p><a href="{SAFETY[language]}">{literal(page.safety_link)}</a>'
        f'<a href="{chat_address(other)}" lang="{other}" hreflang="{other}">'
        f"{literal(page.other_language)}</a>"
        f'<button type="button" class="leave" hidden>{literal(page.leave_short)}</button></p></aside>'
        f'<noscript><div class="no-script" lang="{language}"><p>{literal(page.no_script)}</p>'
        f"<p>{standing_html(country, language)}</p>{lines}</div></noscript>"
        f'<script src="/page.js" data-language="{language}" data-asked="{literal(page.question_label)}"'
        f' data-answered="{literal(page.answer_label)}"'
        f' data-thanks="{literal(page.helpful_thanks)}"></script>'
    )


class Shell:
    """Pure ASGI: puts `html` at the beginning of the body of the page at `path`."""

    def __init__(self, app: ASGIApp, path: str, html: str) -> None:
        self._app = app
        self._path = path
        self._html = html.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != self._path or scope["method"] == "HEAD":
            await self._app(scope, receive, send)
            return
        start: Message = {}
        body = b""

        async def keep(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            if message["type"] != "http.response.body":
                await send(message)
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            whole = _BODY.sub(lambda found: found[0] + self._html, body, count=1)
            MutableHeaders(scope=start)["content-length"] = str(len(whole))
            await send(start)
            await send({"type": "http.response.body", "body": whole})

        await self._app(scope, receive, keep)
