import pytest

from index.spelling import Speller

SPELLER = Speller(["Psychodynamic therapy helps with anxiety and depression."], ["quiero hablar"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("psycodynamic theraphy", "psychodynamic therapy"),
        ("does it help w depresion", "does it help w depression"),
        ("anxeity?", "anxiety?"),
    ],
)
def test_a_misspelt_word_of_the_corpus_is_repaired(written: str, meant: str) -> None:
    assert SPELLER.repair(written) == meant


@pytest.mark.parametrize(
    "text", ["What about the weather?", "CBT vs EMDR", "quiero hablar", "help!"]
)
def test_known_short_and_foreign_words_stay(text: str) -> None:
    assert SPELLER.repair(text) == text


def test_the_first_letter_is_not_changed() -> None:
    assert SPELLER.repair("terapy pherapy") == "therapy pherapy"


def test_a_slip_in_a_way_of_asking_is_not_learnt() -> None:
    speller = Speller(["Medication can help."], asked=["does medicaton help my insomnia"])
    assert speller.repair("medicaton for insomnnia") == "medication for insomnia"
