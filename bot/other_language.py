"""Messages in a language that the bot does not read, told by py3langid: small, and carries its model."""

import re
from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from index.spelling import english_words

# Fewer words tell too little; English that is misspelt is still mostly English words.
FEWEST_WORDS, MOST_ENGLISH = 4, 0.4
SURE = 0.75
_READ = {"en", "es"}
_WORD = re.compile(r"[^\W\d_]+")


def is_other_language(text: str) -> bool:
    """Whether a message is surely in neither English nor Spanish."""
    words = _WORD.findall(text.lower())
    if not words or (text.isascii() and len(words) < FEWEST_WORDS):
        return False
    if sum(word in english_words() for word in words) > MOST_ENGLISH * len(words):
        return False
    language, probability = _identifier().classify(text)
    return language not in _READ and float(probability) >= SURE


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
