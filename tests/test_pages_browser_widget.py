import json
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from browsing import IS_FOCUSED, NEEDS_BROWSER, complaints_of, served, violations
from conftest import PAGES
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, ViewportSize, expect
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route as Address
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.answer import Bot
from bot.pages.helplines import https, sms, tel
from bot.pages.server import web_app
from bot.pages.standing import standing_text
from bot.pages.warming import Desk
from bot.reply import ContactCard, Crisis, Helpline, NotFound, Quote, Quoted, Reply
from bot.safety.helpline_files import entries, files
from bot.settings import Settings
from bot.wording.words import words
from corpus.load import load
from index.build import build
from index.manifest import EncoderIdentity
from index.search import Index
from index.sentence_encoder import SentenceEncoder

pytestmark = NEEDS_BROWSER

EN, ES = words("en"), words("es")
CARDED = "I want to die. How long is a visit at Elm House?"
PAYLOAD = "<img src=http://evil.example/x onerror=alert(1)> **bold** ${1} {question} $& </script>"
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
# The clinic's page allows nothing but the widget.
POLICY = (
    "default-src 'none'; script-src {faq}; connect-src {faq}; style-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
CLINIC = """<!doctype html><html lang="{lang}"><meta name="viewport" content="width=device-width">
<title>Clinic</title><script src="{faq}/widget.js" defer></script>
<h1>Our clinic</h1><psychodynamic-faq {attributes}></psychodynamic-faq>
<p>The rest of the page.</p><button>Ours</button></html>"""
SHADOW = "document.querySelector('psychodynamic-faq').shadowRoot"
ColorScheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def bot(
    tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder, model: EncoderIdentity
) -> Bot:
    """Answers from the invented pages and a handbook of one entry."""
    sources, handbook, out = (tmp_path_factory.mktemp(name) for name in ("s", "h", "i"))
    for name, text in PAGES.items():
        (sources / f"{name}.md").write_text(text, encoding="utf-8")
    (handbook / "visits.md").write_text(ENTRY, encoding="utf-8")
    build(load([sources], handbook).documents, out, lambda: encoder, model)
    return Bot(Index.load(out, encoder, model))


def clinic_and_faq(bot: Bot, port: int) -> ASGIApp:
    """The clinic's page and everything that this project serves, told apart by the host's name."""
    clinic, ours = f"http://clinic.test:{port}", f"http://faq.test:{port}"
    settings = Settings(sites=(clinic,), counts=None, rate=1000)
    desk = Desk(Bot())
    desk.open(lambda: bot)
    desk.wait(10)
    faq = web_app(desk, settings)

    async def page(request: Request) -> HTMLResponse:
        query = request.query_params
        html = CLINIC.format(faq=ours, lang=query["lang"], attributes=query["attributes"])
        return HTMLResponse(html, headers={"Content-Security-Policy": POLICY.format(faq=ours)})

    site = Starlette(routes=[Address("/clinic", page)])

    async def by_host(scope: Scope, receive: Receive, send: Send) -> None:
        is_clinic = scope["type"] == "http" and "clinic" in Headers(scope=scope)["host"]
        await (site if is_clinic else faq)(scope, receive, send)

    return by_host


@pytest.fixture(scope="module")
def port(bot: Bot) -> Iterator[int]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    with served(lambda: clinic_and_faq(bot, port), port):
        yield port


def entered(
    context: BrowserContext, port: int, attributes: str = "", lang: str = "en"
) -> tuple[Page, list[str], list[str]]:
    """The clinic's page, what it complains of, and the addresses asked for."""
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    complaints = complaints_of(page, f"http://clinic.test:{port}", f"http://faq.test:{port}")
    page.goto(f"http://clinic.test:{port}/clinic?attributes={attributes}&lang={lang}")
    page.wait_for_function(SHADOW)
    return page, complaints, asked


@contextmanager
def opened(
    browser: Browser,
    port: int,
    attributes: str = "",
    lang: str = "en",
    width: int = 1000,
    height: int = 740,
    scheme: ColorScheme = "light",
) -> Iterator[Page]:
    """The clinic's page, which must not complain, store anything or ask any third party."""
    viewport = ViewportSize(width=width, height=height)
    context = browser.new_context(viewport=viewport, color_scheme=scheme, locale="en-US")
    page, complaints, _ = entered(context, port, attributes, lang)
    yield page
    assert complaints == []
    assert context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    context.close()


@pytest.fixture
def page(browser: Browser, port: int) -> Iterator[Page]:
    with opened(browser, port) as page:
        yield page


def ask(page: Page, question: str) -> Locator:
    """The reply to a question, as soon as it is there."""
    replies = page.locator(".reply:not(:empty)")
    before = replies.count()
    box = page.get_by_role("textbox")
    box.fill(question)
    box.press("Enter")
    expect(replies).to_have_count(before + 1)
    return replies.last


def card_for(page: Page, message: str) -> Locator:
    """The card above the conversation that a message brings."""
    ask(page, message)
    card = page.get_by_role("alert")
    expect(card.locator(".card")).to_be_visible()
    return card


def answered(page: Page, reply: Reply, status: int = 200) -> None:
    """From now on, every question is answered so."""
    page.route("**/api/ask", lambda route: fulfil(route, reply.model_dump_json(), status))


def fulfil(route: Route, body: str, status: int, **headers: str) -> None:
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    allowed = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Headers": "Content-Type",
        "Access-Control-Expose-Headers": "Retry-After",
    }
    if route.request.method == "OPTIONS":
        route.fulfill(status=204, headers=allowed)
    else:
        route.fulfill(
            status=status, body=body, content_type="application/json", headers={**allowed, **own}
        )


