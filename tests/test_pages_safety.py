import re
from html import unescape
from typing import get_args

import pytest

from bot.pages.addresses import SAFETY
from bot.pages.safety import safety_html
from bot.safety.figures import Figure
from bot.wording.words import words
from corpus.document import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)
FIGURES = (Figure("n", 500, None), Figure("recall_high", 0.98, (0.96, 0.99)))


def page(language: Language, figures: tuple[Figure, ...] = (), country: str = "US") -> str:
    return unescape(safety_html(country, language, figures))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_tells_the_protocol_and_leads_to_the_other_language(language: Language) -> None:
    html = page(language)
    for section in words(language).safety.sections:
        assert section.heading in html
        assert all(text in html for text in section.text)
    assert all(f'href="{SAFETY[other]}"' in html for other in LANGUAGES if other != language)
    assert html.count("<main>") == 1
    assert f'<html lang="{language}">' in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_line_is_said_to_be_unconfirmed_as_shipped(language: Language) -> None:
    html = page(language)
    texts = words(language).safety.lines
    lines = html.count('<ul class="lines">')
    assert lines > 10
    assert html.count(texts.unconfirmed) == lines
    assert "tel:988" in html


def test_without_figures_it_says_so() -> None:
    assert words("en").safety.figures.none in page("en")


def test_figures_are_a_table_with_intervals() -> None:
    html = page("en", FIGURES)
    cells = re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", html)
    assert cells == ["n", "500", "", "recall high", "0.980", "0.960 to 0.990"]


def test_lines_are_those_of_the_country() -> None:
    assert "tel:116123" in page("en", country="GB")
    assert "tel:988" not in page("en", country="GB")
