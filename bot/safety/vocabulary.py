"""The words that the screen knows, in both languages: what a disguised or misspelt word may stand for.

`weights/vocabulary.tsv` holds the words of our own examples with the number of authors who use them;
retraining writes it. Words of the dictionaries that pyspellchecker ships are taken as written, too.
"""

import gzip
import json
import logging
import re
import unicodedata
from functools import cache
from importlib import resources
from pathlib import Path

log = logging.getLogger(__name__)

FILE = Path(__file__).with_name("weights") / "vocabulary.tsv"
# A word that only one author uses may be a slip that nobody saw.
TRUSTED = 2
# Rarer ones in the subtitles that the dictionaries were counted on are often slips ("lief", "hsa").
_COMMON = {"en": 1_000, "es": 200}
_WITH_CLITICS = re.compile(r"(\w+(?:[aei]r|ndo))(?:me|te|se|nos|os)?(?:l[aeo]s?)?")


@cache
def counts() -> dict[str, int]:
    """Authors by word, in small letters without accents; empty, with an error in the log, if lost."""
    if not FILE.exists():
        log.error(
            "%s is missing: words are not unmasked or repaired; `make retrain` writes it", FILE
        )
        return {}
    pairs = (line.split("\t") for line in FILE.read_text("utf-8").splitlines())
    return {word: int(number) for word, number in pairs}


def folded(text: str) -> str:
    """Small letters without accents."""
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in parts if unicodedata.category(char) != "Mn")


@cache
def _known() -> frozenset[str]:
    words = {word for word, number in counts().items() if number >= TRUSTED}
    for language, least in _COMMON.items():
        packed = resources.files("spellchecker").joinpath(f"resources/{language}.json.gz")
        numbers = json.loads(gzip.decompress(packed.read_bytes()))
        words |= {folded(word) for word, number in numbers.items() if number >= least}
    return frozenset(words)


def is_known(word: str) -> bool:
    """Whether the word is taken as written; also Spanish verbs with pronouns behind them."""
    known = _known()
    verb = _WITH_CLITICS.fullmatch(word)
    return word in known or bool(verb and verb[1] in known)
