import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from bot.reply import Category, Helpline, Level
from bot.safety.check_helplines import DAYS, hidden, main, overdue
from bot.safety.helpline_files import Entry, HelplineError, entries, files, read
from bot.safety.helplines import MOST_SHOWN, chosen, helplines_for, standing, unconfirmed
from bot.settings import Settings

CATEGORIES: tuple[Category | None, ...] = (None, *get_args(Category))
LEVELS: tuple[Level, ...] = get_args(Level)
EMERGENCY = {
    "us": "911", "us-az": "911", "ca": "911", "gb": "999", "ie": "112", "au": "000", "nz": "111",
    "in": "112", "es": "112", "mx": "911", "ar": "911", "eu": "112",
}  # fmt: skip
TODAY = date(2026, 7, 1)


def calls(country: str, category: Category | None, level: Level) -> list[str | None]:
    return [line.call for line in helplines_for(country, category, level)]


def every_choice(country: str) -> Iterator[tuple[Helpline, ...]]:
    for category in CATEGORIES:
        for level in LEVELS:
            yield helplines_for(country, category, level)


@pytest.mark.parametrize("country", [*files(), "US", "US-AZ", "us-ca", "FR", "ZZ", "", "../us"])
def test_no_country_category_or_level_is_without_a_line_or_has_more_than_four(country: str) -> None:
    assert all(1 <= len(lines) <= MOST_SHOWN for lines in every_choice(country))
    assert all(len(set(lines)) == len(lines) for lines in every_choice(country))


@pytest.mark.parametrize("country", files())
def test_no_line_is_shown_that_is_neither_verified_nor_confirmed_nor_an_emergency_number(
    country: str,
) -> None:
    kept_back = {line.shown() for _, line in entries(country) if not line.is_shown}
    assert all(kept_back.isdisjoint(lines) for lines in every_choice(country))
    assert not any(line.is_shown and not line.verified and line.kind != "emergency"
                   for _, line in entries(country))  # fmt: skip


@pytest.mark.parametrize("country", files())
def test_a_country_is_shown_no_line_of_another(country: str) -> None:
    own = {line.shown() for _, line in entries(country)} | set(every_line("any"))
    assert all(own.issuperset(lines) for lines in every_choice(country))


def every_line(country: str) -> list[Helpline]:
    return [line.shown() for _, line in entries(country)]


@pytest.mark.parametrize("country", sorted(set(files()) - {"any", "eu", "us-az"}))
def test_a_country_without_a_file_is_shown_no_number_of_any_country(country: str) -> None:
    numbers = {line.call for line in every_line(country)} - {None}
    assert numbers.isdisjoint(line.call for lines in every_choice("ZZ") for line in lines)


def test_a_closed_line_is_on_no_file() -> None:
    assert not any("931-2237" in str(line) for country in files() for line in every_line(country))


@pytest.mark.parametrize("country", files())
def test_numbers_can_be_touched_and_texts_sent(country: str) -> None:
    for _, line in entries(country):
        assert re.fullmatch(r"\*?\+?\d[\d -]*", line.call or "0")
        assert re.fullmatch(r"[\d-]+( \(\w+\))?", line.text or "0")
        assert (line.chat or "https://").startswith("https://")


@pytest.mark.parametrize(("country", "number"), EMERGENCY.items())
@pytest.mark.parametrize("category", CATEGORIES)
def test_in_an_emergency_the_emergency_number_comes_first(
    country: str, number: str, category: Category | None
) -> None:
    is_for_the_body = category in ("medical_emergency", "overdose_poisoning")
    ambulance = "107" if country == "ar" and is_for_the_body else number
    assert calls(country, category, "emergency")[0] == ambulance
    assert number in calls(country, category, "emergency")
    assert number in calls(country, category, "crisis")


@pytest.mark.parametrize("country", files())
def test_a_medical_emergency_leads_to_no_line_about_suicide(country: str) -> None:
    national = standing(country).national
    assert national not in helplines_for(country, "medical_emergency", "emergency")
    assert helplines_for(country, "medical_emergency", "crisis")[-1] == national


