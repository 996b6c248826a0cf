"""Words whose letters are hidden: digits and signs for letters, asterisks, letters set apart."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import yaml

from bot.safety.vocabulary import counts, is_known

_LEET = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "t", "8": "b",
    "9": "g", "@": "a", "$": "s", "!": "il", "|": "li", "+": "t", "€": "e", "£": "l", "(": "c",
    "<": "c", "#": "h", "¡": "i",
}  # fmt: skip
# Signs that otherwise end a clause or join words: a letter only where that makes a known word.
_UNSURE = set("!|+(<#¡268")
_TOKEN = re.compile(r"\S+")
_HYPHEN = re.compile("([\u2010-\u2015-])")
_CORE = re.compile(r"^([\"'([{¿¡.,;:*_~-]*)(.*?)([\"')\]}.,;:!?*_~-]*)$", re.DOTALL)
_DISGUISED = re.compile(r"(?=.*[a-z])(?=.*[0-9@$!|+€£(<#¡*])[a-z0-9@$!|+€£(<#¡*']{2,24}")
# Quantities, times, ordinals and names of things: "4am", "30mg", "2nd", "b12", "mp3".
_NUMBERED = re.compile(r"[a-z]{1,3}\d+|\d+[a-z]{1,4}")
_LETTER = "[a-z0-9@$!]"
_APART = re.compile(
    rf"(?<![^\s.,;!?\"'(]){_LETTER}(?:(?P<by>[ ._*~/|-]{{1,3}}){_LETTER}(?![^\W_]))"
    rf"(?:(?P=by){_LETTER}(?![^\W_]))+"
)
# All but the first letters masked, "k***": more than the marks of a note or a correction.
_CUT_OFF = re.compile(r"([a-z]{1,3}\*{2,20})([.,;:!?]*)")
_MISCOUNTED = 1  # letters that a mask is too short or too long by
_MOST = 64  # readings of one word that are tried


def _readings(word: str) -> Iterator[str]:
    choices = [_LEET.get(char, char) for char in word]
    for at, letters in enumerate(product(*choices)):
        if at == _MOST:
            return
        yield "".join(letters)


def _unmasked(word: str) -> str | None:
    """The likeliest known word behind a disguise, a plain reading of it, or nothing."""
    if "*" in word:
        return _starred(word)
    is_numbered = bool(_NUMBERED.fullmatch(word))
    is_word = counts().__contains__ if is_numbered else is_known
    read = [one for one in _readings(word) if is_word(one)]
    if read:
        return max(read, key=lambda one: counts().get(one, 0))
    if is_numbered or _UNSURE & set(word) or not re.match("[a-z].*[a-z]$", word):
        return None
    return next(_readings(word))


@cache
def _often_masked() -> dict[str, int]:
    """Words with their place in the list, on which the likelier ones come first."""
    text = Path(__file__).with_name("masked.yaml").read_text("utf-8")
    listed = " ".join(yaml.load(text, yaml.CSafeLoader).values()).split()
    return {word: at for at, word in reversed(list(enumerate(listed)))}


@cache
def _by_initial() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in sorted(counts().keys() | _often_masked().keys()):
        found.setdefault(word[0], []).append(word)
    return found


def _starred(word: str) -> str | None:
    body = re.escape(word).replace(r"\*", "*")
    form = re.compile(re.sub(r"\*+", lambda run: f"[a-z]{{1,{len(run[0]) + 1}}}", body))
    longest = len(word) + len(re.findall(r"\*+", word))
    likely = (one for one in _by_initial().get(word[0], ()) if len(one) <= longest)
    fitting = [one for one in likely if form.fullmatch(one)]
    return max(fitting, key=lambda one: _likely(one, word), default=None)


def _likely(found: str, mask: str) -> tuple[int, ...]:
    """For ordering: what is often masked and about as long, else words as long, else the most used."""
    place = _often_masked().get(found)
    is_as_long = len(found) == len(mask)
    if place is not None and abs(len(found) - len(mask)) <= _MISCOUNTED:
        return 1, is_as_long, -place
    return 0, is_as_long, counts().get(found, 0)


def _token(token: str) -> str:
    parts = _HYPHEN.split(token)
    if len(parts) == 1:
        return _part(token)
    # "under-16s" is what it looks like, "self-h4rm" is not.
    return "".join(
        one if _NUMBERED.fullmatch(one.rstrip(".,;:!?")) else _part(one) for one in parts
    )


def _part(token: str) -> str:
    if cut := _CUT_OFF.fullmatch(token):
        return f"{_starred(cut[1]) or cut[1]}{cut[2]}"
    core = _CORE.match(token)
    if not core or not _DISGUISED.fullmatch(core[2]):
        return token
    return f"{core[1]}{_unmasked(core[2]) or core[2]}{core[3]}"


def _joined(match: re.Match[str]) -> str:
    letters = re.sub(r"[ ._*~/|-]", "", match[0])
    word = _unmasked(letters) or letters if re.search("[0-9@$!]", letters) else letters
    return word if is_known(word) else " ".join(_split(word))


def _split(letters: str) -> list[str]:
    """Letters without spaces as the fewest known words, the most used ones among equals."""
    best: list[tuple[float, list[str]] | None] = [(0.0, [])]
    for end in range(1, len(letters) + 1):
        options = []
        for start in range(max(0, end - 16), end):
            before, word = best[start], letters[start:end]
            number = counts().get(word, 0)
            if before and (number or word in "ai"):
                options.append((before[0] + 1 - number / 1000, [*before[1], word]))
        best.append(min(options) if options else None)
    whole = best[-1]
    return whole[1] if whole else [letters]


def unmask(text: str) -> str:
    """Text in small letters without accents, with disguised words written out where they are known."""
    if not re.search(r"[0-9@$!|+€£(<#¡*]|\b[a-z][ ._*~/|-]{1,3}[a-z]\b", text):
        return text
    # For this text alone: no visitor's word is kept.
    read = cache(_token)
    return _TOKEN.sub(lambda match: read(match[0]), _APART.sub(_joined, text))
