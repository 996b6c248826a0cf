import re
from html import unescape
from typing import get_args

import pytest

from bot.pages.standing import standing_html, standing_text
from corpus.document import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)


def links(html: str) -> list[str]:
    return [unescape(address) for address in re.findall(r'href="([^"]*)"', html)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("country", "addresses"),
    [
        ("US", ["tel:911", "tel:988"]),
        ("GB", ["tel:999", "tel:116123"]),
        ("FR", ["tel:112", "https://findahelpline.com"]),
        ("ZZ", ["https://findahelpline.com"]),
    ],
)
def test_the_line_leads_to_the_country_it_is_for(
    country: str, addresses: list[str], language: Language
) -> None:
    assert links(standing_html(country, language)) == addresses


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("country", ["US", "GB", "AU", "MX", "AR", "FR", "ZZ"])
def test_text_and_html_say_the_same(country: str, language: Language) -> None:
    shown = unescape(re.sub("<[^>]*>", "", standing_html(country, language)))
    assert shown == standing_text(country, language)
    assert not re.search("[{}]", shown)
