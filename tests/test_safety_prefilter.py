"""The fast pass over a text may name too many patterns, never too few."""

import random
import re
from pathlib import Path

import pytest

import bot.safety
from bot.safety.example import examples
from bot.safety.normalise import normalise
from bot.safety.phrases import Phrases
from bot.safety.prefilter import Pattern, Prefilter

PATTERNS = Path(bot.safety.__path__[0]) / "patterns"


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\bpark(?! (here|there))", "where can i park today"),
        (r"(?<!not )late(?!\w)", "we are late"),
        (r"a [(] or \)(?= now)", "a ( or ) now"),
        (r"end[)(]\(?(?! x\))", "the end( y"),
        (r"\bone \w+ three", "one zwölf three"),
    ],
)
def test_a_pattern_that_occurs_is_named(pattern: str, text: str) -> None:
    assert re.search(pattern, text)
    assert Prefilter([[Pattern("never")], [Pattern(pattern)]])(text) == [1]


def test_a_text_without_any_names_none() -> None:
    assert Prefilter([[Pattern("never")], [Pattern(r"at\b(?! all)")]])("nothing to see") == []


def test_a_literal_of_any_script_is_named() -> None:
    assert Prefilter([["never"], ["привет"]], is_literal=True)("ну привет вам") == [1]


@pytest.mark.parametrize("name", ["en", "es", "other"])
def test_no_phrase_is_missed_in_our_examples(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [normalise(one.text) for one in random.Random(5).sample(examples(), 1_000)]
    texts += [" ".join(texts[at : at + 30]) for at in range(0, 300, 30)]
    phrases = Phrases(PATTERNS / f"{name}.yaml", "en")
    fast = [(phrases.hits(text), phrases.softened(text), phrases.benign(text)) for text in texts]
    monkeypatch.setattr(
        Prefilter,
        "__call__",
        lambda self, text: range(1 + max((at for at, _ in self._patterns), default=-1)),
    )
    slow = [(phrases.hits(text), phrases.softened(text), phrases.benign(text)) for text in texts]
    assert fast == slow
    assert any(hits for hits, _, _ in fast)


def test_phrases_that_were_compiled_ahead_compile_nothing_more_and_find_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ahead, later = (Phrases(PATTERNS / "en.yaml", "en") for _ in range(2))
    texts = [normalise(one.text) for one in random.Random(1).sample(examples(), 300)]
    expected = [(later.hits(t), later.softened(t), later.benign(t)) for t in texts]
    ahead.compile()
    monkeypatch.setattr(re, "compile", None)
    assert [(ahead.hits(t), ahead.softened(t), ahead.benign(t)) for t in texts] == expected
