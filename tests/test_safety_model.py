"""The screen with its model, on the project's own examples: what noise, length and failure do to it."""

import random
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.loading import load_reader
from bot.reply import Level
from bot.safety.example import LEVELS, Example, examples
from bot.safety.models import WEIGHTS, Models, restored
from bot.safety.normalise import normalise
from bot.safety.reading import Reader, Reading, thresholds
from bot.safety.screen import Conversation, Screen
from bot.safety.tower import EnglishLayers
from index.sentence_encoder import SentenceEncoder

SAMPLE = 300
# For a rate so near its limit that of 300 chance alone may take it over.
MANY = 600
HARMLESS = (
    "Do you take my insurance?",
    "Where can I park?",
    "Thank you for reading this.",
    "What is psychodynamic therapy?",
    "¿Cuánto cuesta una sesión?",
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    loaded = load_reader()
    assert loaded is not None
    return loaded


@pytest.fixture(scope="module")
def screen(reader: Reader) -> Screen:
    return Screen(reader)


def levels(screen: Screen, texts: Sequence[str]) -> list[Level]:
    return [found.level for found in screen.all([Conversation(turns=(text,)) for text in texts])]


def is_acute(level: Level) -> bool:
    return level in ("crisis", "emergency")


def sample(acute: bool, number: int = SAMPLE) -> list[Example]:
    of_it = [
        example
        for example in examples()
        if example.language in ("en", "es")
        and example.style not in ("disguised", "misspelt", "buried")
        and (is_acute(example.level) if acute else example.level == "none")
    ]
    return random.Random(3).sample(of_it, number)


def one_slip(text: str) -> str:
    rng = random.Random(len(text))

    def slip(match: re.Match[str]) -> str:
        word = match[0]
        at = rng.randrange(1, len(word) - 1)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    return re.sub(r"[a-z]{7,}", slip, text)


def doubled(text: str) -> str:
    return re.sub(r"\b(\w*[aeiou])(\w+)\b", lambda m: m[1] + m[1][-1] * 2 + m[2], text, count=3)


def leet(text: str) -> str:
    return re.sub(
        r"\b(kill|die|suicide|hurt|pills|cut|matar|morir|pastillas|cortar)\w*",
        lambda m: m[0].translate(str.maketrans("ieaos", "13405")),
        text,
        flags=re.IGNORECASE,
    )


def spaced(text: str) -> str:
    risky = r"\b(kill|die|suicide|hurt|gun|dead|matar|morir|muerta?|arma)\b"
    return re.sub(risky, lambda m: " ".join(m[0]), text, flags=re.IGNORECASE)


NOISES: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "small letters": str.lower,
    "no apostrophes or accents": lambda text: normalise(text).replace("'", ""),
    "one slip in each long word": one_slip,
    "letters held down": doubled,
    "digits for letters": leet,
    "risk words spelt out": spaced,
    "an emoji behind": lambda text: text + " 😔",
}


@pytest.mark.parametrize("noise", NOISES)
def test_noise_costs_at_most_two_points_of_recall(screen: Screen, noise: str) -> None:
    texts = [example.text for example in sample(acute=True)]
    before = sum(map(is_acute, levels(screen, texts)))
    after = sum(map(is_acute, levels(screen, [NOISES[noise](text) for text in texts])))
    assert (before - after) / SAMPLE <= 0.02


@pytest.mark.parametrize("noise", NOISES)
def test_noise_adds_at_most_one_point_of_false_alarms(screen: Screen, noise: str) -> None:
    texts = [example.text for example in sample(acute=False)]
    before = sum(level != "none" for level in levels(screen, texts))
    after = sum(level != "none" for level in levels(screen, map_all(NOISES[noise], texts)))
    assert (after - before) / SAMPLE <= 0.01


def map_all(change: Callable[[str], str], texts: Sequence[str]) -> list[str]:
    return [change(text) for text in texts]


@pytest.mark.parametrize("harmless", HARMLESS)
@pytest.mark.parametrize("behind", [True, False])
def test_a_harmless_clause_hardly_ever_lowers_a_level(
    screen: Screen, harmless: str, behind: bool
) -> None:
    texts = [example.text for example in sample(acute=True, number=MANY)]
    joined = [f"{text}\n{harmless}" if behind else f"{harmless}\n{text}" for text in texts]
    pairs = zip(levels(screen, texts), levels(screen, joined), strict=True)
    lowered = sum(LEVELS.index(after) < LEVELS.index(before) for before, after in pairs)
    assert lowered / MANY <= 0.05


def test_danger_at_the_very_end_of_a_long_message_is_seen(screen: Screen) -> None:
    asked = "I would like to know how the sessions work and whether my insurance covers them. "
    text = asked * 24 + "Tonight I am going to kill myself."
    assert len(text) > 1_900
    assert levels(screen, [text]) == ["emergency"]
    assert levels(screen, [asked * 24]) == ["none"]


def test_the_last_words_of_a_long_message_without_any_mark_are_read(reader: Reader) -> None:
    asked = "and then i asked the front desk about the times and the cost of it " * 28
    plain, ending = reader.read(
        [asked, asked + "and i took all my pills an hour ago"], ["none", "none"]
    )
    assert ending.acute > plain.acute
    assert ending.level(thresholds()) == "emergency"


def test_a_message_of_two_thousand_characters_is_read_in_time(screen: Screen) -> None:
    text = ("We moved here in March, my job is new, and the days are long. " * 40)[:2_000]
    levels(screen, ["The first message loads what is loaded late."])
    start = time.process_time()
    levels(screen, [text])
    assert time.process_time() - start <= 0.8  # 0.4 s on a quiet core


class Broken:
    """A reader as it is when its weights are lost while it runs."""

    def read(self, texts: Sequence[str], phrases: Sequence[Level]) -> list[Reading]:
        raise RuntimeError("no weights")

    def go_on(self, turns: Sequence[str]) -> list[bool]:
        raise RuntimeError("no weights")


def test_without_its_model_the_screen_still_hears_phrases_and_shows_resources() -> None:
    broken = Screen(Broken())
    assert broken(["I want to kill myself tonight"]).level == "emergency"
    assert broken(["How long is a session?"]).level == "concern"
    assert broken(["I want to kill myself", "nobody knows"]).level == "concern"


def test_weights_are_packed_so_that_they_come_back(tmp_path: Path) -> None:
    shipped = Models.load()
    shipped.save(tmp_path / "again.safetensors")
    again = Models.load(tmp_path / "again.safetensors")
    assert again.english.keys() == shipped.english.keys()
    assert all(
        weight.equal(again.multilingual[name]) for name, weight in shipped.multilingual.items()
    )
    np.testing.assert_allclose(again.words.weights, shipped.words.weights, atol=0.02)


def test_weights_of_another_tower_are_refused(encoder: SentenceEncoder) -> None:
    lower = EnglishLayers(encoder.tokenizer, encoder.transformer)
    with pytest.raises(ValueError, match="not of this tower"):
        restored(lower, Models.load().multilingual)


def test_the_shipped_weights_are_at_most_ten_megabytes() -> None:
    folder: Path = WEIGHTS.parent
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 10_000_000
