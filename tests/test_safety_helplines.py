from pathlib import Path
from typing import get_args

import pytest

from bot.reply import Category, Language, Level
from bot.safety.cards import Card, card
from bot.safety.helplines import HelplineError, _read, helplines_for, unconfirmed
from bot.safety.screen import screen
from bot.wording.words import words

CATEGORIES: tuple[Category | None, ...] = (None, *get_args(Category))
LEVELS: tuple[Level, ...] = get_args(Level)


def calls(country: str, category: Category | None, level: Level) -> list[str | None]:
    return [line.call for line in helplines_for(country, category, level)]


@pytest.mark.parametrize("country", ["US", "us", "FR", "", "../us"])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("category", CATEGORIES)
def test_no_country_category_or_level_is_without_a_line(
    country: str, category: Category | None, level: Level
) -> None:
    assert 1 <= len(helplines_for(country, category, level)) <= 4


@pytest.mark.parametrize("category", CATEGORIES)
def test_in_an_emergency_the_emergency_number_comes_first(category: Category | None) -> None:
    assert calls("US", category, "emergency")[0] == "911"
    assert "988" in calls("US", category, "emergency")


@pytest.mark.parametrize(
    ("category", "first"),
    [
        (None, "988"),
        ("suicide", "988"),
        ("domestic_violence", "1-800-799-7233"),
        ("sexual_assault", "1-800-656-4673"),
        ("child_abuse", "1-800-422-4453"),
        ("overdose_poisoning", "1-800-222-1222"),
        ("trafficking", "1-888-373-7888"),
    ],
)
def test_in_a_crisis_the_line_of_its_kind_comes_first_then_988_then_911(
    category: Category | None, first: str
) -> None:
    found = calls("US", category, "crisis")
    assert found[0] == first
    assert found.index("988") < found.index("911")


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_concern_shows_988_first(category: Category | None) -> None:
    assert calls("US", category, "concern")[0] == "988"
    assert "911" not in calls("US", category, "concern")


def test_after_an_overdose_come_emergency_poison_line_and_988() -> None:
    assert calls("US", "overdose_poisoning", "emergency") == ["911", "1-800-222-1222", "988"]


def test_a_line_that_is_not_for_crises_is_not_shown_in_one() -> None:
    maternal = "1-833-852-6262"
    assert maternal in calls("US", "perinatal", "concern")
    assert maternal not in calls("US", "perinatal", "crisis")


@pytest.mark.parametrize("level", ["concern", "crisis", "emergency"])
def test_another_country_is_never_shown_american_numbers(level: Level) -> None:
    lines = helplines_for("FR", "suicide", level)
    assert all(line.call is None for line in lines)
    assert "https://findahelpline.com" in [line.chat for line in lines]


@pytest.mark.parametrize("country", ["US", "FR"])
def test_as_shipped_no_line_is_confirmed(country: str) -> None:
    shown = {line.name for line in helplines_for(country, None, "crisis")}
    assert {name for name in shown if "(" not in name} <= set(unconfirmed(country))


LINE = 'name = "A"\nkind = "national"\nevidence = "a page"\nlevels = ["concern", "crisis"]\n'
CHECKED = 'last_checked = "2026-01-31"\nchecked_by = "A. Person"\n'


@pytest.mark.parametrize(
    ("written", "named"),
    [
        (f"[[lines]]\n{LINE}", "checked_by"),
        (f"[[lines]]\n{LINE}{CHECKED}fax = '1'", "fax"),
        (f"[[lines]]\n{LINE}{CHECKED}", "concern, crisis, emergency"),
        ("lines = [", "xx.toml"),
    ],
)
def test_a_bad_file_of_lines_is_named_with_its_fault(
    tmp_path: Path, written: str, named: str
) -> None:
    path = tmp_path / "xx.toml"
    path.write_text(written, "utf-8")
    with pytest.raises(HelplineError, match=named):
        _read(path)


def shown(*turns: str, earlier: bool = False) -> Card:
    return card(screen(turns), "US", earlier)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("I want to die", "crisis"),
        ("my husband beats me", "abuse"),
        ("my friend is suicidal", "third_party"),
        ("I'm going to kill myself tonight", "emergency"),
        ("I took all my pills", "overdose"),
    ],
)
def test_the_first_card_is_the_one_for_what_was_said(said: str, key: str) -> None:
    first = shown(said)
    assert first.message == getattr(words("en").card, key)
    assert first.helplines


def test_a_card_is_not_repeated_word_for_word() -> None:
    texts = words("en").card
    assert shown("I want to die", earlier=True).message == texts.again
    assert shown("I have a gun in my hand", earlier=True).message == texts.again_emergency
    assert shown("I took all my pills", "jk", earlier=True).message == texts.again_emergency


def test_a_new_overdose_is_answered_in_full_even_after_another_card() -> None:
    found = shown("I want to die", "I took all my pills", earlier=True)
    assert found.message == words("en").card.overdose


def test_an_ordinary_turn_has_a_quiet_line_of_its_own_after_a_disclosure() -> None:
    assert shown("can therapy treat suicidal thoughts?").message == words("en").concern_line
    later = shown("I want to die", "How long is a session?", earlier=True)
    assert later.message == words("en").concern_after


@pytest.mark.parametrize("language", get_args(Language))
def test_a_card_speaks_the_language_of_the_visitor(language: Language) -> None:
    found = card(screen(["I want to die"], language), "US", earlier=False)
    assert found.message == words(language).card.crisis


def test_there_is_no_card_for_nothing() -> None:
    with pytest.raises(ValueError, match="none"):
        shown("How long is a session?")
