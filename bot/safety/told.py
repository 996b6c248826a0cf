"""What one turn of a visitor tells by itself: the phrases found in it, then what a model makes of it.

Phrases of all languages are tried over the whole turn; `patterns/en.yaml` explains their form.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, get_args

from bot.reply import Category, Level
from bot.safety.normalise import normalise
from bot.safety.phrases import Entry, Phrases, overlaps
from bot.safety.reading import Reading, thresholds
from corpus.document import Language

_LEVELS: tuple[Level, ...] = get_args(Level)
_FOLDER = Path(__file__).with_name("patterns")
# What is said in another language is answered in English.
_PHRASES = (
    Phrases(_FOLDER / "en.yaml", "en"),
    Phrases(_FOLDER / "es.yaml", "es"),
    Phrases(_FOLDER / "other.yaml", "en"),
)


def rank(level: Level) -> int:
    """How urgent a level is: 0 for none."""
    return _LEVELS.index(level)


def is_acute(level: Level) -> bool:
    """Whether a card comes before everything else."""
    return level in ("crisis", "emergency")


class Finding(NamedTuple):
    """A phrase found, at the level that the words around it leave to it."""

    level: Level
    language: Language
    entry: Entry


class Told(NamedTuple):
    """What one turn tells without the others; `findings` are those that decided."""

    level: Level
    category: Category | None = None
    third_party: bool = False
    findings: tuple[Finding, ...] = ()

    @property
    def is_acute(self) -> bool:
        return is_acute(self.level)

    @property
    def is_overdose(self) -> bool:
        return self.level == "emergency" and self.category == "overdose_poisoning"

    def at_least_concern(self) -> "Told":
        """The same, with resources shown at the least."""
        return self._replace(level="concern") if self.level == "none" else self

    def with_reading(self, reading: Reading | None) -> "Told":
        """The higher of what phrases and model say; the phrases' kind where they agree on the level."""
        if reading is None:
            return self
        level = reading.level(thresholds())
        if rank(level) <= rank(self.level):
            return self
        return Told(level, reading.category, reading.third_party)


def compile_phrases() -> None:
    """Takes a second or two, in which messages are read as ever."""
    for phrases in _PHRASES:
        phrases.compile()


def _findings(text: str) -> Iterator[Finding]:
    """What a normalised text says: idioms left out, the softened at concern."""
    hits = [(phrases.language, *hit) for phrases in _PHRASES for hit in phrases.hits(text)]
    if not hits:
        return
    benign = [span for phrases in _PHRASES for span in phrases.benign(text)]
    softened = [soft for phrases in _PHRASES for soft in phrases.softened(text)]
    for language, entry, span in hits:
        if not overlaps(span, benign):
            soft = overlaps(span, (at for soft, at in softened if entry.level in soft.levels))
            yield Finding("concern" if soft else entry.level, language, entry)


def by_phrases(turn: str) -> Told:
    """By phrases alone, which need nothing that can fail to load."""
    found = list(_findings(normalise(turn)))
    level = max((finding.level for finding in found), key=rank, default=_LEVELS[0])
    deciding = tuple(finding for finding in found if finding.level == level)
    if not deciding:
        return Told(level)
    is_others = all(finding.entry.about == "other" for finding in deciding)
    return Told(level, deciding[0].entry.category, is_others, deciding)


def is_unsafe_answer(turn: str) -> bool:
    """Whether the whole turn says no to "are you safe?"."""
    return any(phrases.is_unsafe_answer(normalise(turn)) for phrases in _PHRASES)


def is_taken_back(turn: str) -> bool:
    """Whether a turn takes back what was said before it."""
    return any(phrases.is_taken_back(normalise(turn)) for phrases in _PHRASES)
