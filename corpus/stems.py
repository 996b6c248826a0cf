"""The stems of English words, by which their inflections are known."""

import re
from functools import lru_cache

import Stemmer

_WORD = re.compile(r"\w+")


def stems(text: str) -> tuple[str, ...]:
    """One for each word, in order; a typographic apostrophe is a plain one."""
    return tuple(_stemmer().stemWords(_WORD.findall(text.lower().replace("’", "'"))))


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")