def sent(page: Page, question: str) -> dict[str, Any]:
    """What is sent to the server with a question."""
    with page.expect_request("**/api/ask") as found:
        ask(page, question)
    body: dict[str, Any] = found.value.post_data_json or {}
    return body


def quote(text: str = "One. Two.", **fields: object) -> Quote:
    """A quote of an invented document."""
    known: dict[str, object] = {
        "text": text,
        "document": "elm/house &c",
        "title": "Visits",
        "publisher": None,
        "section": None,
        "url": None,
        "start": 3,
        "end": 3 + len(text),
        "score": 1.0,
        "lines": ((0, len(text)),),
    }
    return Quote.model_validate({**known, **fields})


# What a visitor asks and reads


def test_a_question_is_answered_by_a_marked_quote_with_where_it_stands(page: Page) -> None:
    reply = ask(page, "How long is a visit at Elm House?")
    expect(reply.locator("blockquote mark").first).to_contain_text("fifty minutes")
    expect(reply.locator("cite").first).to_have_text("Visits at Elm House")
    expect(reply.locator(".source").first).to_contain_text(EN.page.unnamed_page)
    expect(page.get_by_role("textbox")).to_have_value("")


def test_a_quote_leads_to_its_source_in_a_new_tab(browser: Browser, port: int) -> None:
    with opened(browser, port) as page:
        answered(page, Quoted(message="a", quotes=(quote(),), language="es"))
        link = ask(page, "How long?").get_by_role("link", name=ES.page.in_source)
        address = f"http://faq.test:{port}/source/elm%2Fhouse%20%26c?quote=3-12&lang=es#quote"
        expect(link).to_have_attribute("href", address)
        expect(link).to_have_attribute("target", "_blank")
        expect(link).to_have_attribute("rel", re.compile("noopener"))


def test_a_quote_says_everything_that_is_known_of_it(page: Page) -> None:
    said = quote(
        origin="handbook",
        section="Times",
        side="For short visits",
        note="It may differ.",
        context="Said before.",
        is_other_provider=True,
    )
    answered(page, Quoted(message="a", quotes=(said,), notes=("It may differ.", "More.")))
    reply = ask(page, "How long?")
    source = ["Visits", EN.page.handbook, EN.page.not_reviewed, EN.page.other_provider]
    expect(reply.locator(".source")).to_have_text(" · ".join([*source, "Section: Times"]))
    expect(reply.locator(".side")).to_have_text("For short visits")
    expect(reply.locator("q")).to_have_text("Said before.")
    expect(reply.get_by_text("It may differ.")).to_have_count(1)
    expect(reply.get_by_text("More.")).to_have_count(1)


@pytest.mark.parametrize(
    ("language", "day"), [("en", "on March 4, 2025"), ("es", "el 4 de marzo de 2025")]
)
def test_a_quote_names_the_day_of_its_review(page: Page, language: str, day: str) -> None:
    said = quote(origin="handbook", reviewed="2025-03-04")
    answered(page, Quoted.model_validate({"message": "a", "quotes": [said], "language": language}))
    expect(ask(page, "How long?").locator(".source")).to_contain_text(day)


