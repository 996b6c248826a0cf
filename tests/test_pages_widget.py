import gzip
import json
import re
from pathlib import Path
from typing import get_args

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.pages import widget as module
from bot.pages.standing import standing_text
from bot.pages.widget import standing_pieces, widget, widget_script
from bot.wording.words import words
from corpus.document import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)
SOURCES = sorted(Path(module.__file__).parent.glob("widget*.js"))


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    app.include_router(widget("US"))
    return TestClient(app)


def test_the_script_is_served_as_one(client: TestClient) -> None:
    response = client.get("/widget.js")
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert response.text == widget_script("US")


def test_the_script_is_asked_for_again_after_five_minutes_and_sent_only_if_it_changed(
    client: TestClient,
) -> None:
    first = client.get("/widget.js")
    assert first.headers["cache-control"] == "public, max-age=300"
    for known in (first.headers["etag"], f"W/{first.headers['etag']}"):
        again = client.get("/widget.js", headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    assert client.get("/widget.js", headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("country", ["US", "US-AZ", "GB", "ES", "FR"])
def test_the_script_with_both_languages_and_the_style_takes_at_most_12_kb(country: str) -> None:
    assert len(gzip.compress(widget_script(country).encode(), 6)) <= 12_000


def given(country: str) -> dict[str, dict[str, dict[str, object]]]:
    """What stands before the code."""
    found: dict[str, dict[str, dict[str, object]]] = json.loads(
        widget_script(country).partition("const GIVEN=")[2].partition(";\n")[0]
    )
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("country", ["US", "GB", "ES", "FR"])
def test_the_constant_line_in_it_is_the_country_s(country: str, language: Language) -> None:
    texts = given(country)["words"][language]
    assert texts["standing"] == [
        [one.shown, one.address] for one in standing_pieces(country, language)
    ]
    shown = "".join(one.shown for one in standing_pieces(country, language))
    assert shown == standing_text(country, language)


def test_the_numbers_of_the_constant_line_can_be_called() -> None:
    pieces = standing_pieces("US", "en")
    assert {one.address for one in pieces if one.address} == {"tel:911", "tel:988"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_the_code_reads_is_given(language: Language) -> None:
    read = {
        name for source in SOURCES for name in re.findall(r"\bwords\.(\w+)", source.read_text())
    }
    assert read == set(given("US")["words"][language])


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_the_code_reads_no_text_as_html_and_keeps_nothing(source: Path) -> None:
    unsafe = r"innerHTML|outerHTML|insertAdjacent|\beval\b|Function\(|document\.write|setHTML"
    kept = r"[cC]ookie|Storage|indexedDB|\bcaches\b|console\."
    assert not re.search(f"{unsafe}|{kept}", source.read_text())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_demo_is_a_page_of_an_invented_clinic_in_its_language(
    client: TestClient, language: Language
) -> None:
    page = client.get("/demo", params={"lang": language}).text
    assert f'<html lang="{language}">' in page
    assert words(language).widget.demo.title in page
    assert page.count("<psychodynamic-faq>") == 1
    assert '<script src="/widget.js" defer></script>' in page


def test_the_demo_can_show_a_button_in_the_corner(client: TestClient) -> None:
    assert "<psychodynamic-faq floating>" in client.get("/demo?floating=1").text


def test_the_demo_refuses_a_language_that_it_does_not_have(client: TestClient) -> None:
    assert client.get("/demo?lang=xx").status_code == 422
