import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from bot.reply import Language
from bot.safety.normalise import normalise
from bot.safety.screen import screen
from bot.wording.words import Wording, WordingError, read, words

LANGUAGES: tuple[Language, ...] = get_args(Language)
# What the page would name first: means, or a number that holds in one country only.
NOT_ON_A_CARD = {"gun", "pills", "rope", "knife", "pistola", "pastillas", "cuchillo", "911", "988"}


def texts(values: Any) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, dict):
        for value in values.values():
            yield from texts(value)
    else:
        for value in values:
            yield from texts(value)


def test_words_are_read_once() -> None:
    assert words("en") is words("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_is_short_and_says_what_this_page_is(language: Language) -> None:
    for text in words(language).card.model_dump().values():
        assert len(text.split()) <= 90
        assert "automat" in normalise(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_names_no_means_and_no_number(language: Language) -> None:
    for text in words(language).card.model_dump().values():
        assert not NOT_ON_A_CARD & set(re.findall(r"\w+", normalise(text)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_asks_nothing_but_whether_the_person_is_safe(language: Language) -> None:
    questions = {"Are you safe right now?", "¿Estás a salvo en este momento?"}
    for text in words(language).card.model_dump().values():
        assert text.count("?") == sum(text.count(question) for question in questions)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_shouts_or_has_stray_spaces(language: Language) -> None:
    for text in texts(words(language).model_dump()):
        assert "!" not in text
        assert text == " ".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_questions_are_ordinary_and_in_their_language(language: Language) -> None:
    for question in words(language).page.examples:
        screening = screen([question])
        assert (screening.level, screening.language) == ("none", language)


def test_both_languages_frame_an_english_quote_only_where_it_is_foreign() -> None:
    assert words("en").english_only == ""
    assert words("es").english_only


@pytest.fixture
def data() -> dict[str, Any]:
    return words("en").model_dump()


def written(folder: Path, data: dict[str, Any]) -> Path:
    path = folder / "xx.yaml"
    path.write_text(yaml.safe_dump(data), "utf-8")
    return path


def test_a_file_with_every_key_is_read(tmp_path: Path, data: dict[str, Any]) -> None:
    assert read(written(tmp_path, {**data, "too_long": "Shorter"})).too_long == "Shorter"
    assert isinstance(read(written(tmp_path, data)), Wording)


def test_a_missing_key_names_file_and_key(tmp_path: Path, data: dict[str, Any]) -> None:
    del data["card"]["crisis"]
    with pytest.raises(WordingError, match=r"(?s)xx\.yaml.*card\.crisis"):
        read(written(tmp_path, data))


def test_an_unknown_key_names_file_and_key(tmp_path: Path, data: dict[str, Any]) -> None:
    data["page"]["banner"] = "Hello"
    with pytest.raises(WordingError, match=r"(?s)xx\.yaml.*page\.banner"):
        read(written(tmp_path, data))


def test_an_empty_sentence_names_file_and_key(tmp_path: Path, data: dict[str, Any]) -> None:
    with pytest.raises(WordingError, match=r"(?s)xx\.yaml.*not_found"):
        read(written(tmp_path, {**data, "not_found": ""}))


def test_there_are_six_first_questions(tmp_path: Path, data: dict[str, Any]) -> None:
    data["page"]["examples"] = data["page"]["examples"][:5]
    with pytest.raises(WordingError, match=r"page\.examples"):
        read(written(tmp_path, data))