def test_what_is_marked_and_each_line_is_counted_in_code_points(page: Page) -> None:
    text = "🙂🙂 One\n two. Three.\n- four"
    lines = ((0, 19), (20, 26))
    answered(page, Quoted(message="a", quotes=(quote(text, lines=lines, highlight=(3, 12)),)))
    reply = ask(page, "How long?")
    expect(reply.locator("mark")).to_have_text("One two.")
    assert reply.locator("blockquote p").all_inner_texts() == ["🙂🙂 One two. Three.", "- four"]


def test_without_a_highlight_every_line_is_marked(page: Page) -> None:
    answered(page, Quoted(message="a", quotes=(quote("One.\nTwo.", lines=((0, 4), (5, 9))),)))
    reply = ask(page, "How long?")
    assert reply.locator("mark").all_inner_texts() == ["One.", "Two."]


def test_what_is_not_found_says_what_was_looked_for_and_offers_questions(page: Page) -> None:
    reply = ask(page, "Where can I repair a bicycle tyre?")
    expect(reply).to_contain_text(EN.not_found)
    expect(reply).to_contain_text("Where can I repair a bicycle tyre?")
    reply.get_by_role("button", name="How long is one visit?").click()
    expect(page.locator("mark").first).to_contain_text("fifty minutes")


def test_an_example_is_asked_by_a_click(page: Page) -> None:
    page.get_by_role("button", name=EN.page.examples[0]).click()
    expect(page.locator(".question")).to_contain_text(EN.page.examples[0])
    expect(page.locator(".reply:not(:empty)")).to_have_count(1)


def test_the_clinic_is_shown_with_links(page: Page) -> None:
    clinic = ContactCard(
        clinic="Elm", phone="555 0100", email="a@b.example", page="https://b.example"
    )
    answered(page, NotFound(message="a", contact=clinic))
    links = ask(page, "What does it cost?").get_by_role("link").all()
    shown = [link.get_attribute("href") for link in links]
    assert shown == ["tel:5550100", "mailto:a@b.example", "https://b.example"]


def test_a_line_break_is_written_with_shift_and_enter(page: Page) -> None:
    box = page.get_by_role("textbox")
    box.press_sequentially("How long")
    box.press("Shift+Enter")
    box.press_sequentially("is a visit?")
    expect(box).to_have_value("How long\nis a visit?")
    box.press("Enter")
    expect(page.locator(".reply mark").first).to_contain_text("fifty minutes")


def test_an_empty_question_is_not_sent(page: Page) -> None:
    page.get_by_role("button", name=EN.page.send).click()
    expect(page.get_by_role("status")).to_have_text(EN.empty_question)
    expect(page.locator(".question")).to_have_count(0)


def test_whether_a_reply_helped_is_sent_once_without_what_was_asked(page: Page) -> None:
    group = ask(page, "How long is a visit at Elm House?").get_by_role("group")
    with page.expect_request("**/api/helpful") as found:
        group.get_by_role("button", name=EN.page.helpful_yes).click()
    told = {"helpful": True, "kind": "quoted", "document": "elm-house", "level": "none"}
    assert found.value.post_data_json == told
    expect(page.get_by_role("status")).to_have_text(EN.page.helpful_thanks)
    page.on("request", lambda request: pytest.fail(f"sent again to {request.url}"))
    group.get_by_role("button", name=EN.page.helpful_no).click()
    expect(group.get_by_role("button", name=EN.page.helpful_yes)).to_have_attribute(
        "aria-pressed", "true"
    )


@pytest.mark.parametrize("question", ["I want to die", "Where can I repair a bicycle tyre?"])
def test_only_quotes_are_asked_about(page: Page, question: str) -> None:
    ask(page, question)
    expect(page.get_by_text(EN.page.helpful)).to_have_count(0)


def test_starting_over_forgets_the_conversation(page: Page) -> None:
    ask(page, "I want to die")
    page.get_by_role("button", name=EN.page.clear).click()
    expect(page.locator(".question")).to_have_count(0)
    expect(page.get_by_role("alert")).to_be_empty()
    body = sent(page, "How long is a visit?")
    assert body == {
        "turns": ["How long is a visit?"],
        "language": None,
        "level": "none",
        "category": None,
    }


