import pytest

from corpus.clean import Cleaned
from corpus.footnotes import footnote_marks


def without_marks(text: str) -> str:
    return Cleaned(text, footnote_marks(text)).text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("It rose to the surface,1 and our emotions2 changed.", "It rose to the surface, and our emotions changed."),
        ("He said “so.”1 Then they left.2Next heading", "He said “so.” Then they left.Next heading"),
        ("It works.¹ It lasts.²", "It works. It lasts."),
        ("It works.1 It lasts.2,3 It ends.", "It works. It lasts. It ends."),
        ("It works.[1] It lasts [2, 3].", "It works. It lasts."),
    ],
)  # fmt: skip
def test_marks_go(text: str, kept: str) -> None:
    assert without_marks(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "Weekly 50-minute sessions, 24/7, in 160 studies with 1,000 people.",
        "It costs 5.30 or $1,50 and lasts 50 minutes.",
        "Covid19 and vitamin B12 and an mp3 player.",
        "See No.1 and fig.1 and step1.",
        "In 2010, 5 of 10 people, 3 of them new.",
        "I have 2 dogs, 1 cat.",
    ],
)
def test_real_numbers_stay(text: str) -> None:
    assert without_marks(text) == text


def test_a_number_beyond_the_series_stays() -> None:
    assert (
        without_marks("First.1 Then.2 Platform9 and.7 more") == "First. Then. Platform9 and.7 more"
    )


def test_a_mark_on_a_bare_word_needs_a_series() -> None:
    assert without_marks("We sold mousepad1 today.") == "We sold mousepad1 today."
