"""How urgent the last turn of a conversation is, by phrases that clinicians can read and change.

A level says what the reply does; it is never a grade of the person. The patterns of both languages
are always tried, over the whole turn: `patterns/en.yaml` explains their form. What earlier turns
disclosed is read again each time, so that nothing a visitor wrote has to be kept.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import yaml
from pydantic import Field, ValidationError

from bot.reply import Category, Language, Level
from bot.safety.language import detect
from bot.safety.normalise import normalise
from corpus.document import Frozen

_Span = tuple[int, int]
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


class PatternError(ValueError):
    """A file of patterns that cannot be used: names the file and the entry, and says why."""


class _Entry(Frozen):
    id: str
    level: Literal["concern", "crisis", "emergency"]
    category: Category
    about: Literal["self", "other"] = "self"
    patterns: tuple[str, ...] = Field(min_length=1)


class _Softened(Frozen):
    id: str
    levels: tuple[Literal["crisis", "emergency"], ...]
    patterns: tuple[str, ...] = Field(min_length=1)


class _Patterns(Frozen):
    words: dict[str, str]
    entries: tuple[_Entry, ...]
    softened: tuple[_Softened, ...]
    benign: tuple[str, ...]
    unsafe_answers: tuple[str, ...]


class _Finding(NamedTuple):
    level: Level
    language: Language
    entry: _Entry


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[_Span]:
    """Every match, also those that begin inside another one."""
    found = pattern.search(text)
    while found:
        yield found.span()
        found = pattern.search(text, found.start() + 1)


def _overlaps(span: _Span, others: Iterable[_Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _is_bad(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return True
    return False


class Phrases:
    """The patterns of one file, compiled.

    A file that cannot be read, with an unknown key or a bad pattern is a `PatternError`.
    """

    def __init__(self, path: Path, language: Language) -> None:
        self._path, self.language = path, language
        try:
            data = _Patterns.model_validate(yaml.safe_load(path.read_text("utf-8")))
        except (yaml.YAMLError, ValidationError) as error:
            raise PatternError(f"{path}: {error}") from error
        self._words: dict[str, str] = {}
        for name, pattern in data.words.items():
            self._words[name] = self._expanded(pattern, f"words.{name}")
        self._entries = [(e, self._compiled(e.patterns, e.id)) for e in data.entries]
        self._softened = [(s, self._compiled(s.patterns, s.id)) for s in data.softened]
        self._benign = self._compiled(data.benign, "benign")
        self._unsafe_answers = self._compiled(data.unsafe_answers, "unsafe_answers")

    def _expanded(self, pattern: str, entry: str) -> str:
        def word(match: re.Match[str]) -> str:
            if match[1] not in self._words:
                raise PatternError(f"{self._path}: {entry}: <{match[1]}> is not among `words`")
            return f"(?:{self._words[match[1]]})"

        # Brackets in the file only group: its readers are spared the "?:" in each of them.
        grouped = re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)
        return re.sub(r"<(\w+)>", word, re.sub(r"ing\b(?!>)", "in'?g?", grouped))

    def _compiled(self, patterns: Iterable[str], entry: str) -> re.Pattern[str]:
        expanded = {pattern: self._expanded(pattern, entry) for pattern in patterns}
        try:
            return re.compile(rf"\b(?:{'|'.join(expanded.values())})(?!\w)")
        except re.error as error:
            bad = " and ".join(written for written, whole in expanded.items() if _is_bad(whole))
            raise PatternError(f"{self._path}: {entry}: {error}: {bad}") from error

    def hits(self, text: str) -> list[tuple[_Entry, _Span]]:
        """Every place of a normalised text where an entry matches, idioms included."""
        return [(entry, span) for entry, regex in self._entries for span in _spans(regex, text)]

    def benign(self, text: str) -> list[_Span]:
        """Where it is an idiom, or theory."""
        return list(_spans(self._benign, text))

    def softened(self, text: str) -> list[tuple[_Softened, _Span]]:
        """Where it is past, denied, told or taken back."""
        return [(soft, span) for soft, regex in self._softened for span in _spans(regex, text)]

    def is_unsafe_answer(self, text: str) -> bool:
        """Whether the whole text says no to "are you safe?"."""
        return self._unsafe_answers.fullmatch(text.rstrip(".,;:!? ")) is not None


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
        if not _overlaps(span, benign):
            soft = _overlaps(span, (at for soft, at in softened if entry.level in soft.levels))
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