def test_nothing_is_remembered_after_a_reload(page: Page) -> None:
    ask(page, "How long is a visit?")
    page.reload()
    page.wait_for_function(SHADOW)
    expect(page.locator(".question")).to_have_count(0)


# Danger


def test_the_constant_line_stands_on_the_first_screen_and_can_be_called(page: Page) -> None:
    line = page.get_by_role("complementary", name=EN.standing.label)
    expect(line.get_by_role("paragraph")).to_have_text(standing_text("US", "en"))
    expect(line.get_by_role("paragraph")).to_be_in_viewport(ratio=1)
    expect(line.get_by_role("link", name="911")).to_have_attribute("href", "tel:911")


def test_a_card_has_the_focus_and_no_link_has(page: Page) -> None:
    card = card_for(page, "I want to die")
    expect(card).to_be_focused()
    page.keyboard.press("Tab")
    expect(card.get_by_role("link", name="Call 988").first).to_be_focused()


def test_a_card_is_not_said_twice_at_once_and_stays_in_the_conversation(page: Page) -> None:
    card = card_for(page, "I want to die")
    expect(page.locator(".kept-card")).to_be_hidden()
    reply = ask(page, "How long is a visit at Elm House?")
    expect(card).to_be_empty()
    expect(page.locator(".kept-card")).to_be_visible()
    expect(reply.locator("mark").first).to_contain_text("fifty minutes")
    expect(reply.locator(".quiet").first).to_have_text(re.compile("|".join(EN.concern_after)))


def test_the_question_of_a_card_is_answered_and_the_card_makes_room(page: Page) -> None:
    card = card_for(page, CARDED)
    card.get_by_role("button", name=EN.page.go_on).press("Enter")
    reply = page.locator(".reply").last
    expect(reply.locator("mark").first).to_contain_text("fifty minutes")
    expect(reply.locator(".quiet").first).to_have_text(re.compile("|".join(EN.concern_after)))
    expect(reply.get_by_role("link", name="Call 988").first).to_be_visible()
    expect(card).to_be_empty()
    expect(page.locator(".kept-card")).to_be_visible()
    expect(page.locator(".question")).to_have_count(1)
    expect(page.get_by_role("textbox")).to_be_focused()
    # What was told is remembered by the next message.
    later = ask(page, "How long is a visit at Elm House?")
    expect(later.locator(".quiet").first).to_have_text(re.compile("|".join(EN.concern_after)))


def test_an_emergency_leads_to_the_box_and_is_not_answered(page: Page) -> None:
    card = card_for(page, "I took all my pills. How long is a visit at Elm House?")
    card.get_by_role("button", name=EN.page.ask_on).press("Enter")
    expect(page.get_by_role("textbox")).to_be_focused()
    expect(card.locator(".card")).to_be_visible()
    expect(page.locator(".reply")).to_have_count(1)


def test_if_no_answer_can_be_had_the_card_stays(browser: Browser, port: int) -> None:
    context = browser.new_context(locale="en-US")
    page = entered(context, port)[0]  # a failed request is among its complaints
    card = card_for(page, CARDED)
    page.route("**/api/ask", lambda route: route.abort())
    card.get_by_role("button", name=EN.page.go_on).press("Enter")
    expect(page.get_by_role("status")).to_have_text(EN.widget.offline)
    expect(card.locator(".card")).to_be_visible()
    page.unroute("**/api/ask")
    card.get_by_role("button", name=EN.page.go_on).press("Enter")
    expect(page.locator(".reply").last.locator("mark").first).to_contain_text("fifty minutes")
    context.close()


def test_who_writes_on_while_the_card_appears_writes_in_the_box(page: Page) -> None:
    card_for(page, "I want to die")
    page.keyboard.type("please")
    expect(page.get_by_role("textbox")).to_have_value("please")


@pytest.mark.parametrize("width", [320, 375])
@pytest.mark.parametrize(
    "message", ["I want to die", "my husband beats me", "quiero morir", "mi marido me pega"]
)
def test_the_first_screen_of_a_phone_shows_the_acknowledgement_and_a_line_to_touch(
    browser: Browser, port: int, width: int, message: str
) -> None:
    with opened(browser, port, width=width, height=667) as page:
        card = card_for(page, message)
        expect(card.locator(".lead")).to_be_in_viewport(ratio=1)
        expect(card.get_by_role("link").first).to_be_in_viewport(ratio=1)
        if card.locator(".leave").count():
            expect(card.locator(".leave")).to_be_in_viewport(ratio=1)
        for touched in (*card.get_by_role("link").all(), *card.get_by_role("button").all()):
            box = touched.bounding_box()
            assert box and box["height"] >= 44


