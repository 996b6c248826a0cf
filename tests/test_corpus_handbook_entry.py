from datetime import date
from pathlib import Path

import pytest

from corpus.errors import CorpusError
from corpus.handbook_entry import parse

ENTRY = """---
id: first-session
title: What happens in the first session?
language: en
questions:
  - What happens first?
  - do I have to lie down
sources:
  - author: Doe
    year: 2019
    title: "First hours: a study"
    where: Journal of Invented Results
  - author: Roe
    year: null
    title: Notes
    where: Elm Street
    verified: false
written: 2024-12-01
reviewed: 2025-01-31
---

You talk, and the therapist listens.
"""
PATH = Path("handbook/first-session.md")


def error(text: str) -> CorpusError:
    with pytest.raises(CorpusError) as caught:
        parse(PATH, text)
    assert caught.value.path == PATH
    return caught.value


def test_an_entry_is_read_with_its_questions_sources_and_date() -> None:
    entry = parse(PATH, ENTRY).entry
    assert entry.questions == ("What happens first?", "do I have to lie down")
    assert [(source.author, source.year, source.verified) for source in entry.sources] == [
        ("Doe", 2019, True),
        ("Roe", None, False),
    ]
    assert entry.reviewed == date(2025, 1, 31)


@pytest.mark.parametrize("text", [ENTRY, ENTRY.replace("\n", "\r\n"), "\ufeff" + ENTRY])
def test_the_body_begins_behind_the_front_matter(text: str) -> None:
    body = parse(PATH, text).body
    assert text[body:].strip() == "You talk, and the therapist listens."


def test_an_entry_that_nobody_reviewed_says_null() -> None:
    assert parse(PATH, ENTRY.replace("2025-01-31", "null")).entry.reviewed is None


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("title: What", "titel: What", 3, "unknown key 'titel'; expected id, title, audience"),
        ("    where: Elm Street\n", "", 13, "has no 'sources.2.where'"),
        ("    where: Elm", "    were: Elm", 16, "expected author, year, title, where"),
        ("reviewed: 2025-01-31\n", "", 2, "has no 'reviewed'"),
        ("language: en", "language: fr", 4, "'language' is 'fr'; expected 'en' or 'es'"),
        ("language: en", "language: en\nkind: x", 5, "'kind' is 'x'; expected 'answer', 'contact'"),
        ("verified: false", "verified: 'no'", 17, "'sources.2.verified' is 'no'; expected"),
        ("year: 2019", "year: '2019'", 10, "'sources.1.year' is '2019'; expected a valid integer"),
        ("2025-01-31", "January", 19, "'reviewed' is 'January'; expected a valid date"),
        ("2025-01-31", "2025-02-30", 19, "day is out of range for month"),
        ("  - do I have to lie down", "  - 42", 7, "'questions.2' is 42; expected a valid string"),
        ("id: first-session", "id: last-session", 2, "expected the file's name, 'first-session'"),
        ("sources:\n", "id: again\nsources:\n", 8, "a second 'id'; expected one"),
        ("    where: Elm", "    title: Elm", 16, "a second 'title'; expected one"),
        ("title: What", "title: [What", 3, "is not valid YAML"),
        ("title: What", "title: \x07What", 3, "U+0007, which YAML forbids"),
        ("id: first-session", "id: !!python/name:os.system x", 2, "is not valid YAML"),
    ],
)
def test_what_is_wrong_is_named_with_the_files_line(
    old: str, new: str, line: int, words: str
) -> None:
    found = error(ENTRY.replace(old, new))
    assert words in found.message
    assert found.line == line


def test_an_entry_must_answer_at_least_one_question() -> None:
    found = error(ENTRY.replace("  - What happens first?\n  - do I have to lie down\n", "  []\n"))
    assert found.line == 5
    assert "at least 1 item" in found.message


@pytest.mark.parametrize("text", ["You talk.\n", "---\nid: x\nno end\n", "\n" + ENTRY])
def test_front_matter_must_stand_first_and_between_two_lines(text: str) -> None:
    assert "has no front matter; expected its keys between two lines ---" in str(error(text))


def test_front_matter_without_keys_is_refused() -> None:
    assert "has no keys in its front matter" in str(error("---\n---\nYou talk."))
    assert "has no keys in its front matter" in str(error("---\n- id\n---\nYou talk."))


def test_an_entry_without_words_is_refused() -> None:
    assert "holds no text" in str(error(ENTRY.replace("You talk, and the therapist listens.", "")))


def test_the_error_is_one_line_with_path_and_line() -> None:
    expected = "handbook/first-session.md:3: unknown key 'titel'; expected "
    assert str(error(ENTRY.replace("title: What", "titel: What"))).startswith(expected)
    assert "\n" not in str(error(ENTRY.replace("What happens", "'\n\n\nx'")))
