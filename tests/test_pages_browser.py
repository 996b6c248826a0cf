"""The page as a visitor uses it: a real server process, a real Chromium, nothing else on the network."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import PAGES
from playwright.sync_api import Browser, Page, expect, sync_playwright

from corpus.load import load
from index.build import build
from index.manifest import EncoderIdentity
from index.sentence_encoder import SentenceEncoder

ROOT = Path(__file__).parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# No background traffic of the browser's own: the tests count requests.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
XSS = "<img src=x onerror=alert(1)> **bold** [link](https://example.org) $x$ `code` <b>b</b>"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def health(port: int) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
            return str(json.load(answer)["status"])
    except OSError:
        return "starting"


def wait_for(port: int, *wanted: str) -> None:
    deadline = time.monotonic() + 120
    while health(port) not in wanted:
        assert time.monotonic() < deadline, f"the server is still {health(port)}"
        time.sleep(0.1)


def serve(index: Path) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "app.py", "--port", str(port)]
    environment = os.environ | {"FAQ_INDEX": str(index)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            wait_for(port, "warming", "ready", "failed")
            yield port
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def index(
    tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder, model: EncoderIdentity
) -> Path:
    """Three invented pages and an entry of a handbook."""
    folder = tmp_path_factory.mktemp("world")
    for name, text in (PAGES | {"xss": f"# Odd\n\nOdd pages may hold {XSS} as text."}).items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    handbook = folder / "handbook"
    handbook.mkdir()
    (handbook / "grief.md").write_text(
        "---\nid: grief\ntitle: Can it help with grief?\nquestions: [grief]\nsources: []\n"
        "reviewed: null\n---\nMany people find that talking helps with grief.\n"
    )
    documents = load([folder], handbook).documents
    build(documents, folder / "index", lambda: encoder, model)
    return folder / "index"


@pytest.fixture(scope="module")
def port(index: Path) -> Iterator[int]:
    for serving in serve(index):
        wait_for(serving, "ready")
        yield serving


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, port: int) -> Iterator[Page]:
    """A fresh visitor; whatever he does, nothing leaves the origin and the console stays clean."""
    yield from visit(browser, port)


def visit(browser: Browser, port: int, width: int = 1200) -> Iterator[Page]:
    origin = f"http://127.0.0.1:{port}"
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    requests: list[str] = []
    console: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: console.append(message.text))
    page.on("pageerror", lambda error: console.append(str(error)))
    page.goto(origin)
    page.get_by_label("Your question").wait_for()
    yield page
    stored = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie.length]")
    context.close()
    assert [url for url in requests if not url.startswith((origin, "data:"))] == []
    assert console == []
    assert stored == [0, 0, 0]


def ask(page: Page, question: str) -> None:
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")
    expect(page.locator("#chat .user-row").last).to_contain_text(question[:40])


def test_a_question_is_answered_by_a_quote_with_what_answers_marked(page: Page) -> None:
    ask(page, "How long is a visit?")
    expect(page.locator("#chat mark").first).to_contain_text("fifty minutes")
    expect(page.locator("#chat .source").first).to_contain_text("elm house")


def test_a_first_question_is_one_click_away(page: Page) -> None:
    page.get_by_role("button", name="What can it help with?").click()
    expect(page.locator("#chat .reply").last).to_be_visible()


def test_what_is_not_found_is_said_and_a_suggestion_is_answered(page: Page) -> None:
    ask(page, "How do I bake bread?")
    expect(page.locator("#chat .reply").last).to_contain_text("do not answer this")
    page.get_by_role("button", name="Can it help with grief?").click()
    expect(page.locator("#chat .reply").last).to_contain_text("talking helps with grief")


def test_danger_shows_lines_that_can_be_called(page: Page) -> None:
    ask(page, "I want to kill myself")
    card = page.get_by_role("alert")
    expect(card).to_contain_text("988")
    assert card.locator("a[href='tel:988']").count() > 0
    assert card.locator("a[href='tel:911']").count() > 0


def test_the_standing_crisis_line_is_there_from_the_start(page: Page) -> None:
    expect(page.locator("#crisis-line")).to_contain_text("988")
    expect(page.locator("#crisis-line")).to_be_in_viewport()


def test_spanish_is_answered_in_spanish(page: Page) -> None:
    ask(page, "¿Cómo cambio la llanta de mi bicicleta?")
    expect(page.locator("#chat .reply").last).to_contain_text("no responden a esto")


def test_markup_is_shown_as_it_was_typed(page: Page) -> None:
    ask(page, f"Odd pages {XSS}")
    expect(page.locator("#chat .user-row").last).to_contain_text(XSS)
    expect(page.locator("#chat .quote").first).to_contain_text(XSS)
    assert page.locator("#chat img, #chat b, #chat strong, #chat code").count() == 0


def test_it_works_by_keyboard_alone(page: Page) -> None:
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
            break
    page.keyboard.type("How long is a visit?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#chat mark").first).to_contain_text("fifty minutes")


def test_starting_over_forgets_the_conversation(page: Page) -> None:
    ask(page, "I want to kill myself")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="Start over").click()
    expect(page.locator("#chat .reply")).to_have_count(0)
    ask(page, "How long is a visit?")
    expect(page.locator("#chat .quote").first).to_be_visible()
    expect(page.locator("#chat .note")).to_have_count(0)


def test_a_later_question_keeps_the_lines_in_view(page: Page) -> None:
    ask(page, "I want to kill myself")
    expect(page.get_by_role("alert")).to_be_visible()
    ask(page, "How long is a visit?")
    expect(page.locator("#chat .quote").first).to_be_visible()
    expect(page.locator("#chat .reply").last).to_contain_text("988")


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_nothing_is_wider_than_the_window(browser: Browser, port: int, width: int) -> None:
    for page in visit(browser, port, width):
        ask(page, "How long is a visit?")
        expect(page.locator("#chat .quote").first).to_be_visible()
        ask(page, "I want to kill myself")
        expect(page.get_by_role("alert")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_opens_and_sees_danger_before_the_model_is_ready(
    browser: Browser, index: Path
) -> None:
    for port in serve(index):
        for page in visit(browser, port):
            ask(page, "I want to kill myself")
            expect(page.get_by_role("alert")).to_contain_text("988")
            ask(page, "How long is a visit?")
            # First that it is getting ready, then the answer, without asking again.
            expect(page.locator("#chat mark").first).to_contain_text(
                "fifty minutes", timeout=60_000
            )


def test_without_an_index_the_page_screens_and_says_that_search_is_down(
    browser: Browser, tmp_path: Path
) -> None:
    for port in serve(tmp_path):
        wait_for(port, "failed")
        for page in visit(browser, port):
            ask(page, "How long is a visit?")
            expect(page.locator("#chat .reply").last).to_contain_text("search is not working")
            ask(page, "I want to kill myself")
            expect(page.get_by_role("alert")).to_contain_text("988")
