"""How hard an entry is to read, by a formula for its language."""

import re
from typing import NamedTuple

import textstat

from corpus.document import Language

# English: Flesch–Kincaid grade, at most the ninth school year. Spanish: Fernández Huerta's score,
# at least 60 of 100, where its author's "normal" begins.
HARDEST_GRADE = 9.0
LOWEST_SCORE = 60.0

_HEADING = re.compile(r"^#+ +(.*?)\s*$", re.MULTILINE)
_ITEM = re.compile(r"^[-*] +(.*?)[.;,]?\s*$", re.MULTILINE)


class Reading(NamedTuple):
    """A figure by a named formula, and whether it is within the limit."""

    formula: str
    value: float
    is_plain: bool

    def __str__(self) -> str:
        return f"{self.formula} {self.value:.1f}"


def reading(markdown: str, language: Language) -> Reading:
    """The grade of an entry's body; a heading or an item counts as a sentence."""
    text = _ITEM.sub(r"\1.", _HEADING.sub(r"\1.", markdown))
    if language == "es":
        textstat.set_lang("es")
        score = float(textstat.fernandez_huerta(text))
        return Reading("Fernández Huerta score", score, score >= LOWEST_SCORE)
    textstat.set_lang("en_US")
    grade = float(textstat.flesch_kincaid_grade(text))
    return Reading("Flesch–Kincaid grade", grade, grade <= HARDEST_GRADE)
