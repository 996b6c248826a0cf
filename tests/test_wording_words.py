from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from bot.safety.screen import screen
from bot.wording.words import Wording, WordingError, read, words
from corpus.document import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)


def texts(values: Any) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, dict):
        for value in values.values():
            yield from texts(value)
    elif values is not None:
        for value in values:
            yield from texts(value)


def test_words_are_read_once() -> None:
    assert words("en") is words("en")


def shape(values: Any) -> Any:
    if isinstance(values, dict):
        return {key: shape(value) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return [shape(value) for value in values]
    return bool(values)


def test_both_languages_say_the_same_things_of_danger() -> None:
    en, es = (words(language).model_dump() for language in LANGUAGES)
    for part in ("card", "standing", "safety", "concern_after"):
        assert shape(en[part]) == shape(es[part])


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
    del data["card"]["steps"]
    with pytest.raises(WordingError, match=r"(?s)xx\.yaml.*card\.steps"):
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


def test_a_missing_kind_of_danger_is_named(tmp_path: Path, data: dict[str, Any]) -> None:
    del data["card"]["kinds"]["stalking"]
    with pytest.raises(WordingError, match=r"(?s)xx\.yaml.*stalking missing"):
        read(written(tmp_path, data))


def test_a_template_needs_its_place(tmp_path: Path, data: dict[str, Any]) -> None:
    data["standing"]["emergency"] = "Call"
    with pytest.raises(WordingError, match=r"(?s)xx\.yaml.*standing\.emergency"):
        read(written(tmp_path, data))
