"""What a tower reads in training: messages with slips, and among harmless ones."""

import random

from bot.safety.example import ASIDES, Example
from bot.safety.training import Harmless, slipped

DANGER = "i want to die"


def none(text: str, author: int) -> Example:
    return Example(
        level="none",
        category=None,
        about=None,
        style="ordinary",
        language="en",
        text=text,
        voice=f"{author}-x",
    )


def test_a_message_keeps_its_words_among_harmless_ones() -> None:
    aside, other = none("thanks a lot", min(ASIDES)), none("where can i park " * 12, 1)
    harmless = Harmless.among([aside.text, other.text], [aside, other])
    rng = random.Random(0)
    read = [harmless.around(DANGER, rng) for _ in range(200)]
    assert all(DANGER in text for text in read)
    assert all(len(text.split()) <= 150 for text in read)
    assert any(text.startswith(DANGER) for text in read)
    assert any(text.endswith(DANGER) for text in read)
    with_aside, with_other = (
        sum(one.text.split()[0] in text.split() for text in read) for one in (aside, other)
    )
    assert with_aside > 60
    assert with_other > 60


def test_without_asides_any_harmless_message_stands_for_one() -> None:
    harmless = Harmless.among(["hello"], [none("hello", 1)])
    assert "hello" in harmless.around(DANGER, random.Random(0))


def test_a_slip_leaves_a_word_nearly_as_it_was() -> None:
    rng = random.Random(0)
    slips = {slipped("therapy", rng) for _ in range(500)}
    assert "therapy" in slips
    assert len(slips) > 5
    assert all(abs(len(slip) - len("therapy")) <= 1 for slip in slips)
    assert slipped("why", rng) == "why"
