from pathlib import Path

import pytest

import bot.evaluation
from bot.evaluation.own_questions import questions_only
from bot.evaluation.sets import load
from bot.other_language import is_other_language

MESSAGES = load(Path(bot.evaluation.__file__).parent / "own" / "messages.jsonl")


def tagged(tag: str) -> list[str]:
    return [case.turns[0].question for case in MESSAGES if tag in case.tags]


def test_our_own_messages_in_other_languages_are_told() -> None:
    others = tagged("kind:other_language")
    assert sum(map(is_other_language, others)) >= 0.9 * len(others)


def test_english_and_spanish_are_read_however_they_are_spelt() -> None:
    spanish = tagged("lang:es")
    english = [question for question in questions_only() if "lorem" not in question.lower()]
    assert [text for text in [*spanish, *english] if is_other_language(text)] == []


@pytest.mark.parametrize("text", ["", "?", "hi", "ok merci", "👋", "hw long dose a sesion last"])
def test_what_is_too_short_or_too_strange_is_not_judged(text: str) -> None:
    assert not is_other_language(text)
