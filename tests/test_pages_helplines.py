import re
from html import unescape

import pytest

from bot.pages.helplines import can_be_touched, helplines_html
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


@pytest.mark.parametrize(
    ("line", "can"),
    [
        (Helpline(name="A", call="988"), True),
        (Helpline(name="B", call="*765"), True),
        (Helpline(name="C", chat="https://example.org"), True),
        (Helpline(name="D"), False),
        (Helpline(name="E", call="your local number"), False),
    ],
)
def test_a_line_can_be_touched_if_one_of_its_ways_is_a_link(line: Helpline, can: bool) -> None:
    assert can_be_touched(line) is can
