"""The words that the screen knows, in both languages: what a disguised or misspelt word may stand for.

`weights/vocabulary.tsv.gz` holds the words of our own examples with the number of authors who use them;
retraining writes it. Words of the dictionaries that pyspellchecker ships are taken as written, too.
"""

import gzip
import json
import logging
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path

from bot.safety.example import Example

log = logging.getLogger(__name__)

FILE = Path(__file__).with_name("weights") / "vocabulary.tsv.gz"
# A word that only one author uses may be a slip that nobody saw.
TRUSTED = 2
# Rarer ones in the subtitles that the dictionaries were counted on are often slips ("lief", "hsa").
_COMMON = {"en": 1_000, "es": 200}
_WITH_CLITICS = re.compile(r"(\w+(?:[aei]r|ndo))(?:me|te|se|nos|os)?(?:l[aeo]s?)?")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
# Their words are not spelt as a word should be, or are of a language that is not repaired.
_NOT_WORDS = ("misspelt", "disguised")
_LANGUAGES = ("en", "es", "mixed")


def write(learnt: Sequence[Example]) -> None:
    """The file that `counts` reads: each word of these examples and how many authors use it."""
    authors = defaultdict(set)
    for example in learnt:
        if example.style not in _NOT_WORDS and example.language in _LANGUAGES:
            for word in _WORD.findall(folded(example.text).replace("\u2019", "'")):
                authors[word].add(example.author)
    lines = [f"{word}\t{len(by)}\n" for word, by in sorted(authors.items())]
    FILE.parent.mkdir(exist_ok=True)
    # Without the time, so that the same words make the same file.
    FILE.write_bytes(gzip.compress("".join(lines).encode(), mtime=0))


@cache
def counts() -> dict[str, int]:
    """Authors by word, in small letters without accents; empty, with an error in the log, if lost."""
    if not FILE.exists():
        log.error(
            "%s is missing: words are not unmasked or repaired; `make retrain` writes it", FILE
        )
        return {}
    pairs = (line.split("\t") for line in gzip.decompress(FILE.read_bytes()).decode().splitlines())
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
