from pathlib import Path

import pytest

from corpus.lint import lint
from corpus.load import HANDBOOK
from corpus.reading_grade import reading

OPENING = (
    "At Elm House, the first visit is a talk of about fifty minutes. You say what brings you, and "
    "the therapist asks about your life. You can ask things too. Nobody has to decide anything on "
    "that day, and you can stop when you want to."
)
DETAIL = "The therapist may ask about your week, your work, and the people you live with. " * 6
ENTRY = f"""---
id: first-visit
title: What happens first?
language: en
questions:
{"".join(f"  - way {number} of asking" + chr(10) for number in range(10))}see_also: []
sources:
  - author: Doe
    year: 2019
    title: First hours
    where: Invented Results
written: 2024-12-01
reviewed: null
---
{OPENING}

## The talk
{DETAIL}
"""


def problems(folder: Path, **entries: str) -> list[str]:
    """What is wrong with a handbook of these entries, without its folder."""
    for name, text in entries.items():
        (folder / f"{name.replace('_', '-')}.md").write_text(text, encoding="utf-8")
    return [str(found).removeprefix(f"{folder}/") for found in lint(folder).problems]


def test_an_entry_that_keeps_to_the_rules_has_no_problem(tmp_path: Path) -> None:
    assert problems(tmp_path, first_visit=ENTRY) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("  - way 9 of asking\n", "", 5, "lists 9 ways of asking; expected 10"),
        ("see_also: []", "see_also: [fees]", 16, "'see_also' names 'fees'; expected another"),
        ("see_also: []", "see_also: [first-visit]", 16, "'see_also' names 'first-visit'"),
        ("language: en", "language: en\ntranslates: fees", 5, "'translates' is 'fees'"),
        (OPENING, "Too short.", 25, "the opening has 2 words; expected 40 to 60"),
        (OPENING, OPENING.replace(". You can", ".\n\nYou can"), 25, "has several paragraphs"),
        (DETAIL, "Few words.", 27, "the detail below has 2 words; expected 80 to 250"),
        ("You say what", "An addict may say what", 25, "says 'addict'; write 'a person with"),
        (
            "  - author: Doe\n    year: 2019\n    title: First hours\n    where: Invented Results\n",
            "  []\n",
            17,
            "names no source",
        ),
        (
            DETAIL,
            "Psychotherapeutic communication necessitates considerable intellectual deliberation "
            * 15,
            25,
            "is hard to read (Flesch–Kincaid grade",
        ),
    ],
)
def test_each_fault_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    assert old in ENTRY
    found = problems(tmp_path, first_visit=ENTRY.replace(old, new))
    assert any(one.startswith(f"first-visit.md:{line}: ") and words in one for one in found), found


def test_two_entries_may_not_list_one_way_of_asking(tmp_path: Path) -> None:
    other = ENTRY.replace("id: first-visit", "id: second-visit").replace("way ", "Other way ")
    other = other.replace("Other way 3 of asking", "Way 3, of asking?")
    [found] = problems(tmp_path, first_visit=ENTRY, second_visit=other)
    assert "'Way 3, of asking?' is asked of 'first-visit', too" in found


def test_an_entry_about_a_provider_names_it(tmp_path: Path) -> None:
    (tmp_path / "providers").mkdir()
    [found] = problems(tmp_path / "providers", first_visit=ENTRY)
    assert "has no 'provider'" in found


def test_an_entry_that_sends_people_on_is_short(tmp_path: Path) -> None:
    sending = ENTRY.replace("language: en", "language: en\nkind: contact")
    [found] = problems(tmp_path, first_visit=sending)
    assert "has only an opening; remove what is below it" in found


def test_spanish_is_read_by_a_spanish_formula() -> None:
    found = reading("La terapia es una charla. Usted cuenta lo que le pasa.", "es")
    assert (found.formula, found.is_plain) == ("Fernández Huerta score", True)
    long = "La psicoterapia psicodinámica fundamentalmente posibilita exploraciones introspectivas "
    assert not reading(long * 4, "es").is_plain


def test_the_shipped_handbook_keeps_to_the_rules() -> None:
    assert [str(problem) for problem in lint(HANDBOOK).problems] == []