def test_a_card_comes_before_an_answer_that_is_still_awaited(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        first = "visit" in str(route.request.post_data) and not held
        if first and route.request.method == "POST":
            held.append(route)
        else:
            route.continue_()

    page.route("**/api/ask", hold)
    box = page.get_by_role("textbox")
    for question in ("How long is a visit at Elm House?", "I want to die"):
        box.fill(question)
        box.press("Enter")
    expect(page.get_by_role("alert").locator(".card")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text(EN.looking)
    held[0].continue_()
    expect(page.locator(".reply mark").first).to_contain_text("fifty minutes")
    # An earlier question's answer does not take the card away.
    expect(page.get_by_role("alert").locator(".card")).to_be_visible()
    expect(page.get_by_role("status")).to_be_empty()


@pytest.mark.parametrize("status", [200, 429, 500, 503])
def test_a_card_is_shown_whatever_the_status(browser: Browser, port: int, status: int) -> None:
    context = browser.new_context()
    page, _, _ = entered(context, port)
    answered(page, Crisis(message="Thank you."), status)
    expect(card_for(page, "anything")).to_contain_text("Thank you.")
    context.close()


def test_the_gravest_level_of_turns_left_out_is_sent_with_its_kind(page: Page) -> None:
    first = sent(page, "my husband beats me")
    assert (first["level"], first["category"]) == ("none", None)
    answered(page, NotFound(message="a"))
    for at in range(11):
        last = sent(page, f"What about dreams, number {at}?")
    assert (len(last["turns"]), last["level"]) == (12, "none")
    last = sent(page, "How long is a visit?")
    assert (len(last["turns"]), last["level"]) == (12, "crisis")
    assert last["category"] == "domestic_violence"


def test_the_last_turns_that_fit_are_sent(page: Page) -> None:
    answered(page, NotFound(message="a"))
    for at in range(13):
        body = sent(page, f"question {at}")
    assert body["turns"] == [f"question {at}" for at in range(1, 13)]
    long = "ä" * 3_000  # 6,000 bytes each
    sent(page, long)
    body = sent(page, long)
    assert body["turns"] == [long]
    assert len(json.dumps(body, ensure_ascii=False).encode()) <= 12_000


def test_a_question_can_never_be_too_long_to_be_screened(page: Page) -> None:
    page.get_by_role("textbox").fill("x")
    expect(page.get_by_role("textbox")).to_have_attribute("maxlength", "4000")


@pytest.mark.parametrize(
    "way", ["button", "escape", "escape after the card", "exit after the card"]
)
def test_a_card_about_abuse_can_be_left_at_once(browser: Browser, port: int, way: str) -> None:
    context = browser.new_context()
    context.route(f"{EN.page.exit}**", lambda route: route.fulfill(body="weather"))
    page, _, _ = entered(context, port)
    card = card_for(page, "my husband beats me")
    if "after" in way:
        ask(page, "How long is a visit?")
    if way == "button":
        card.get_by_role("button", name=EN.page.leave).click()
    elif way.startswith("exit"):
        page.get_by_role("button", name=EN.page.leave_short, exact=True).click()
    else:
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    page.wait_for_url(f"{EN.page.exit}**")
    page.go_back()
    assert page.url == "about:blank"
    context.close()


def test_escape_does_nothing_without_abuse(page: Page) -> None:
    card = card_for(page, "I want to die")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(card.locator(".card")).to_be_visible()


def test_every_line_leads_where_the_page_leads(page: Page) -> None:
    lines = {entry.line.shown() for country in files() for entry in entries(country)}
    odd = Helpline(name="Odd", call="112 or 911", text="no number", chat="javascript:alert(1)")
    shown = sorted(lines, key=lambda line: line.model_dump_json())
    answered(page, NotFound(message="a", helplines=(*shown, odd)))
    found = ask(page, "lines").locator(".lines a").all()
    expected = [
        address
        for line in shown
        for address in (tel(line.call), sms(line.text), https(line.chat))
        if address
    ]
    assert [link.get_attribute("href") for link in found] == expected


# What fails


def refused(
    browser: Browser, port: int, answer: Callable[[Route], None]
) -> tuple[BrowserContext, Page, Locator]:
    """What is shown where the server gives no reply."""
    context = browser.new_context()
    page, _, _ = entered(context, port)
    page.route("**/api/ask", answer)
    return context, page, ask(page, "How long is a visit?")


@pytest.mark.parametrize(
    ("status", "retry", "text"),
    [
        (429, "30", EN.too_many.format(seconds=30)),
        (503, "5", EN.too_many.format(seconds=5)),
        (429, "", EN.too_busy),
        (413, "", EN.too_long),
        (422, "", EN.too_long),
        (500, "", EN.widget.failed),
    ],
)
def test_a_refusal_is_told_with_whom_to_call_and_the_question_can_be_sent_again(
    browser: Browser, port: int, status: int, retry: str, text: str
) -> None:
    headers = {"Retry_After": retry} if retry else {}
    context, page, reply = refused(
        browser, port, lambda route: fulfil(route, '{"detail": "no"}', status, **headers)
    )
    expect(reply).to_contain_text(text)
    expect(reply).to_contain_text(standing_text("US", "en"))
    expect(page.get_by_role("textbox")).to_have_value("How long is a visit?")
    page.unroute("**/api/ask")
    assert sent(page, "How long is a visit?")["turns"] == ["How long is a visit?"]
    context.close()


def test_a_connection_that_fails_is_told_with_whom_to_call(browser: Browser, port: int) -> None:
    context, page, reply = refused(browser, port, lambda route: route.abort())
    expect(reply).to_contain_text(EN.widget.offline)
    expect(reply.get_by_role("link", name="988")).to_have_attribute("href", "tel:988")
    expect(page.get_by_role("complementary")).to_be_visible()
    context.close()


def test_an_answer_that_is_no_reply_is_a_failure(browser: Browser, port: int) -> None:
    context, _, reply = refused(browser, port, lambda route: fulfil(route, "<html>", 200))
    expect(reply).to_contain_text(EN.widget.failed)
    context.close()


def test_texts_show_as_they_are_typed(page: Page) -> None:
    said = quote(PAYLOAD, title=PAYLOAD, publisher=PAYLOAD, section=PAYLOAD, context=PAYLOAD)
    line = Helpline(name=PAYLOAD, call=PAYLOAD, chat="https://<img src=x onerror=alert(1)>")
    answered(
        page,
        Quoted(message=PAYLOAD, quotes=(said,), notes=(PAYLOAD,), helplines=(line,)),
    )
    reply = ask(page, PAYLOAD)
    expect(page.locator(".question")).to_contain_text(PAYLOAD)
    for place in ("blockquote", "cite", ".source", "q", ".lines strong"):
        expect(reply.locator(place)).to_contain_text(PAYLOAD)
    expect(page.locator("img")).to_have_count(0)


def test_what_was_looked_for_shows_as_it_is_typed(page: Page) -> None:
    answered(page, NotFound(message="a", looked_for=PAYLOAD, suggestions=(PAYLOAD,)))
    reply = ask(page, "x")
    expect(reply).to_contain_text(EN.looked_for.replace("{question}", PAYLOAD))
    expect(reply.get_by_role("button")).to_have_text(PAYLOAD)


# Where and how it is shown


def test_the_language_is_the_page_s_unless_it_is_named(browser: Browser, port: int) -> None:
    for attributes, lang, heading in (
        ("", "es-MX", ES.page.heading),
        ("lang=en", "es", EN.page.heading),
        ("lang=es", "en", ES.page.heading),
        ("", "fr", EN.page.heading),
        ("heading=Questions", "en", "Questions"),
    ):
        with opened(browser, port, attributes, lang) as page:
            expect(page.get_by_role("heading", level=2)).to_have_text(heading)


def test_an_answer_comes_in_the_language_of_the_question(browser: Browser, port: int) -> None:
    with opened(browser, port, lang="es") as page:
        reply = ask(page, "¿Cuánto dura una visita en Elm House?")
        expect(reply).to_have_attribute("lang", "es")
        assert sent(page, "How long is a visit?")["language"] is None
        expect(page.locator(".reply").last).to_have_attribute("lang", "en")
        line = page.get_by_role("complementary").get_by_role("paragraph")
        expect(line).to_have_text(standing_text("US", "es"))


def test_an_english_quote_in_a_spanish_reply_is_marked_as_english(page: Page) -> None:
    answered(page, Quoted(message=ES.english_only, quotes=(quote(),), language="es"))
    reply = ask(page, "¿Cuánto?")
    expect(reply.locator("blockquote")).to_have_attribute("lang", "en")
    expect(reply).to_have_attribute("lang", "es")


@pytest.mark.parametrize("width", [320, 375, 1280, 1440])
@pytest.mark.parametrize("attributes", ["", "floating"])
def test_nothing_is_wider_than_the_window(
    browser: Browser, port: int, width: int, attributes: str
) -> None:
    with opened(browser, port, attributes, width=width) as page:
        if attributes:
            page.get_by_role("button", name=EN.widget.open).click()
        for question in ("How long is a visit?", "bicycle tyre?", "my husband beats me", "x" * 90):
            ask(page, question)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(
                f"(view => view.scrollWidth <= view.clientWidth)({SHADOW}.querySelector('.view'))"
            )


def test_a_reply_is_read_from_its_question_below_the_constant_line(
    browser: Browser, port: int
) -> None:
    with opened(browser, port, width=375, height=667) as page:
        for question in ("How long is a visit?", "What about dreams?", "Who are you at Elm House?"):
            ask(page, question)
            expect(page.locator(".question").last).to_be_in_viewport(ratio=1)
            above = page.get_by_role("complementary").bounding_box()
            asked = page.locator(".question").last.bounding_box()
            assert above and asked and above["y"] + above["height"] <= asked["y"]


def test_the_clinic_s_page_does_not_move_while_the_answer_is_in_sight(page: Page) -> None:
    ask(page, "How long is a visit?")
    page.evaluate("scrollTo(0, 40)")
    before = page.evaluate("scrollY")
    ask(page, "What about dreams?")
    assert page.evaluate("scrollY") == before


@pytest.mark.parametrize(
    ("scheme", "attributes", "ground"),
    [
        ("light", "", "rgb(247, 246, 242)"),
        ("dark", "", "rgb(21, 26, 26)"),
        ("dark", "theme=light", "rgb(247, 246, 242)"),
        ("light", "theme=dark", "rgb(21, 26, 26)"),
    ],
)
def test_it_is_dark_where_the_visitor_or_the_clinic_wants_it(
    browser: Browser, port: int, scheme: ColorScheme, attributes: str, ground: str
) -> None:
    with opened(browser, port, attributes, scheme=scheme) as page:
        expect(page.locator(".root")).to_have_css("background-color", ground)


# The pages around it are foreign: none of their styles but the named properties reach in.
def test_the_clinic_sets_named_properties_and_nothing_else(page: Page) -> None:
    page.evaluate(
        "const sheet = new CSSStyleSheet();"
        "sheet.replaceSync('* { color: red !important; letter-spacing: 9px }"
        " html { font-size: 5px } psychodynamic-faq { --faq-accent: rgb(1, 2, 3); }');"
        "document.adoptedStyleSheets.push(sheet)"
    )
    send = page.get_by_role("button", name=EN.page.send)
    expect(send).to_have_css("background-color", "rgb(1, 2, 3)")
    expect(page.locator(".root")).to_have_css("color", "rgb(32, 48, 46)")
    expect(page.locator(".root")).to_have_css("font-size", "16px")


def test_in_the_corner_a_button_opens_a_dialog_and_escape_closes_it(
    browser: Browser, port: int
) -> None:
    with opened(browser, port, "floating") as page:
        opener = page.get_by_role("button", name=EN.widget.open)
        opener.press("Enter")
        dialog = page.get_by_role("dialog", name=EN.page.heading)
        expect(dialog).to_be_focused()
        # The page beside it stays in use.
        page.get_by_role("button", name="Ours").focus()
        page.keyboard.press("Escape")
        expect(dialog).to_be_visible()
        ask(page, "How long is a visit?")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(opener).to_be_focused()
        opener.click()
        expect(page.locator(".question")).to_have_count(1)
        page.get_by_role("button", name=EN.widget.close).click()
        expect(opener).to_be_focused()


def test_a_card_opens_the_dialog_that_was_closed_while_it_was_awaited(
    browser: Browser, port: int
) -> None:
    with opened(browser, port, "floating") as page:
        page.get_by_role("button", name=EN.widget.open).click()
        held: list[Route] = []
        page.route("**/api/ask", lambda route: held.append(route))
        page.get_by_role("textbox").fill("I want to die")
        with page.expect_request("**/api/ask"):
            page.get_by_role("textbox").press("Enter")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        fulfil(held[0], Crisis(message="Thank you.").model_dump_json(), 200)
        expect(page.get_by_role("alert")).to_be_focused()


def test_the_keyboard_is_enough(page: Page) -> None:
    def reach(wanted: Locator) -> None:
        for _ in range(30):
            page.keyboard.press("Tab")
            if wanted.evaluate(IS_FOCUSED):
                return
        raise AssertionError(f"30 times Tab did not lead to {wanted}")

    reach(page.get_by_role("button", name=EN.page.examples[1]))
    page.keyboard.press("Enter")
    expect(page.locator(".reply:not(:empty)")).to_have_count(1)
    reach(page.get_by_role("textbox"))
    page.keyboard.type("How long is a visit at Elm House?")
    page.keyboard.press("Enter")
    expect(page.locator(".reply:not(:empty)")).to_have_count(2)
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name=EN.page.clear)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".question")).to_have_count(0)


