"""One spelling for the many ways a person can write the same words, so that patterns stay short.

The result is for matching only: nothing of it is shown, and character positions are not kept.
"""

import re
import unicodedata

# Letters of other scripts, or without a decomposition, that look like a Latin one.
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043a\u043c\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0458\u0455\u0501\u04bb"
    "\u03b1\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u0131\u0142\u00f8",
    "aekmopctyxijsdhaeikvoptuxilo",
)
_QUOTES = str.maketrans(dict.fromkeys("\u2018\u2019\u201b\u02bc\u02b9\u2032`\u00b4\uff07", "'"))
_LEET = str.maketrans("013457@$", "oieastas")
# Fillers that Unicode counts as letters or symbols although nothing is seen.
_BLANK = re.compile("[\u115f\u1160\u3164\u2800]")
_JOINERS = re.compile(r'["\u201c\u201d\u00ab\u00bb()\[\]{}*_~/\\|<>#=+&\u00bf\u00a1\u2010-\u2015-]')
_LEET_WORD = re.compile(r"\b[a-z]+(?:[013457@$]+[a-z]+)+\b")
_SPACED_WORD = re.compile(r"(?<![^\s.,;!?])[a-z](?:[ .][a-z]){2,}(?![\w'])")
_REPEATED = re.compile(r"([a-z])\1{2,}")
_CLAUSE_MARK = re.compile(r"\s*([.,;:!?])[\s.,;:!?]*")


def _visible(text: str) -> str:
    """Without marks, format and control characters, and halves of surrogate pairs."""
    return "".join(
        " " if char.isspace() else char
        for char in text
        if char.isspace() or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Mn", "Me"}
    )


def _fold(text: str) -> str:
    # Accents part from their letters first, so that they can be dropped as marks.
    folded = unicodedata.normalize("NFKC", _visible(text)).translate(_QUOTES).casefold()
    return _visible(unicodedata.normalize("NFKD", folded)).translate(_LOOKALIKES)


def _once(match: re.Match[str]) -> str:
    # "killll" and "pillls" need their double l; "diiie" and "meee" need a single letter.
    letter = match[1]
    return "ll" if letter == "l" else letter


def normalise(text: str) -> str:
    """Small letters without accents, one space between words, one mark and a space after a clause.

    Undone: look-alike letters, digits for letters inside a word, spaced-out letters, letters held
    down. Hyphens, brackets and double quotes become spaces; apostrophes stay, always straight.
    """
    text = text.lower().translate(_QUOTES) if text.isascii() else _fold(text)
    text = _visible(_JOINERS.sub(" ", _BLANK.sub(" ", text)).replace("...", " "))
    text = _LEET_WORD.sub(lambda match: match[0].translate(_LEET), text)
    text = _SPACED_WORD.sub(lambda match: re.sub("[ .]", "", match[0]), text)
    text = _REPEATED.sub(_once, text)
    return " ".join(_CLAUSE_MARK.sub(r"\1 ", text).split())
