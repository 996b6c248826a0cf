import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

import pytest
import uvicorn
from conftest import PAGES
from playwright.sync_api import Browser, FloatRect, Locator, Page, Request, expect, sync_playwright

from bot.answer import Bot
from bot.pages.server import web_app
from bot.pages.warming import Desk
from bot.wording.words import words
from corpus.load import load
from index.build import build
from index.manifest import EncoderIdentity
from index.search import Index
from index.sentence_encoder import SentenceEncoder

CHROMIUM = Path("/usr/bin/chromium")
# No sandbox since it runs as root; the rest keeps Chromium from calling home.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
]

WORDS = words("en")
PAYLOAD = (
    "<img src=http://evil.example/x onerror=alert(1)> **bold** `code` ${1} [a](http://b.c) $x$"
)
PAYLOAD_PAGE = f"Parrots\n\nA parrot in the waiting room says {PAYLOAD} whenever it is greeted.\n"
ENTRY = """---
id: visits
title: How long is one visit?
questions:
  - How often do people come?
sources: []
reviewed: null
---
A visit lasts fifty minutes. People come once a week.
"""


@pytest.fixture(scope="module")
def index(
    tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder, model: EncoderIdentity
) -> Index:
    """The invented pages, one that tries to be HTML, and a handbook of one entry."""
    sources, handbook, out = (tmp_path_factory.mktemp(name) for name in ("s", "h", "i"))
    for name, text in PAGES.items():
        (sources / f"{name}.md").write_text(text, encoding="utf-8")
    (sources / "parrots.txt").write_text(PAYLOAD_PAGE, encoding="utf-8")
    (handbook / "visits.md").write_text(ENTRY, encoding="utf-8")
    build(load([sources], handbook).documents, out, lambda: encoder, model)
    return Index.load(out, encoder, model)


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """The address of a real server with `desk` behind it."""
    servers: SimpleQueue[uvicorn.Server] = SimpleQueue()

    async def serve(listening: socket.socket) -> None:
        app = web_app(desk, "US")
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="error", ws="none", timeout_graceful_shutdown=1)
        )
        servers.put(server)
        await server.serve(sockets=[listening])

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=lambda: asyncio.run(serve(listening)))
        thread.start()
        server = servers.get(timeout=30)
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def address(index: Index) -> Iterator[str]:
    desk = Desk(Bot())
    desk.open(lambda: Bot(index))
    desk.wait(10)
    with served(desk) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def opened(
    browser: Browser, address: str, width: int = 1000, locale: str = "en-US"
) -> Iterator[Page]:
    """The page, which must not complain, leave its origin or store anything while it is used."""
    complaints: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            complaints.append(f"asked for {request.url}")

    context = browser.new_context(viewport={"width": width, "height": 740}, locale=locale)
    page = context.new_page()
    page.on("request", note)
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.goto(address)
    page.get_by_role("textbox").wait_for()
    yield page
    assert complaints == []
    assert context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    context.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with opened(browser, address) as page:
        yield page


def ask(page: Page, question: str) -> Locator:
    """The reply to a question, as soon as it is there."""
    box = page.get_by_role("textbox")
    replies = page.locator(".reply")
    before = replies.count()
    box.fill(question)
    box.press("Enter")
    expect(replies).to_have_count(before + 1)
    return replies.last


def place(shown: Locator) -> FloatRect:
    """Where it stands in the window, in pixels."""
    found = shown.bounding_box()
    assert found
    return found


def test_a_question_is_answered_by_a_marked_quote_and_its_source(page: Page) -> None:
    reply = ask(page, "How long is a visit at Elm House?")
    expect(reply.locator("mark").first).to_contain_text("fifty minutes")
    expect(reply.locator(".source").first).to_contain_text(WORDS.page.unnamed_page)
    expect(page.get_by_role("textbox")).to_have_value("")


def test_an_example_is_asked_by_a_click(page: Page) -> None:
    page.get_by_role("button", name=WORDS.page.examples[0]).click()
    expect(page.locator(".user-row")).to_have_text(WORDS.page.examples[0])
    expect(page.locator(".reply")).to_have_count(1)


def test_what_is_not_found_offers_questions_that_are_answered(page: Page) -> None:
    reply = ask(page, "Where can I repair a bicycle tyre?")
    expect(reply).to_contain_text(WORDS.not_found)
    page.get_by_role("button", name="How long is one visit?").click()
    expect(page.locator(".reply mark").first).to_contain_text("fifty minutes")
    expect(page.get_by_text(WORDS.not_found_suggestions)).to_have_count(0)


