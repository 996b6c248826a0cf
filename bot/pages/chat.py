"""The chat page: what stands where, and what happens when it is used."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"
# Or Gradio keeps ten thousand events and makes statistics of all of them after each.
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000"
# Each of these would open a route or a folder; "vibe mode" is on by any value, even 0.
for trap in ("SHARE", "ALLOWED_PATHS", "MCP_SERVER", "VIBE_MODE", "RUN_HISTORY", "SSR_MODE"):
    os.environ.pop(f"GRADIO_{trap}", None)

import gradio as gr
from fastapi import FastAPI

from bot.pages.conversation import View, ask, go_on
from bot.pages.literal import literal
from bot.pages.reception import Reception
from bot.pages.said import Said
from bot.wording.words import PageWords, words
from corpus.document import Language

_STYLE = Path(__file__).with_name("style.css")
# Pasted text is cut here by the browser, below what the guard lets through; it is refused anyway.
_LONGEST_SENT = 3_500  # characters
_KEPT = 900  # seconds that a conversation is kept after its page was closed


class _Parts(NamedTuple):
    """What a visitor uses on the page."""

    examples: list[gr.Button]
    chat: gr.Chatbot
    box: gr.Textbox
    send: gr.Button
    clear: gr.Button
    go_on: gr.Button


def mount(app: FastAPI, path: str, reception: Reception, language: Language) -> None:
    """Adds the page in one language to `app` at `path`."""
    page = words(language).page
    with gr.Blocks(title=page.title, analytics_enabled=False) as blocks:
        _wire(reception, language, _layout(page))
        _forget_soon(blocks)
    blocks.queue(max_size=64, api_open=False)
    # Or Gradio copies whatever file a message names, without asking whether it may be read.
    blocks.has_launched = True
    gr.mount_gradio_app(
        app,
        blocks,
        path,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace"]),
        css_paths=_STYLE,
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        max_file_size=1,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
    )


def _forget_soon(blocks: gr.Blocks) -> None:
    """Has a closed page's conversation deleted sooner than Gradio's hour after its last message."""

    def closed(request: gr.Request) -> None:
        session = blocks.state_holder.session_data.get(request.session_hash or "")
        if session:
            session.STATE_TTL_WHEN_CLOSED = _KEPT

    blocks.unload(closed)


def _layout(page: PageWords) -> _Parts:
    gr.Markdown(f"<h1>{literal(page.heading)}</h1><p>{literal(page.intro)}</p>", elem_id="head")
    with gr.Column(elem_id="examples"):
        gr.Markdown(f"<h2>{literal(page.examples_label)}</h2>")
        examples = [gr.Button(question, size="sm") for question in page.examples]
    chat = gr.Chatbot(
        elem_id="chat",
        show_label=False,
        container=False,
        latex_delimiters=[],
        buttons=[],
        feedback_options=None,
        autoscroll=False,
        layout="panel",
        height=None,
    )
    with gr.Row(elem_id="ask"):
        box = gr.Textbox(
            label=page.question_label,
            info=page.no_names,
            placeholder=page.question_placeholder,
            max_length=_LONGEST_SENT,
            max_lines=6,
        )
        send = gr.Button(page.send, variant="primary", scale=0)
        clear = gr.Button(page.clear, scale=0)
    # Pressed by page.js for the button of the same name on a card, which stands outside of Gradio.
    go_on = gr.Button(page.go_on, elem_id="go-on", visible="hidden")
    return _Parts(examples, chat, box, send, clear, go_on)


def _wire(reception: Reception, language: Language, parts: _Parts) -> None:
    # Kept as long as the page is open: what was disclosed in it is not forgotten over a pause.
    said = gr.State([])

    async def answer(
        message: str, said: list[Said], request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        async for view in ask(reception, language, message, said, _address(request)):
            yield _shown(view)

    async def follow(
        said: list[Said], chosen: gr.SelectData, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        async for view in answer(chosen.value, said, request):
            yield view

    async def answer_carded(
        said: list[Said], request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        async for view in go_on(reception, said, _address(request)):
            yield _shown(view)

    # No limit: a message of someone in danger must not queue behind those that wait for the model.
    how: dict[str, Any] = {
        "outputs": [parts.box, parts.chat, said],
        "concurrency_limit": None,
        "api_visibility": "private",
        "show_progress": "hidden",
        # Or Gradio drops what is sent while an earlier message waits for the model.
        "trigger_mode": "multiple",
    }
    gr.on([parts.send.click, parts.box.submit], answer, [parts.box, said], **how)
    for example in parts.examples:
        example.click(answer, [example, said], **how)
    parts.chat.option_select(follow, [said], **how)
    parts.go_on.click(answer_carded, [said], **how)

    def start_over(said: list[Said]) -> View:
        said.clear()
        return View("", [], said)

    parts.clear.click(start_over, [said], **how)


def _address(request: gr.Request) -> str | None:
    return request.client.host if request.client else None


def _shown(view: View) -> tuple[Any, ...]:
    # page.js has emptied the box: what stands in it by now is being written.
    return view.box or gr.skip(), view.chat, view.said
