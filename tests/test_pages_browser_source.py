import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.responses import FileResponse
from starlette.types import ASGIApp

from bot.answer import Bot
from bot.pages import source as source_module
from bot.pages.headers import Headers
from bot.pages.source import source
from bot.pages.warming import Desk
from corpus.load import load
from corpus.split import split
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
STYLE = Path(source_module.__file__).with_name("help.css")
LONG_WORD = "parrot" * 30
TEXT = "\n\n".join(
    f"## Room {n}\n\nRoom {n} has {n} chairs. They are {LONG_WORD} blue.\n\n- a lamp\n- a window"
    for n in range(1, 31)
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
]

# The ratio of WCAG 2.2 between the text of an element and a background.
CONTRAST = """element => {
  const light = colour => {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255);
    const [r, g, b] = parts.map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let behind = element;
  while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") {
    behind = behind.parentElement;
  }
  const both = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor];
  const [low, high] = both.map(light).sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""


@pytest.fixture(scope="module")
def index(
    tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder, model: EncoderIdentity
) -> Index:
    """One long document, of which everything may be shown."""
    sources, out = tmp_path_factory.mktemp("s"), tmp_path_factory.mktemp("i")
    (sources / "rooms.md").write_text(TEXT, encoding="utf-8")
    toml = '[[source]]\nfile = "rooms.md"\npublish = "full"\nurl = "https://example.org/"\n'
    (sources / "sources.toml").write_text(toml, encoding="utf-8")
    build(load([sources], None).documents, out, lambda: encoder, model)
    return Index.load(out, encoder, model)


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        serving = server.serve(sockets=[listening])
        thread = threading.Thread(target=lambda: asyncio.run(serving))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def address(index: Index) -> Iterator[str]:
    app = FastAPI()
    app.include_router(source(Desk(Bot(index)), "US"))

    @app.get("/help.css")
    async def style() -> FileResponse:
        return FileResponse(STYLE, media_type="text/css")

    @app.get("/favicon.ico", status_code=204)
    async def icon() -> None: ...

    app.add_middleware(Headers)
    with served(app) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=[(375, "light"), (375, "dark"), (1000, "light"), (1000, "dark")])
def page(
    request: pytest.FixtureRequest, browser: Browser, address: str, index: Index
) -> Iterator[Page]:
    """The document, opened at the list of its twentieth room; it must not complain."""
    width, scheme = request.param
    complaints: list[str] = []
    context = browser.new_context(
        viewport={"width": width, "height": 740}, color_scheme=scheme, locale="en-US"
    )
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    lists = (one for one in split(index.documents["rooms"]).passages if "\n- a window" in one.text)
    spans = [one.span for one in lists if one.section == "Room 20"]
    page.goto(f"{address}/source/rooms?quote={spans[0].start}-{spans[0].end}&lang=en#quote")
    yield page
    assert complaints == []
    assert context.cookies() == []
    context.close()


def test_the_quote_is_in_view_below_the_constant_line(page: Page) -> None:
    line = page.locator("#standing").bounding_box()
    marks = [mark.bounding_box() for mark in page.locator("mark").all()]
    assert page.locator("mark").all_inner_texts()[-2:] == ["a lamp", "a window"]
    assert line is not None
    assert line["y"] == 0
    for mark in marks:
        assert mark is not None
        assert mark["y"] >= line["y"] + line["height"]
        assert mark["y"] + mark["height"] <= 740
    assert page.evaluate("scrollY") > 1000
    assert page.evaluate("document.activeElement.id") == "quote"


def test_everything_can_be_read(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    for place in ("mark", "article h2", "article p", "article li", "header a", ".quiet"):
        assert page.locator(place).first.evaluate(CONTRAST) >= 4.5
    assert "serif" in page.locator("article p").first.evaluate(
        "e => getComputedStyle(e).fontFamily"
    )
    # About 65 characters: half an em each in this face.
    assert (
        page.locator("article").evaluate(
            "e => e.clientWidth / parseFloat(getComputedStyle(e).fontSize)"
        )
        < 36
    )
