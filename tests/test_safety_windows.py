from hypothesis import given
from hypothesis import strategies as st

from bot.safety.windows import WHOLE, WINDOW, windows

WORDS = st.lists(st.sampled_from(["we", "talked", "then.", "yes!", "why?", "and"]), max_size=400)


@given(WORDS)
def test_every_word_is_in_a_window_and_no_window_is_too_long(words: list[str]) -> None:
    numbered = [f"{at}{word}" for at, word in enumerate(words)]
    found = windows(" ".join(numbered))
    assert {word for window in found for word in window.split()} == set(numbered)
    assert len(words) <= WHOLE or max(len(window.split()) for window in found) <= WINDOW


def test_a_short_text_is_one_window() -> None:
    assert windows("One. Two. Three.") == ["One. Two. Three."]


def test_neighbouring_windows_share_a_sentence() -> None:
    sentences = [f"sentence {at} goes on for some ten words or so." for at in range(20)]
    first, second, *_ = windows(" ".join(sentences))
    assert first.split(". ")[-1].strip(".") in second
    assert first.split(". ")[0] not in second