def test_a_card_comes_at_once_while_the_model_is_still_loading(
    browser: Browser, index: Index
) -> None:
    gate = threading.Event()
    desk = Desk(Bot())
    desk.open(lambda: Bot(index) if gate.wait(60) else Bot())
    with served(desk) as address, opened(browser, address) as page:
        card = ask(page, "I want to kill myself")
        expect(card).to_have_attribute("role", "alert")
        expect(card.get_by_role("link", name="Call 988").first).to_have_attribute("href", "tel:988")
        expect(card.get_by_role("link", name="Text 988")).to_have_attribute("href", "sms:988")
        expect(card.get_by_role("link", name="Call 911")).to_have_attribute("href", "tel:911")
        gate.set()


def test_a_question_asked_too_early_is_answered_when_the_model_is_there(
    browser: Browser, index: Index
) -> None:
    gate = threading.Event()
    desk = Desk(Bot())
    desk.open(lambda: Bot(index) if gate.wait(60) else Bot())
    with served(desk) as address, opened(browser, address) as page:
        expect(ask(page, "How long is a visit?")).to_contain_text(WORDS.warming_up)
        gate.set()
        expect(page.locator(".reply mark").first).to_contain_text("fifty minutes")
        expect(page.locator(".reply")).to_have_count(1)


def test_a_visitor_reads_exactly_what_they_typed(page: Page) -> None:
    typed = f"{PAYLOAD}\n\n    <script>alert(1)</script>\n# one & two &amp; three"
    page.get_by_role("textbox").fill(typed)
    page.get_by_role("button", name=WORDS.page.send).click()
    expect(page.locator(".reply")).to_have_count(1)
    shown = page.locator(".user-row .message-content").inner_text()
    assert shown.split() == typed.split()


def test_a_document_reads_exactly_as_it_is_written(page: Page) -> None:
    reply = ask(page, "What does the parrot in the waiting room say?")
    expect(reply.locator("blockquote").first).to_contain_text(PAYLOAD)


def test_the_keyboard_is_enough(page: Page) -> None:
    def reach(wanted: Locator) -> None:
        for _ in range(30):
            page.keyboard.press("Tab")
            if wanted.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"30 times Tab did not lead to {wanted}")

    reach(page.get_by_role("button", name=WORDS.page.examples[1]))
    page.keyboard.press("Enter")
    expect(page.locator(".reply")).to_have_count(1)
    reach(page.get_by_role("textbox"))
    page.keyboard.type("Where can I repair a bicycle tyre?")
    page.keyboard.press("Enter")
    expect(page.locator(".reply")).to_have_count(2)
    expect(page.get_by_role("textbox")).to_be_focused()
    reach(page.get_by_role("button", name=WORDS.page.clear))
    page.keyboard.press("Enter")
    expect(page.locator(".reply")).to_have_count(0)


def test_starting_over_forgets_the_conversation(page: Page) -> None:
    ask(page, "I want to kill myself")
    expect(ask(page, "How long is a visit?")).to_contain_text(WORDS.concern_after)
    page.get_by_role("button", name=WORDS.page.clear).click()
    expect(page.locator(".reply")).to_have_count(0)
    expect(ask(page, "How long is a visit?")).not_to_contain_text(WORDS.concern_after)


def test_a_question_that_is_too_long_stays_in_the_box(page: Page) -> None:
    question = ("How long is a visit? " * 100).strip()
    page.get_by_role("textbox").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".reply")).to_contain_text(WORDS.too_long)
    expect(page.get_by_role("textbox")).to_have_value(question)


@pytest.mark.parametrize("width", [320, 375])
def test_nothing_is_wider_than_a_phone(browser: Browser, address: str, width: int) -> None:
    with opened(browser, address, width) as page:
        for question in (
            "How long is a visit?",
            "repair a bicycle tyre?",
            "I want to die",
            "x" * 90,
        ):
            ask(page, question)
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_reply_is_read_from_its_start_below_the_standing_line(
    browser: Browser, address: str
) -> None:
    with opened(browser, address, 375) as page:
        for question in ("How long is a visit?", "I want to die", "What about dreams?"):
            first = ask(page, question).locator("p").first
            expect(first).to_be_in_viewport(ratio=1)
            above, text, below = map(
                place, (page.locator("#crisis-line"), first, page.locator("#ask"))
            )
            assert above["y"] >= 0
            assert above["y"] + above["height"] <= text["y"]
            assert text["y"] + text["height"] <= below["y"]
            assert below["y"] + below["height"] <= 740


def test_the_language_of_the_page_is_named_whatever_the_browser_speaks(
    browser: Browser, address: str
) -> None:
    with opened(browser, address, locale="es-MX") as page:
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(ask(page, "¿Cuánto dura una visita?")).to_have_attribute("lang", "es")
