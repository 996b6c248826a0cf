"""Misspelt words, repaired with the corpus's own vocabulary by SymSpell.

Only a word that neither the corpus nor the thesaurus nor an English dictionary knows is touched, and only towards a
word of the corpus: nothing else could be found anyway.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from symspellpy import SymSpell, Verbosity

MIN_LENGTH = 4
# One slip in a short word, two in a long one; the first letter is seldom the wrong one.
LONG = 6
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_POSSESSIVE = re.compile(r"['’]s$")


class Speller:
    """Repairs towards the words of `texts`, and leaves those of `also_known` alone.

    `asked` are English ways of asking, some misspelt on purpose: of their words, those are learnt that
    the texts or a dictionary have.
    """

    def __init__(
        self, texts: Iterable[str], also_known: Iterable[str] = (), asked: Iterable[str] = ()
    ) -> None:
        words = Counter(word for text in texts for word in _words(text))
        learnt = words.keys() | english_words()
        words.update(word for way in asked for word in _words(way) if word in learnt)
        self._known = words.keys() | {word for text in also_known for word in _words(text)}
        self._symspell = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
        for word, count in words.items():
            if len(word) >= MIN_LENGTH:
                self._symspell.create_dictionary_entry(word, count)

    def repair(self, question: str) -> str:
        """The question with each unknown word replaced by the nearest of the corpus, if one is near."""
        return _WORD.sub(lambda match: self._nearest(match.group()), question)

    def _nearest(self, written: str) -> str:
        word = _POSSESSIVE.sub("", written.lower())
        if len(word) < MIN_LENGTH or word in self._known or word in english_words():
            return written
        distance = 1 if len(word) < LONG else 2
        found = self._symspell.lookup(word, Verbosity.CLOSEST, max_edit_distance=distance)
        return next((item.term for item in found if item.term[0] == word[0]), written)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """The 82,765 words that SymSpell ships, without their counts."""
    lines = resources.files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt")
    return frozenset(line.split()[0] for line in lines.read_text("utf-8-sig").splitlines())
