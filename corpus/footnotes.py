"""Footnote marks glued to words: found as a series, so that real numbers are never taken for one."""

import re
from collections.abc import Iterator

from corpus.clean import Deletion

# A mark follows a word of at least four letters, punctuation or a closing quotation mark, and is
# followed by a blank, the end of a line, or a capital (a heading glued on). A digit before the
# punctuation makes a number of it ("1,000", "5.30"), an abbreviation a reference ("No.5").
_MARK = re.compile(
    r"(?:(?P<word>[a-zà-ÿ]{4})|(?<![\d.])(?P<punctuation>[.,;:!?)\]]?[”\"’']?)(?<=[.,;:!?)\]”\"’']))"
    r"(?P<mark>\d{1,2}(?:,\d{1,2})*)(?=\s|[.,;:!?](?!\d)|$|[A-ZÀ-Ý“\"])"
)
_ABBREVIATION = re.compile(
    r"\b(no|nos|fig|figs|vol|ch|sec|pp?|art|nr|ed|approx|ca)\.$", re.IGNORECASE
)
_NUMBERED_WORD = re.compile(
    r"(step|part|type|phase|stage|level|week|day|group|vitamin|covid|item|table|section|chapter|form|version)$",
    re.IGNORECASE,
)
_SUPERSCRIPT = re.compile(r"(?<=\S)[¹²³⁰⁴-⁹]+")
_BRACKETED = re.compile(r"(?<=[\w.,;:!?”\"])\s?\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]")

REASON = "footnote mark"


def footnote_marks(text: str) -> Iterator[Deletion]:
    """Marks of a series 1, 2, 3 …; one glued to a bare word counts only where the series shows.

    A number that is glued to a word but belongs to no series ("Covid19", "mp3") stays.
    """
    for pattern in (_SUPERSCRIPT, _BRACKETED):
        for match in pattern.finditer(text):
            yield Deletion(match.start(), match.end(), REASON)
    marks = [match for match in _MARK.finditer(text) if not _is_numbered(text, match)]
    highest = _series({number for match in marks for number in _numbers(match)})
    anchored = any(match["word"] is None for match in marks)
    for match in marks:
        is_marked = match["word"] is None or (anchored and highest > 1)
        if max(_numbers(match)) <= highest and is_marked:
            yield Deletion(match.start("mark"), match.end("mark"), REASON)


def _is_numbered(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start("mark") - 12) : match.start("mark")]
    return bool(_ABBREVIATION.search(before) or _NUMBERED_WORD.search(before))


def _numbers(match: re.Match[str]) -> list[int]:
    return [int(number) for number in match["mark"].split(",")]


def _series(numbers: set[int]) -> int:
    highest = 0
    while highest + 1 in numbers:
        highest += 1
    return highest