def test_the_conversation_is_announced_and_the_first_screen_says_what_it_is(page: Page) -> None:
    log = page.get_by_role("log", name=EN.widget.conversation)
    expect(log).to_have_attribute("aria-live", "polite")
    ask(page, "How long is a visit?")
    expect(log.locator("mark").first).to_be_visible()
    expect(page.get_by_text(EN.widget.intro)).to_be_visible()
    expect(page.get_by_text(EN.page.no_names)).to_be_visible()
    expect(page.get_by_label(EN.page.question_label)).to_have_css("font-size", "16px")


def test_a_visit_with_one_question_takes_three_requests_for_the_widget(
    browser: Browser, port: int
) -> None:
    context = browser.new_context()
    page, _, asked = entered(context, port)
    ask(page, "How long is a visit?")
    ours = [urlsplit(url).path for url in asked if urlsplit(url).hostname == "faq.test"]
    # The browser itself asks once more whether the clinic's site may ask (CORS).
    assert [path for path in ours if path != "/api/ask"] == ["/widget.js"]
    assert 1 <= ours.count("/api/ask") <= 2
    context.close()


def test_it_is_painted_at_most_300_ms_after_its_script_has_come(
    browser: Browser, port: int
) -> None:
    context = browser.new_context()
    context.add_init_script(
        "customElements.whenDefined('psychodynamic-faq').then(() =>"
        " requestAnimationFrame(() => setTimeout(() => { window.painted = performance.now() })))"
    )
    page, _, _ = entered(context, port)
    page.wait_for_function("window.painted")
    came = page.evaluate(
        "performance.getEntriesByType('resource').find((one) => one.name.endsWith('widget.js')).responseEnd"
    )
    assert 0 < page.evaluate("window.painted") - came <= 300
    context.close()


