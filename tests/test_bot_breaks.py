import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.breaks import lines


def shown(text: str) -> list[str]:
    return [" ".join(text[start:end].split()) for start, end in lines(text)]


def test_lines_that_a_width_broke_are_one_paragraph() -> None:
    wrapped = (
        "Talking helps because someone listens with care to\n"
        "what you say and also to what is hard to say aloud.\n"
        "It takes time."
    )
    assert len(shown(wrapped)) == 1


def test_items_of_a_list_stay_lines() -> None:
    text = "It helps people who:\nWant to understand where their feelings come from\nLike to think"
    assert len(shown(text)) == 3


def test_marked_items_stay_lines_even_in_wrapped_text() -> None:
    text = (
        "Talking may be of help to you with any of the many\n"
        "things that trouble people, and these are among them:\n\n"
        "- low mood\n- worry that will not go away whatever you tell\n  yourself about it"
    )
    assert [line[:5] for line in shown(text)] == ["Talki", "- low", "- wor"]


def test_sentences_on_lines_of_their_own_stay_lines() -> None:
    text = "Much of what we feel is not known to us.\nEarly years shape how we love later on."
    assert len(shown(text)) == 2


@pytest.mark.parametrize("end", ["\n\n", "\r\n\r\n", "\n  \n"])
def test_a_blank_line_ends_a_paragraph(end: str) -> None:
    assert shown(f"One.{end}Two.") == ["One.", "Two."]


@given(st.text(alphabet="ab .:-\n\r\t", max_size=200))
def test_no_character_but_white_space_is_lost(text: str) -> None:
    assert "".join("".join(shown(text)).split()) == "".join(text.split())
