"""How urgent the last turn of a conversation is, by phrases that clinicians can read and change.

A level says what the reply does; it is never a grade of the person. The patterns of both languages
are always tried, over the whole turn: `patterns/en.yaml` explains their form. What earlier turns
disclosed is read again each time, so that nothing a visitor wrote has to be kept.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, get_args

from bot.reply import Category, Language, Level
from bot.safety.language import detect
from bot.safety.normalise import normalise
from bot.safety.phrases import Entry, Phrases, overlaps
from corpus.document import Frozen

_LEVELS: tuple[Level, ...] = get_args(Level)
# Shorter turns ("si", "ok") are answered in the language of the conversation.
_WORDS_THAT_TELL_A_LANGUAGE = 3


class Screening(Frozen):
    """`matched` names the entries that decided; it is empty where an earlier turn decided.

    `third_party` is true where the danger is another person's, `after_disclosure` where an earlier
    turn of the conversation was at crisis or emergency, and so a card was shown for it.
    """

    level: Level
    category: Category | None
    language: Language
    matched: tuple[str, ...] = ()
    third_party: bool = False
    after_disclosure: bool = False

    @property
    def is_remembered(self) -> bool:
        """Whether it is only an earlier turn of the conversation that keeps the level up."""
        return self.level != "none" and not self.matched


class _Finding(NamedTuple):
    level: Level
    language: Language
    entry: Entry


_PHRASES = tuple(
    Phrases(Path(__file__).with_name("patterns") / f"{language}.yaml", language)
    for language in get_args(Language)
)


def _language(turns: Sequence[str], findings: Sequence[_Finding]) -> Language:
    spoken = {finding.language for finding in findings}
    if len(spoken) == 1:
        return spoken.pop()
    is_telling = len(turns[-1].split()) >= _WORDS_THAT_TELL_A_LANGUAGE
    return detect(turns[-1] if is_telling else " ".join(turns))


def _findings(text: str) -> Iterator[_Finding]:
    """What a normalised text says: idioms left out, the softened at concern."""
    hits = [(phrases.language, *hit) for phrases in _PHRASES for hit in phrases.hits(text)]
    if not hits:
        return
    benign = [span for phrases in _PHRASES for span in phrases.benign(text)]
    softened = [soft for phrases in _PHRASES for soft in phrases.softened(text)]
    for language, entry, span in hits:
        if not overlaps(span, benign):
            soft = overlaps(span, (at for soft, at in softened if entry.level in soft.levels))
            yield _Finding("concern" if soft else entry.level, language, entry)


def _alone(turn: str) -> tuple[Level, tuple[_Finding, ...]]:
    """The level of one turn without the others, and the findings at that level."""
    findings = list(_findings(normalise(turn)))
    level = max((finding.level for finding in findings), key=_LEVELS.index, default=_LEVELS[0])
    return level, tuple(finding for finding in findings if finding.level == level)


def _is_unsafe(answer: str) -> bool:
    return any(phrases.is_unsafe_answer(normalise(answer)) for phrases in _PHRASES)


def _remembered(turns: Sequence[str]) -> tuple[Level, Category | None]:
    """What the turns before the last one keep up: the last disclosure, an overdose above all."""
    kept: tuple[Level, Category | None] = ("none", None)
    for position, turn in enumerate(turns[:-1], start=2):
        level, findings = _alone(turn)
        if level not in ("crisis", "emergency"):
            continue
        category = findings[0].entry.category
        if (level, category) == ("emergency", "overdose_poisoning"):
            return level, category
        # The card of that turn asked whether the person is safe, and this is the reply to it.
        is_answer = position == len(turns)
        kept = ("emergency" if is_answer and _is_unsafe(turns[-1]) else "concern", category)
    return kept


def screen(turns: Sequence[str], language: Language | None = None) -> Screening:
    """How urgent the last of a visitor's turns (oldest first) is, in the light of the earlier ones.

    Without a `language`, that of the phrases found is taken, else that of the words.
    """
    if not turns:
        return Screening(level="none", category=None, language=language or "en")
    level, findings = _alone(turns[-1])
    spoken = language or _language(turns, findings)
    kept, category = _remembered(turns)
    if _LEVELS.index(kept) > _LEVELS.index(level):
        return Screening(level=kept, category=category, language=spoken, after_disclosure=True)
    return Screening(
        level=level,
        category=findings[0].entry.category if findings else None,
        language=spoken,
        matched=tuple(dict.fromkeys(f"{found.language}.{found.entry.id}" for found in findings)),
        third_party=bool(findings) and all(found.entry.about == "other" for found in findings),
        after_disclosure=kept != "none",
    )
