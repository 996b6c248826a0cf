from collections.abc import Iterator

import pytest
from browsing import NEEDS_BROWSER, complaints_of, served
from playwright.sync_api import Browser, Page

from bot.answer import Bot
from bot.pages.server import web_app
from bot.pages.warming import Desk
from bot.settings import Settings
from corpus.load import load
from corpus.split import split
from index.build import build
from index.manifest import EncoderIdentity
from index.search import Index
from index.sentence_encoder import SentenceEncoder

LONG_WORD = "parrot" * 30
TEXT = "\n\n".join(
    f"## Room {n}\n\nRoom {n} has {n} chairs. They are {LONG_WORD} blue.\n\n- a lamp\n- a window"
    for n in range(1, 31)
)

pytestmark = NEEDS_BROWSER

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


@pytest.fixture(scope="module")
def address(index: Index) -> Iterator[str]:
    desk = Desk(Bot())
    desk.open(lambda: Bot(index))
    desk.wait(10)
    with served(lambda: web_app(desk, Settings(counts=None))) as found:
        yield found


@pytest.fixture(params=[(375, "light"), (375, "dark"), (1000, "light"), (1000, "dark")])
def page(
    request: pytest.FixtureRequest, browser: Browser, address: str, index: Index
) -> Iterator[Page]:
    """The document, opened at the list of its twentieth room; it must not complain."""
    width, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 740}, color_scheme=scheme, locale="en-US"
    )
    page = context.new_page()
    complaints = complaints_of(page, address)
    lists = (one for one in split(index.documents["rooms"]).passages if "\n- a window" in one.text)
    spans = [one.span for one in lists if one.section == "Room 20"]
    page.goto(f"{address}/source/rooms?quote={spans[0].start}-{spans[0].end}&lang=en#quote")
    yield page
    assert complaints == [], complaints
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
