import re
from html import unescape

import pytest

from bot.breaks import lines
from bot.pages.render import reply_html
from bot.reply import ContactCard, Crisis, NotFound, Quote, Quoted
from bot.safety.helplines import helplines_for
from bot.wording.words import words
from corpus.document import Language

TEXT = "It lasts fifty minutes. Most people come once a week."


def quote(text: str = TEXT, **fields: object) -> Quote:
    place = {"document": "visits", "title": "Visits", "publisher": None, "section": None}
    rest = {"url": None, "start": 0, "end": len(text), "score": 1.0, "lines": lines(text)}
    return Quote.model_validate({"text": text, **place, **rest, **fields})


def html_of(*quotes: Quote, language: Language = "en") -> str:
    return reply_html(Quoted(message="Here:", quotes=quotes, language=language))


def text_of(html: str) -> str:
    return unescape(re.sub("<[^>]*>", " ", html))


def marked(html: str) -> list[str]:
    return [unescape(mark) for mark in re.findall("<mark>(.*?)</mark>", html)]


def test_the_sentence_that_answers_is_marked_inside_its_quote() -> None:
    html = html_of(quote(highlight=(0, 23)))
    assert marked(html) == ["It lasts fifty minutes."]
    assert "Most people come once a week." in text_of(html)


def test_a_quote_that_answers_as_a_whole_is_marked_as_a_whole() -> None:
    assert marked(html_of(quote())) == [TEXT]


def test_a_mark_over_several_lines_is_closed_in_each() -> None:
    html = html_of(quote("It helps with:\n- low mood\n- grief", highlight=(3, 20)))
    assert marked(html) == ["helps with:", "- low"]


def test_a_wrapped_line_end_is_a_space() -> None:
    text = "Most people who come here say that they do so once\nin each week of the year."
    assert marked(html_of(quote(text))) == [text.replace("\n", " ")]


def test_the_context_stands_before_the_quote() -> None:
    html = unescape(html_of(quote(context="Anna says:")))
    assert html.index("Anna says:") < html.index("<blockquote")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"publisher": "Elm House"}, "Elm House"),
        ({}, words("en").page.unnamed_page),
        ({"origin": "handbook"}, words("en").page.handbook),
        ({"origin": "handbook"}, words("en").page.not_reviewed),
        ({"section": "How often?"}, "Section: How often?"),
    ],
)
def test_a_quote_says_where_it_stands(fields: dict[str, str], named: str) -> None:
    shown = text_of(html_of(quote(**fields)))
    assert "Visits" in shown
    assert named in shown


def test_a_reviewed_entry_is_not_called_unreviewed() -> None:
    shown = text_of(html_of(quote(origin="handbook", reviewed="2026-11-01")))
    assert words("en").page.not_reviewed not in shown


def test_documents_cannot_bring_in_html() -> None:
    payload = "<script>alert(1)</script><img src=x onerror=alert(1)> **b** `c` ${d}"
    html = html_of(quote(payload, title=payload, section=payload, publisher=payload))
    assert set(re.findall(r"<(\w+)", html)) <= {"div", "p", "blockquote", "mark", "cite", "a"}
    assert text_of(html).count(payload) == 4


def test_a_card_is_kept_in_the_conversation_with_its_message_before_the_lines() -> None:
    lines = helplines_for("US", "suicide", "crisis")
    html = unescape(reply_html(Crisis(message="You matter.\n\nCall.", helplines=lines)))
    assert html.startswith('<div class="reply card"')
    assert html.index("<p>You matter.</p><p>Call.</p>") < html.index(lines[0].name)
    assert "alert" not in html  # it stands above, once


def test_at_a_concern_the_answer_comes_first() -> None:
    note = words("en").concern_line
    lines = helplines_for("US", None, "concern")
    reply = Quoted(
        level="concern", message="Here:", quotes=(quote(),), notes=(note,), helplines=lines
    )
    html = unescape(reply_html(reply))
    assert "alert" not in html
    assert html.index("</blockquote>") < html.index(note) < html.index(lines[0].name)


@pytest.mark.parametrize("note", words("en").concern_after)
def test_after_a_disclosure_the_lines_come_before_the_answer(note: str) -> None:
    lines = helplines_for("US", None, "concern")
    reply = Quoted(
        level="concern", message="Here:", quotes=(quote(),), notes=(note,), helplines=lines
    )
    html = unescape(reply_html(reply))
    assert html.index(lines[0].name) < html.index("<blockquote")


def test_suggestions_are_announced_and_left_to_buttons() -> None:
    html = unescape(reply_html(NotFound(message="No.", suggestions=("How long is a visit?",))))
    assert words("en").not_found_suggestions in html
    assert "How long is a visit?" not in html


def test_an_english_quote_in_a_spanish_reply_is_named_as_english() -> None:
    html = html_of(quote(), language="es")
    assert '<blockquote lang="en">' in html
    assert html.startswith('<div class="reply quoted level-none" lang="es">')


def test_a_reply_is_one_line_so_that_no_markdown_begins_in_it() -> None:
    assert "\n" not in html_of(quote("One.\n\n    Two.\n# Three", context="a\n\nb"))


def test_a_side_stands_above_its_quote_and_a_note_below_it_once() -> None:
    noted = quote(side="about fifty minutes", note="Clinics differ.")
    reply = Quoted(message="Two sides:", quotes=(noted,), notes=("Clinics differ.",), differ="x")
    html = reply_html(reply)
    text = text_of(html)
    assert html.count('class="qualified"') == 1
    assert text.count("Clinics differ.") == 1
    assert text.index("about fifty minutes") < text.index(TEXT) < text.index("Clinics differ.")


def test_another_provider_is_marked() -> None:
    other = text_of(html_of(quote(publisher="Oak", is_other_provider=True)))
    assert words("en").page.other_provider in other
    assert words("en").page.other_provider not in text_of(html_of(quote(publisher="Oak")))


def test_what_was_looked_for_shows_as_it_was_typed() -> None:
    asked = "<img src=x onerror=alert(1)> *bold* & [a](b)"
    html = reply_html(NotFound(message="No.", looked_for=asked))
    assert "<img" not in html
    assert asked in text_of(html)


def test_the_clinic_can_be_reached_by_links() -> None:
    card = ContactCard(
        clinic="Elm <House>", phone="555-0100", email="hi@elm.example", page="https://elm.example/"
    )
    html = reply_html(NotFound(message="No.", contact=card))
    links = [unescape(address) for address in re.findall('href="([^"]*)"', html)]
    assert links == ["tel:5550100", "mailto:hi@elm.example", "https://elm.example/"]
    assert "<House>" not in html
    assert words("en").contact in text_of(html)


def test_a_phone_that_is_no_number_is_shown_without_a_link() -> None:
    html = reply_html(NotFound(message="No.", contact=ContactCard(phone="ask at the desk")))
    assert "href" not in html
    assert "ask at the desk" in text_of(html)
