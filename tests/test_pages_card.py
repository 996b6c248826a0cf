import re
from html import unescape

from bot.answer import Bot
from bot.pages.card import card_html
from bot.reply import Crisis, Helpline
from bot.wording.words import words

LOCAL = Helpline(name="The emergency number")
LINE = Helpline(name="A line", call="988", text="988")
OTHER = Helpline(name="Another", chat="https://example.org")


def html_of(*lines: Helpline, message: str = "One.\n\nTwo.\n\nThree.", exit: bool = False) -> str:
    return unescape(card_html(Crisis(message=message, helplines=lines, quick_exit=exit)))


def order(html: str, *parts: str) -> bool:
    found = [html.index(part) for part in parts]
    return found == sorted(found)


def test_the_first_line_stands_between_the_acknowledgement_and_the_rest() -> None:
    assert order(html_of(LINE, OTHER), "One.", 'href="tel:988"', "Two.", "Three.", "Another")


def test_lines_come_until_one_can_be_touched() -> None:
    html = html_of(LOCAL, LINE, OTHER)
    assert order(html, "One.", LOCAL.name, 'href="tel:988"', "Two.", OTHER.name)


def test_no_link_opens_another_tab() -> None:
    assert "target" not in html_of(LINE, OTHER)


def test_a_way_out_stands_before_the_text_where_it_is_asked_for() -> None:
    leave = words("en").page.leave
    assert order(html_of(LINE, exit=True), "tel:988", leave, "Two.")
    assert leave not in html_of(LINE)


def test_a_card_offers_the_answer_and_an_emergency_only_the_box() -> None:
    page = words("en").page
    assert f'class="go-on">{page.go_on}<' in html_of(LINE)
    emergency = Crisis(message="One.", helplines=(LINE,), level="emergency")
    assert f'class="go-on">{page.ask_on}<' in card_html(emergency)


def test_a_card_is_one_element_in_the_language_of_the_visitor() -> None:
    reply = Bot().reply(["quiero morir"])
    assert isinstance(reply, Crisis)
    html = card_html(reply)
    assert re.match(r'<div class="card crisis" lang="es">', html)
    assert "script" not in html