def test_the_demo_works_in_both_languages(browser: Browser, port: int) -> None:
    for lang, texts in (("en", EN), ("es", ES)):
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"http://faq.test:{port}/demo?lang={lang}")
        expect(page.get_by_role("heading", level=2)).to_have_text(texts.page.heading)
        ask(page, "How long is a visit at Elm House?")
        expect(page.locator("mark").first).to_contain_text("fifty minutes")
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("attributes", ["", "floating"])
def test_it_breaks_no_rule_of_accessibility(
    browser: Browser, port: int, attributes: str, scheme: ColorScheme
) -> None:
    """The page around it is a bare one; only what is inside the element counts."""
    # The clinic's own policy would keep the test's tool out, too.
    context = browser.new_context(color_scheme=scheme, bypass_csp=True, locale="en-US")
    page, _, _ = entered(context, port, attributes)
    if attributes:
        page.get_by_role("button", name=EN.widget.open).click()
    for question in ("How long is a visit at Elm House?", "Where to mend a tyre?", "I want to die"):
        assert of_the_widget(violations(page)) == []
        ask(page, question)
    expect(page.get_by_role("alert").locator(".card")).to_be_visible()
    assert of_the_widget(violations(page)) == []
    context.close()


def of_the_widget(found: list[str]) -> list[str]:
    return [one for one in found if "psychodynamic-faq" in one]