@pytest.mark.parametrize(
    ("category", "order"),
    [
        (None, ["988", "911"]),
        ("suicide", ["988", "911"]),
        ("harm_to_others", ["988", "911"]),
        ("domestic_violence", ["1-800-799-7233", "911", "988"]),
        ("stalking", ["1-800-799-7233", "911", "988"]),
        ("sexual_assault", ["1-800-656-4673", "911", "988"]),
        ("child_abuse", ["1-800-422-4453", "911", "988"]),
        ("trafficking", ["1-888-373-7888", "911", "988"]),
        ("elder_abuse", ["988", "911"]),
        ("overdose_poisoning", ["1-800-222-1222", "911", "988"]),
        ("medical_emergency", ["911", "988"]),
    ],
)
def test_in_a_crisis_a_listener_comes_first_and_where_others_are_the_danger_then_911(
    category: Category | None, order: list[str]
) -> None:
    assert calls("US", category, "crisis")[: len(order)] == order


def test_where_no_line_is_made_for_the_trouble_a_directory_of_lines_is_shown() -> None:
    chats = [line.chat for line in helplines_for("GB", "eating_disorder", "crisis")]
    assert chats.index("https://findahelpline.com") == 2
    assert not any(line.chat for line in helplines_for("GB", "suicide", "crisis"))


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_concern_shows_988_first(category: Category | None) -> None:
    assert calls("US", category, "concern")[0] == "988"
    assert "911" not in calls("US", category, "concern")


def test_after_an_overdose_come_emergency_poison_line_and_the_national_line() -> None:
    assert calls("US", "overdose_poisoning", "emergency") == ["911", "1-800-222-1222", "988"]
    assert calls("AR", "overdose_poisoning", "emergency") == ["107", "911", "0800-999-0091"]


def test_a_line_that_is_not_for_crises_is_not_shown_in_one() -> None:
    maternal = "1-833-852-6262"
    assert maternal in calls("US", "perinatal", "concern")
    assert maternal not in calls("US", "perinatal", "crisis")


@pytest.mark.parametrize(
    ("given", "file"),
    [("us", "us"), (" Us ", "us"), ("US-CA", "us"), ("uk", "gb"), ("FR", "eu"), ("IE", "ie"),
     ("ES", "es"), ("us_az", "us-az"), ("JP", "any"), ("", "any"), ("../us", "any")],
)  # fmt: skip
def test_a_country_without_a_file_falls_to_europe_or_to_anywhere(given: str, file: str) -> None:
    assert list(entries(given)) == list(entries(file))


def test_europe_has_112_and_a_directory_and_nothing_else() -> None:
    shown = {line.call or line.chat for lines in every_choice("DE") for line in lines}
    assert shown == {"112", "https://findahelpline.com"}


def test_arizona_has_its_lines_behind_those_of_the_country() -> None:
    assert calls("US-AZ", "suicide", "crisis")[:2] == ["988", "911"]
    assert "https://988.az.gov" in [
        line.chat for line in helplines_for("US-AZ", "suicide", "crisis")
    ]
    assert "988 Arizona" not in [line.name for lines in every_choice("US") for line in lines]


@pytest.mark.parametrize(("country", "number"), EMERGENCY.items())
def test_the_standing_line_names_emergency_number_and_national_line(
    country: str, number: str
) -> None:
    found = standing(country)
    assert found.emergency == number
    assert found.national == helplines_for(country, "suicide", "concern")[0]


def test_where_the_emergency_number_is_not_known_none_is_made_up() -> None:
    assert standing("JP").emergency is None
    assert standing("JP").national.chat == "https://findahelpline.com"


@pytest.mark.parametrize("country", files())
def test_as_shipped_no_line_is_confirmed(country: str) -> None:
    assert standing(country).national.name in unconfirmed(country)
    hidden_lines = set(hidden(entries(country)))
    assert hidden_lines.isdisjoint(unconfirmed(country))


@pytest.mark.parametrize("country", files())
def test_a_check_names_a_person_and_a_day_that_has_come(country: str) -> None:
    faults = {line.name: line.fault(date.today()) for _, line in entries(country)}
    assert {name: fault for name, fault in faults.items() if fault} == {}


LINE = """[[lines]]
name = "{name}"
kind = "{kind}"
call = "555-0100"
levels = ["concern", "crisis", "emergency"]
verified = {verified}
evidence = "a page"
last_checked = "{day}"
checked_by = "{person}"
"""


def line_of(
    name: str, kind: str = "national", verified: str = "true", day: str = "", person: str = ""
) -> str:
    return LINE.format(name=name, kind=kind, verified=verified, day=day, person=person)


