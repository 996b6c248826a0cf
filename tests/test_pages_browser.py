import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import browsing
import pytest
from browsing import IS_FOCUSED, NEEDS_BROWSER, place, served
from conftest import PAGES
from fastapi import FastAPI
from playwright.sync_api import Browser, Locator, Page, expect

from bot.answer import Bot
from bot.pages.server import web_app
from bot.pages.warming import Desk
from bot.reply import Reply
from bot.safety.screen import Conversation
from bot.settings import Settings
from bot.wording.words import words
from corpus.load import load
from index.build import build
from index.manifest import EncoderIdentity
from index.search import Index
from index.sentence_encoder import SentenceEncoder

pytestmark = NEEDS_BROWSER

WORDS = words("en")
CARDED = "I want to die. How long is a visit at Elm House?"
PAYLOAD = (
    "<img src=http://evil.example/x onerror=alert(1)> **bold** `code` ${1} [a](http://b.c) $x$"
)
PAYLOAD_PAGE = f"Parrots\n\nA parrot in the waiting room says {PAYLOAD} whenever it is greeted.\n"
ENTRY = """---
id: visits
title: How long is one visit?
language: en
questions:
  - How often do people come?
sources: []
written: 2024-12-01
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


def app_of(desk: Desk) -> Callable[[], FastAPI]:
    return lambda: web_app(desk, Settings(counts=None, rate=1000))


@pytest.fixture(scope="module")
def address(index: Index) -> Iterator[str]:
    desk = Desk(Bot())
    desk.open(lambda: Bot(index))
    desk.wait(10)
    with served(app_of(desk)) as found:
        yield found


@contextmanager
def opened(
    browser: Browser, address: str, width: int = 1000, locale: str = "en-US", height: int = 740
) -> Iterator[Page]:
    """The chat, ready to be written in."""
    with browsing.opened(browser, address, width=width, height=height, locale=locale) as page:
        page.get_by_role("textbox").wait_for()
        yield page


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with opened(browser, address) as page:
        yield page


def ask(page: Page, question: str) -> Locator:
    """The reply to a question, as soon as it is there."""
    box = page.get_by_role("textbox")
    replies = page.locator(".reply")
    if page.get_by_role("alert").locator(".card").count():
        # A card stands above the page before its reply stands in the conversation.
        expect(page.locator(".reply.card")).not_to_have_count(0)
    before = replies.count()
    box.fill(question)
    box.press("Enter")
    expect(replies).to_have_count(before + 1)
    return replies.last


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


def card_for(page: Page, message: str) -> Locator:
    """The card above the page that a message brings."""
    page.get_by_role("textbox").fill(message)
    page.get_by_role("textbox").press("Enter")
    card = page.get_by_role("alert")
    expect(card.locator(".card")).to_be_visible()
    return card


def test_a_card_comes_at_once_while_the_model_is_still_loading(
    browser: Browser, index: Index
) -> None:
    gate = threading.Event()
    desk = Desk(Bot())
    desk.open(lambda: Bot(index) if gate.wait(60) else Bot())
    with served(app_of(desk)) as address, opened(browser, address) as page:
        card = card_for(page, "I want to kill myself")
        for name, leads_to in (
            ("Call 988", "tel:988"),
            ("Text 988", "sms:988"),
            ("Text 741741 (HOME)", "sms:741741?&body=HOME"),
            ("Call 911", "tel:911"),
        ):
            link = card.get_by_role("link", name=name).first
            expect(link).to_have_attribute("href", leads_to)
            expect(link).not_to_have_attribute("target", re.compile("."))
        gate.set()


@pytest.mark.parametrize(
    "message",
    [
        "I want to die",
        "my husband beats me",
        "I'm going to kill myself tonight",
        "quiero morir",
        "mi marido me pega",
        "me tomé todas mis pastillas",
    ],
)
def test_the_first_screen_of_a_phone_shows_the_acknowledgement_and_a_line_to_touch(
    browser: Browser, address: str, message: str
) -> None:
    with opened(browser, address, 375, height=667) as page:
        card = card_for(page, message)
        expect(page.locator(".reply")).to_have_count(1)
        for shown in (card.locator(".lead"), card.get_by_role("link").first):
            expect(shown).to_be_in_viewport(ratio=1)
        if card.locator(".leave").count():
            expect(card.locator(".leave")).to_be_in_viewport(ratio=1)
        # Said above, it is not said again in the conversation.
        expect(page.locator(".reply")).to_be_hidden()
        for link in card.get_by_role("link").all():
            assert place(link)["height"] >= 44 or not link.is_visible()


def test_the_keyboard_goes_from_the_card_to_its_first_line_and_on_to_the_question(
    page: Page,
) -> None:
    card = card_for(page, "I want to die")
    expect(card).to_be_focused()
    page.keyboard.press("Tab")
    expect(card.get_by_role("link", name="Call 988").first).to_be_focused()
    for _ in range(20):
        page.keyboard.press("Tab")
        if card.get_by_role("button", name=WORDS.page.go_on).evaluate(IS_FOCUSED):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox")).to_be_focused()


def test_the_question_of_a_card_is_answered_and_the_card_makes_room(page: Page) -> None:
    card = card_for(page, CARDED)
    expect(page.locator(".reply")).to_have_count(1)
    card.get_by_role("button", name=WORDS.page.go_on).press("Enter")
    reply = page.locator(".reply").last
    expect(reply.locator("mark").first).to_contain_text("fifty minutes")
    expect(reply.locator(".note")).to_contain_text(re.compile("|".join(WORDS.concern_after)))
    expect(reply.get_by_role("link", name="Call 988").first).to_be_visible()
    expect(card).to_be_empty()
    expect(page.locator(".reply.card")).to_be_visible()
    expect(page.locator(".user-row")).to_have_count(1)
    expect(reply.locator("mark").first).to_be_in_viewport()
    expect(page.get_by_role("textbox")).to_be_focused()
    # What was told is remembered by the next message.
    later = ask(page, "How long is a visit at Elm House?")
    expect(later.locator(".note")).to_contain_text(re.compile("|".join(WORDS.concern_after)))


def test_an_emergency_leads_to_the_box_and_is_not_answered(page: Page) -> None:
    card = card_for(page, "I took all my pills. How long is a visit at Elm House?")
    card.get_by_role("button", name=WORDS.page.ask_on).click()
    expect(page.get_by_role("textbox")).to_be_focused()
    expect(card.locator(".card")).to_be_visible()
    expect(page.locator(".reply")).to_have_count(1)


def test_who_writes_on_while_the_card_appears_writes_in_the_box(page: Page) -> None:
    card_for(page, "I want to die")
    page.keyboard.type("please")
    expect(page.get_by_role("textbox")).to_have_value("please")


def test_danger_is_seen_while_an_earlier_question_waits_for_the_model(
    browser: Browser, index: Index
) -> None:
    gate = threading.Event()
    desk = Desk(Bot())
    desk.open(lambda: Bot(index) if gate.wait(60) else Bot())
    with served(app_of(desk)) as address, opened(browser, address) as page:
        expect(ask(page, "How long is a visit?")).to_contain_text(WORDS.warming_up)
        card_for(page, "I want to kill myself")
        expect(page.locator(".reply")).to_have_count(2)
        gate.set()
        expect(page.locator(".reply mark").first).to_contain_text("fifty minutes")
        expect(page.locator(".reply")).to_have_count(2)


class Hears(Bot):
    """Hears the same in every message."""

    def __init__(self, told: str) -> None:
        super().__init__()
        self._told = told

    def replies(self, conversations: Sequence[Conversation]) -> list[Reply]:
        return super().replies([Conversation(turns=(self._told,)) for _ in conversations])

    def without_index(self) -> Bot:
        return self


def loading(told: str) -> tuple[Desk, threading.Event]:
    """A desk whose bot hears this in all messages, as soon as the gate is opened."""
    gate = threading.Event()
    desk = Desk(Bot())
    desk.open(lambda: Hears(told) if gate.wait(60) else Bot())
    return desk, gate


def test_danger_that_only_the_loaded_screen_sees_is_shown_above_as_well(browser: Browser) -> None:
    desk, gate = loading("I want to die")
    with served(app_of(desk)) as address, opened(browser, address) as page:
        expect(ask(page, "How long is a visit?")).to_contain_text(WORDS.warming_up)
        expect(page.get_by_role("alert").locator(".card")).to_have_count(0)
        gate.set()
        expect(page.get_by_role("alert").locator(".card")).to_be_visible()


def test_an_emergency_that_only_the_loaded_screen_sees_is_shown_instead_of_an_answer(
    browser: Browser,
) -> None:
    desk, gate = loading("I took all my pills")
    with served(app_of(desk)) as address, opened(browser, address) as page:
        card = card_for(page, "I want to die")
        expect(page.locator(".reply")).to_have_count(1)
        gate.set()
        desk.wait(60)
        card.get_by_role("button", name=WORDS.page.go_on).click()
        expect(card.locator(".emergency")).to_be_visible()


def test_an_ordinary_turn_after_a_card_is_answered_with_a_quiet_line(page: Page) -> None:
    card = card_for(page, "I want to die")
    reply = ask(page, "How long is a visit at Elm House?")
    expect(card).to_be_empty()
    expect(reply.locator("mark").first).to_contain_text("fifty minutes")
    expect(reply.locator(".note")).to_contain_text(re.compile("|".join(WORDS.concern_after)))
    # What was shown above is now part of the conversation.
    expect(page.locator(".reply.card")).to_be_visible()


def test_the_second_card_is_told_otherwise(page: Page) -> None:
    first = card_for(page, "I want to die").inner_text()
    page.get_by_role("textbox").fill("I still want to die")
    page.get_by_role("textbox").press("Enter")
    expect(page.get_by_role("alert")).not_to_contain_text(first.splitlines()[0])
    expect(page.get_by_role("alert").locator(".card")).to_be_visible()


def test_if_the_screen_cannot_be_reached_the_conversation_shows_the_card(
    browser: Browser, address: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.route("**/screen", lambda route: route.abort())
    page.goto(address)
    expect(ask(page, "I want to die").get_by_role("link", name="Call 988").first).to_be_visible()
    context.close()


@pytest.mark.parametrize("way", ["button", "escape", "escape after the card"])
def test_a_card_about_abuse_can_be_left_at_once_in_the_same_tab(
    browser: Browser, address: str, way: str
) -> None:
    context = browser.new_context()
    context.route(
        f"{WORDS.page.exit}**",
        lambda route: route.fulfill(body="weather", content_type="text/html"),
    )
    page = context.new_page()
    page.goto(f"{address}/safety")
    page.goto(f"{address}/chat/")
    card = card_for(page, "my husband beats me")
    if way == "button":
        card.get_by_role("button", name=WORDS.page.leave).click()
    else:
        if way == "escape after the card":
            ask(page, "How long is a visit?")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    page.wait_for_url(f"{WORDS.page.exit}**")
    assert len(context.pages) == 1
    page.go_back()
    assert page.url == f"{address}/safety"
    context.close()


def test_escape_does_nothing_on_a_page_without_abuse(page: Page) -> None:
    card_for(page, "I want to die")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("alert").locator(".card")).to_be_visible()


def test_without_scripts_the_page_names_people_to_reach(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    # Playwright's locators do not look into the element.
    assert page.locator("noscript").inner_text().startswith(WORDS.page.no_script)
    expect(page.get_by_role("link", name="911").first).to_have_attribute("href", "tel:911")
    context.close()


def test_the_page_about_danger_is_one_touch_away(page: Page) -> None:
    page.get_by_role("link", name=WORDS.page.safety_link).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS.safety.title)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_question_asked_too_early_is_answered_when_the_model_is_there(
    browser: Browser, index: Index
) -> None:
    gate = threading.Event()
    desk = Desk(Bot())
    desk.open(lambda: Bot(index) if gate.wait(60) else Bot())
    with served(app_of(desk)) as address, opened(browser, address) as page:
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
    reply = ask(page, "What does a parrot in the waiting room say whenever it is greeted?")
    expect(reply.locator("blockquote").first).to_contain_text(PAYLOAD)


def test_the_keyboard_is_enough(page: Page) -> None:
    def reach(wanted: Locator) -> None:
        for _ in range(30):
            page.keyboard.press("Tab")
            if wanted.evaluate(IS_FOCUSED):
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
    expect(ask(page, "How long is a visit?").locator(".lines")).to_have_count(1)
    page.get_by_role("button", name=WORDS.page.clear).click()
    expect(page.locator(".reply")).to_have_count(0)
    expect(ask(page, "How long is a visit?").locator(".lines")).to_have_count(0)


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
        for question in (
            "How long is a visit?",
            "Does it help the suicidal?",
            "What about dreams?",
        ):
            first = ask(page, question).locator("p").first
            expect(first).to_be_in_viewport(ratio=1)
            above, text, below = map(
                place, (page.locator("#standing"), first, page.locator("#ask"))
            )
            assert above["y"] >= 0
            assert above["y"] + above["height"] <= text["y"]
            assert text["y"] + text["height"] <= below["y"]
            assert below["y"] + below["height"] <= 740


def test_the_page_is_in_the_browser_s_language_and_can_be_switched(
    browser: Browser, address: str
) -> None:
    with opened(browser, address, locale="es-MX") as page:
        expect(page.locator("html")).to_have_attribute("lang", "es")
        expect(page.get_by_role("heading", level=1)).to_have_text(words("es").page.heading)
        expect(ask(page, "How long is a visit?")).to_have_attribute("lang", "en")
        page.get_by_role("link", name=words("es").page.other_language).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(WORDS.page.heading)
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.reload()
        expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_quote_leads_to_its_place_in_its_source(page: Page) -> None:
    reply = ask(page, "How long is a visit at Elm House?")
    quoted = reply.locator("blockquote").first.inner_text()
    with page.context.expect_page() as opening:
        reply.get_by_role("link", name=WORDS.page.in_source).first.click()
    source = opening.value
    marked = source.locator("mark#quote")
    expect(marked).to_be_in_viewport()
    assert " ".join(marked.inner_text().split()) == " ".join(quoted.split())


def test_whether_a_reply_helped_is_sent_without_its_words(page: Page) -> None:
    reply = ask(page, "How long is a visit at Elm House?")
    with page.expect_request("**/api/helpful") as sending:
        reply.get_by_role("button", name=WORDS.page.helpful_yes, exact=True).press("Enter")
    told = {"helpful": True, "kind": "quoted", "level": "none", "document": "elm-house"}
    assert sending.value.post_data_json == told
    response = sending.value.response()
    assert response and response.status == 204
    expect(reply.locator(".helpful")).to_have_text(WORDS.page.helpful_thanks)
    expect(page.get_by_role("textbox")).to_be_focused()
    ask(page, "And what about dreams?")
    expect(page.locator(".helpful button")).to_have_count(2)


def test_who_says_that_a_reply_helped_stays_where_they_read(browser: Browser, address: str) -> None:
    with opened(browser, address, 375, height=400) as page:
        reply = ask(page, "How long is a visit at Elm House?")
        button = reply.get_by_role("button", name=WORDS.page.helpful_yes, exact=True)
        button.scroll_into_view_if_needed()
        before = page.evaluate("scrollY")
        button.evaluate("button => button.click()")
        expect(reply.locator(".helpful")).to_have_text(WORDS.page.helpful_thanks)
        # The buttons' own height may be missing at the end of the page.
        assert before - page.evaluate("scrollY") < 44


def test_a_page_that_was_open_while_the_server_restarted_goes_on(
    browser: Browser, index: Index
) -> None:
    desk = Desk(Bot())
    desk.open(lambda: Bot(index))
    desk.wait(10)
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    with served(app_of(desk)) as address:
        page.goto(address)
        ask(page, "How long is a visit?")
    with served(app_of(desk), port=int(address.rpartition(":")[2])):
        page.wait_for_timeout(1000)
        page.get_by_role("textbox").fill("What about dreams?")
        page.get_by_role("textbox").press("Enter")
        expect(page.locator(".reply").last).to_contain_text("dream", timeout=15_000)
    context.close()
