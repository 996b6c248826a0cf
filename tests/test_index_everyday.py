import pytest
from pydantic import ValidationError

from index.everyday import Everyday, Thesaurus

ENTRIES = (
    Everyday(say=("shrink",), means=("therapist",)),
    Everyday(say=("old wounds", "mom"), means=("childhood", "trauma")),
)


def test_a_word_and_a_phrase_are_found_in_any_inflection() -> None:
    assert Thesaurus(ENTRIES).means("My shrinks opened an old wound") == [
        "therapist",
        "childhood",
        "trauma",
    ]


def test_half_a_phrase_means_nothing() -> None:
    assert Thesaurus(ENTRIES).means("an old friend") == []


def test_a_word_that_the_documents_use_themselves_needs_no_other() -> None:
    assert Thesaurus(ENTRIES, stems={"mom"}).means("mom, shrink") == ["therapist"]


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValidationError):
        Everyday.model_validate({"say": ["x"], "means": ["y"], "weight": 1})


def test_the_shipped_file_loads_and_says_nothing_twice() -> None:
    words = Thesaurus.load().words
    assert len(words) > 500
    assert len(set(words)) == len(words)