BASE = line_of("police", kind="emergency") + line_of("main")


def written(folder: Path, text: str, name: str = "xx.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("day", "person", "is_shown"),
    [
        ("", "", False),
        ("2026-01-31", "", False),
        ("", "A. Person", False),
        ("last week", "A. Person", False),
        ("2026-01-31", "A. Person", True),
    ],
)
def test_a_line_that_no_page_prints_is_shown_once_a_person_confirmed_it(
    tmp_path: Path, day: str, person: str, is_shown: bool
) -> None:
    own = line_of("ours", "special", "false", day, person)
    file = read(written(tmp_path, BASE + own))
    shown_names = [line.name for line in chosen(file.lines, "suicide", "crisis")]
    assert shown_names == (["ours"] if is_shown else []) + ["main", "police"]


def test_lines_that_fit_never_push_out_the_emergency_number(tmp_path: Path) -> None:
    many = "".join(line_of(f"special {at}", "special") for at in range(5))
    file = read(written(tmp_path, many + BASE))
    assert "police" in [line.name for line in chosen(file.lines, "suicide", "crisis")]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (BASE.replace("checked_by", "checked"), "checked_by"),
        (BASE + "fax = '1'", "fax"),
        (line_of("police", kind="emergency"), "national"),
        (line_of("police", kind="emergency") + line_of("main", verified="false"), "national"),
        (line_of("main"), "emergency"),
        ("lines = [", "xx.toml"),
    ],
)
def test_a_bad_file_of_lines_is_named_with_its_fault(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(HelplineError, match=named):
        read(written(tmp_path, text))


def test_a_region_needs_no_national_line_of_its_own(tmp_path: Path) -> None:
    assert read(written(tmp_path, line_of("local", "special"), "xx-yy.toml")).lines


@pytest.mark.parametrize(
    ("day", "person", "told"),
    [
        ("", "", "nobody has confirmed it"),
        ("2026-06-01", "", "checked_by is empty"),
        ("June", "A. Person", "'June'"),
        ("2026-07-02", "A. Person", "not come yet"),
        (str(TODAY - timedelta(days=DAYS + 1)), "A. Person", f"{DAYS + 1} days ago by A. Person"),
        (str(TODAY - timedelta(days=DAYS)), "A. Person", None),
    ],
)
def test_the_operator_is_told_of_each_shown_line_that_nobody_confirmed_lately(
    tmp_path: Path, day: str, person: str, told: str | None
) -> None:
    path = written(tmp_path, BASE + line_of("kept back", verified="false"))
    (_, main_line, kept_back) = read(path).lines
    checked = main_line.model_copy(update={"last_checked": day, "checked_by": person})
    found = list(overdue([Entry(path, checked), Entry(path, kept_back)], TODAY))
    assert [told in sentence and "xx.toml" in sentence for sentence in found if told] == (
        [True] if told else []
    )
    assert bool(found) == bool(told)


def test_the_command_lists_the_lines_of_the_operators_country(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FAQ_COUNTRY", "US-AZ")
    assert main([]) == 1
    out = capsys.readouterr().out
    assert "helplines/us.toml: 988 Suicide & Crisis Lifeline (988)" in out
    assert "helplines/us-az.toml: 988 Arizona" in out
    assert "gb.toml" not in out


def test_the_command_can_list_every_country_each_line_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--all"]) == 1
    told = capsys.readouterr().out.splitlines()
    assert len(told) == len(set(told))
    assert any("gb.toml: Samaritans" in sentence for sentence in told)


@pytest.mark.parametrize(
    ("given", "taken"), [("US", "US"), ("us-az", "US-AZ"), (" gb ", "GB"), ("FR", "FR")]
)
def test_the_country_setting_takes_a_country_or_its_region(given: str, taken: str) -> None:
    assert Settings(country=given).country == taken


@pytest.mark.parametrize(
    ("given", "told"),
    [("usa", "two letters"), ("UK", "GB"), ("XX", "two letters"), ("US-", "US-AZ"),
     ("US-XX", "US-AZ"), ("", "two letters"), ("12", "two letters")],
)  # fmt: skip
def test_a_country_setting_that_names_no_country_is_refused_with_the_form(
    given: str, told: str
) -> None:
    with pytest.raises(ValidationError, match=told):
        Settings(country=given)
