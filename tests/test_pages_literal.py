import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pages.literal import link, literal, literal_lines

PAYLOADS = [
    "<img src=x onerror=alert(1)>",
    "![x](http://example.org/x.png)",
    "[click](javascript:alert(1))",
    "&lt;b&gt; &#60;",
    "${alert(1)} {{alert(1)}} $$x$$ `code` ~~~",
    "http://example.org/?a=b",
    "# heading\n- item\n1. item",
]


@pytest.mark.parametrize("text", PAYLOADS)
def test_a_payload_is_nothing_but_characters(text: str) -> None:
    assert not re.search(r"[<>\"'`*_\[\]()+\-.!|~$\\{}:@/=]", literal(text))


@given(st.text())
def test_literal_text_reads_as_it_was_typed(text: str) -> None:
    assert unescape(literal(text)) == text


def test_line_ends_of_a_visitor_are_kept() -> None:
    assert literal_lines("one\ntwo\r\nthree") == "one<br>two<br>three"


def test_an_address_cannot_leave_its_attribute() -> None:
    assert '"' not in link('tel:1" onclick="alert(1)', "1").removeprefix('<a href="').split('">')[0]
