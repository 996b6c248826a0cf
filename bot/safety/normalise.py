"""One spelling for the many ways a person can write the same words, so that patterns stay short.

The result is for reading by the screen only: nothing of it is shown, and positions are not kept.
"""

import re
import unicodedata
from functools import lru_cache

import emoji
from confusable_homoglyphs import confusables

from bot.safety.unmask import unmask

# Drawn like these Latin letters; Unicode's list of confusables lacks them or says another letter.
_ALSO_ALIKE = str.maketrans("кмтвнуıłøħđ", "kmtbhyilohd")
_QUOTES = str.maketrans(dict.fromkeys("\u2018\u2019\u201b\u02bc\u02b9\u2032`\u00b4\uff07", "'"))
# Control characters go, white space is a space; as `_visible` does it, but faster.
_ASCII = {at: " " if chr(at).isspace() else None for at in (*range(32), 127)} | {ord("`"): "'"}
_FIRST_EMOJI = "\u203c"
_PLANE = 0x1_0000
# Fillers that Unicode counts as letters or symbols although nothing is seen.
_BLANK = re.compile("[\u115f\u1160\u3164\u2800]")
# A slash stays in "w/o" and "w/": those are abbreviations (`plain.py`).
_JOINERS = re.compile(
    r'["\u201c\u201d\u00ab\u00bb()\[\]{}*_~\\|<>#=+&\u00bf\u00a1\u2010-\u2015-]|(?<!(?<![\w/])[a-z])/|/(?![a-z]?(?![\w/]))'
)
_REPEATED = re.compile(r"([a-z])\1{2,}")
_CLAUSE_MARK = re.compile(r" ?([.,;:!?])[ .,;:!?]*")
# Words that are said three times and more say no more than said twice, and take their time.
_SAID_AGAIN = re.compile(r"\b(\w+(?: \w+){0,3})(?: \1\b){2,}")
_MOOD = re.compile("face|heart|hand|thumb|gesturing|sparkles|flower|blossom")
_TELLING = re.compile("joy|laughing|squinting|with_sweat|skull|horns|anatomical")
_WORD = re.compile(r"\w+")
_MIXED_WORD = re.compile(r"\w*[a-z]\w*")


class _Visible(dict[int, str]):
    """What is seen of a character, by its number: white space as a space, nothing of what is unseen."""

    def __missing__(self, at: int) -> str:
        char = chr(at)
        unseen = unicodedata.category(char) in {"Cc", "Cf", "Cs", "Mn", "Me"}
        found = " " if char.isspace() else "" if unseen else char
        # The other planes could fill the memory.
        if at < _PLANE:
            self[at] = found
        return found


_VISIBLE = _Visible()


def _visible(text: str) -> str:
    """Without marks, format and control characters, and halves of surrogate pairs."""
    return text.translate(_VISIBLE)


@lru_cache(maxsize=4096)
def _latin(letter: str) -> str:
    """The small Latin letter that this one is drawn like, or the letter itself."""
    if letter.isascii() or ord(letter) in _ALSO_ALIKE:
        return letter.translate(_ALSO_ALIKE)
    alike = confusables.is_confusable(letter, greedy=True) or [{"homoglyphs": ()}]
    for glyph in alike[0]["homoglyphs"]:
        if re.fullmatch("[a-zA-Z]", glyph["c"]):
            return str(glyph["c"]).lower()
    return letter


def _name(_: str, about: dict[str, str]) -> str:
    """What an emoji stands for in a sentence; most moods say nothing that words do not."""
    # Unicode made a toy of it; those who send it mean a gun.
    name = about["en"].strip(":").replace("water_pistol", "gun")
    is_mood = _MOOD.search(name) and not _TELLING.search(name)
    return " " if is_mood else f" {name} "


def _fold(text: str) -> str:
    text = _BLANK.sub(" ", text)
    if max(text) >= _FIRST_EMOJI:
        text = emoji.replace_emoji(text, _name)
    # Accents part from their letters first, so that they can be dropped as marks.
    folded = unicodedata.normalize("NFKC", _visible(text)).translate(_QUOTES).casefold()
    plain = _visible(unicodedata.normalize("NFKD", folded))
    if plain.isascii():
        return plain
    # Only among Latin letters: a message in another script has to stay what it is.
    is_latin = 2 * len(re.findall("[a-z]", plain)) > len(re.findall(r"[^\W\d_]", plain))
    pattern = _WORD if is_latin else _MIXED_WORD
    return pattern.sub(lambda match: "".join(map(_latin, match[0])), plain)


def _once(match: re.Match[str]) -> str:
    # "killll" and "pillls" need their double l; "diiie" and "meee" need a single letter.
    letter = match[1]
    return "ll" if letter == "l" else letter


def normalise(text: str) -> str:
    """Small letters without accents, one space between words, one mark and a space after a clause.

    Undone: look-alike letters, signs for letters inside a word, spaced-out letters, letters held
    down. Emoji become their English names, hyphens, brackets and double quotes spaces; apostrophes
    stay, always straight, and slashes of abbreviations.
    """
    text = text.lower().translate(_ASCII) if text.isascii() else _fold(text)
    text = unmask(text.replace("...", " "))
    text = _REPEATED.sub(_once, _JOINERS.sub(" ", text))
    # Single spaces first: in a long run of them, each would be tried as the one before a mark.
    text = _SAID_AGAIN.sub(r"\1 \1", " ".join(text.split()))
    return " ".join(_CLAUSE_MARK.sub(r"\1 ", text).split())
