"""Normalised text as a careful writer would have typed it: what the model reads.

Abbreviations are written out and unknown words repaired towards words of our own examples, for the
model's word pieces know neither "goign" nor "xq". Patterns read the text before this step as well.
"""

import re
from functools import cache, lru_cache
from pathlib import Path

import yaml
from symspellpy import SymSpell, Verbosity

from bot.safety.vocabulary import TRUSTED, counts, is_known

_WORD = re.compile(r"[a-z0-9+/]+(?:'[a-z]+)?")
# Function words of Spanish that English lacks; two of them tell the language of a message.
_SPANISH = frozenset(
    """
    que de la el en y los las un una por con para mi mis tu su se lo le es esta estoy soy yo ya muy
    porque cuando pero como del al nos hay q k xq pq kiero quiero toy ke tengo hola
    """.split()  # noqa: SIM905 - a list of words is read more easily without quotes
)
_MIN_LENGTH = 4
_LONG = 7


@cache
def _abbreviations() -> dict[str, dict[str, str]]:
    text = Path(__file__).with_name("abbreviations.yaml").read_text("utf-8")
    return {
        language: {str(short): str(long) for short, long in words.items()}
        for language, words in yaml.load(text, yaml.CSafeLoader).items()
    }


@cache
def _speller() -> SymSpell:
    speller = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
    for word, number in counts().items():
        if len(word) >= _MIN_LENGTH and number >= TRUSTED:
            speller.create_dictionary_entry(word, number)
    return speller


@lru_cache(maxsize=4096)
def _repaired(word: str) -> str:
    if len(word) < _MIN_LENGTH or is_known(word) or not word.isalpha():
        return word
    distance = 1 if len(word) < _LONG else 2
    found = _speller().lookup(word, Verbosity.CLOSEST, max_edit_distance=distance)
    near = (item.term for item in found if _begins_alike(item.term, word))
    return next(near, word)


def _begins_alike(term: str, word: str) -> bool:
    # The first letter is seldom the wrong one, but for a silent h, and b written for v.
    return term[0] == word[0] or term[0] == "h" or {term[0], word[0]} == {"b", "v"}


def plain(text: str) -> str:
    """Normalised text with abbreviations written out and misspelt words repaired."""
    words = set(_WORD.findall(text))
    is_spanish = len(words & _SPANISH) >= 2
    short = _abbreviations()["es" if is_spanish else "en"]

    def written_out(match: re.Match[str]) -> str:
        word = match[0]
        return short.get(word) or short.get(word.replace("/", "")) or _repaired(word)

    return _WORD.sub(written_out, text)
