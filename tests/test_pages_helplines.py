import re
from html import unescape

import pytest

from bot.pages.helplines import dialable, helplines_html
from bot.reply import Helpline
from bot.safety.helplines import helplines_for
from bot.wording.words import words

PAGE = words("en").page


def links(html: str) -> list[str]:
    return [unescape(address) for address in re.findall(r'href="([^"]*)"', html)]


@pytest.mark.parametrize(
    ("line", "addresses"),
    [
        (Helpline(name="A", call="988", text="988"), ["tel:988", "sms:988"]),
        (Helpline(name="B", call="1-800-555-0100"), ["tel:18005550100"]),
        (Helpline(name="C", text="88788 (START)"), ["sms:88788?&body=START"]),
        (Helpline(name="D", chat="https://example.org/chat"), ["https://example.org/chat"]),
    ],
)
def test_each_way_is_a_link(line: Helpline, addresses: list[str]) -> None:
    assert links(helplines_html([line], PAGE)) == addresses


@pytest.mark.parametrize(
    "line",
    [
        Helpline(name="A", call="your local emergency number"),
        Helpline(name="B", text="see their page"),
        Helpline(name="C", chat="javascript:alert(1)"),
    ],
)
def test_what_is_no_number_or_address_is_shown_without_a_link(line: Helpline) -> None:
    html = helplines_html([line], PAGE)
    assert links(html) == []
    assert (line.call or line.text or line.chat or "") in unescape(html)


def test_lines_keep_their_order() -> None:
    shown = helplines_for("US", "suicide", "crisis")
    html = unescape(helplines_html(shown, PAGE))
    assert re.findall("<strong>(.*?)</strong>", html) == [line.name for line in shown]


def test_without_lines_there_is_no_list() -> None:
    assert helplines_html([], PAGE) == ""


def test_numbers_of_the_standing_line_can_be_called() -> None:
    assert links(dialable(PAGE.crisis_line)) == ["tel:911", "tel:988"]
