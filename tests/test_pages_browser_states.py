"""Every state of every page, judged by axe-core: light and dark, on phones and desks."""

from collections.abc import Callable, Iterator

import pytest
from browsing import NEEDS_BROWSER, opened, served, violations
from playwright.sync_api import Browser, Page, expect

from bot.answer import Bot
from bot.pages.server import web_app
from bot.pages.warming import Desk
from bot.reply import ContactCard
from bot.settings import Settings
from bot.wording.words import words
from index.search import Index

pytestmark = NEEDS_BROWSER

WORDS = words("en").page
CONTACT = ContactCard(clinic="Elm House", phone="555 0100", email="hello@elm.example")
VIEWS = [(320, "light"), (375, "dark"), (1280, "light"), (1280, "dark")]


@pytest.fixture(scope="module")
def address(unchanged_index: Index) -> Iterator[str]:
    desk = Desk(Bot())
    desk.open(lambda: Bot(unchanged_index, contact=CONTACT))
    desk.wait(10)
    with served(lambda: web_app(desk, Settings(counts=None, rate=1000))) as found:
        yield found


def ask(page: Page, message: str) -> None:
    before = page.locator(".reply").count()
    page.get_by_role("textbox").fill(message)
    page.get_by_role("textbox").press("Enter")
    expect(page.locator(".reply")).to_have_count(before + 1)


def first_screen(page: Page) -> None:
    expect(page.get_by_role("button", name=WORDS.examples[0])).to_be_visible()


def quoted(page: Page) -> None:
    ask(page, "How long is a visit at Elm House?")
    expect(page.locator("mark").first).to_be_visible()


def helped(page: Page) -> None:
    quoted(page)
    page.get_by_role("button", name=WORDS.helpful_no, exact=True).click()


def not_found(page: Page) -> None:
    ask(page, "Where can I repair a bicycle tyre?")


def concern(page: Page) -> None:
    ask(page, "Does talking help with suicidal thoughts?")


def crisis(page: Page) -> None:
    ask(page, "I want to die")
    expect(page.get_by_role("alert").locator(".card")).to_be_visible()


def abuse(page: Page) -> None:
    ask(page, "my husband beats me")
    expect(page.get_by_role("alert").locator(".leave")).to_be_visible()


def after_a_card(page: Page) -> None:
    crisis(page)
    ask(page, "How long is a visit at Elm House?")


def too_long(page: Page) -> None:
    ask(page, "How long is a visit? " * 101)


STATES = [first_screen, quoted, helped, not_found, concern, crisis, abuse, after_a_card, too_long]


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_the_chat_breaks_no_rule_of_accessibility(
    browser: Browser, address: str, state: Callable[[Page], None], width: int, scheme: str
) -> None:
    with opened(browser, address, width=width, color_scheme=scheme, locale="en-US") as page:
        page.get_by_role("textbox").wait_for()
        state(page)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/chat/es/", words("es").page.heading),
        ("/safety", words("en").safety.title),
        ("/safety/es", words("es").safety.title),
        ("/demo", words("en").widget.demo.title),
        ("/source/elm-house", "Visits at Elm House"),
        ("/source/elm-house?quote=25-101&lang=es", "Visits at Elm House"),
    ],
)
def test_other_pages_break_none_either(
    browser: Browser, address: str, path: str, heading: str, scheme: str
) -> None:
    with opened(browser, address, path, 375, color_scheme=scheme) as page:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        expect(page.locator(".loading")).to_have_count(0)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 375


@pytest.mark.parametrize("path", ["/source/nothing", "/nothing"])
def test_a_refusal_breaks_none_either(browser: Browser, address: str, path: str) -> None:
    page = browser.new_page()
    page.goto(address + path)
    assert violations(page) == []
    page.close()
