"""The phrases of one language, read from a file that clinicians can review and change."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError

from bot.reply import Category
from bot.safety.normalise import normalise
from bot.safety.prefilter import Pattern, Prefilter
from corpus.document import Frozen, Language

Span = tuple[int, int]
# Others write words together, or put an article or a preposition in front of one.
_SPACED_SCRIPTS = ("LATIN", "CYRILLIC", "DEVANAGARI")


class PatternError(ValueError):
    """A file of patterns that cannot be used: names the file and the entry, and says why."""


class Entry(Frozen):
    """Phrases of one level and category; `about` says whose danger they tell of."""

    id: str
    level: Literal["concern", "crisis", "emergency"]
    category: Category
    about: Literal["self", "other"] = "self"
    patterns: tuple[str, ...] = Field(min_length=1)


class Softened(Frozen):
    """Words around a phrase (past, denied, told, taken back) that make a concern of `levels`."""

    id: str
    levels: tuple[Literal["crisis", "emergency"], ...]
    patterns: tuple[str, ...] = Field(min_length=1)


class _Patterns(Frozen):
    plain: bool = False
    words: dict[str, str]
    entries: tuple[Entry, ...]
    softened: tuple[Softened, ...]
    benign: tuple[str, ...]
    unsafe_answers: tuple[str, ...]
    taken_back: tuple[str, ...]


def overlaps(span: Span, others: Iterable[Span]) -> bool:
    """Whether a half-open range shares a character with one of the others."""
    return any(start < span[1] and span[0] < end for start, end in others)


def _any_of(patterns: Sequence[str | Pattern]) -> re.Pattern[str]:
    sources = [one if isinstance(one, str) else one.pattern for one in patterns]
    return re.compile("|".join(sources) or r"(?!)")


class _Matcher:
    """Groups of patterns, of which few occur in any text."""

    def __init__(self, groups: Sequence[Sequence[str | Pattern]], is_plain: bool) -> None:
        self._may_occur = Prefilter(groups, is_literal=is_plain)
        # Compiled when first needed: all of them would take a second and more at start-up.
        self._regex = cache(lambda at: _any_of(groups[at]))
        self.groups = len(groups)

    def compile(self) -> None:
        """Compiles all, so that no message waits for it."""
        self._may_occur.compile()
        for at in range(self.groups):
            self._regex(at)

    def __call__(self, text: str) -> Iterator[tuple[int, Span]]:
        """Every match with the position of its group, also those that begin inside another one."""
        for at in self._may_occur(text):
            regex = self._regex(at)
            found = regex.search(text)
            while found:
                yield at, found.span()
                found = regex.search(text, found.start() + 1)


def _literal(phrase: str) -> str:
    """The phrase as normalised text holds it; it begins a word where its script has spaces."""
    written = normalise(phrase)
    script = unicodedata.name(written[0]).split()[0]
    return (r"(?<!\w)" if script in _SPACED_SCRIPTS else "") + re.escape(written)


class Phrases:
    """The patterns of one file, compiled.

    A file that cannot be read, with an unknown key or a bad pattern is a `PatternError`.
    """

    def __init__(self, path: Path, language: Language) -> None:
        self._path, self.language = path, language
        try:
            data = _Patterns.model_validate(yaml.load(path.read_text("utf-8"), yaml.CSafeLoader))
        except (yaml.YAMLError, ValidationError) as error:
            raise PatternError(f"{path}: {error}") from error
        self._is_plain = data.plain
        self._words: dict[str, str] = {}
        for name, pattern in data.words.items():
            self._words[name] = self._expanded(pattern, f"words.{name}")
        self._entries, self._softened = data.entries, data.softened
        self._match_entries = self._matcher([(one.id, one.patterns) for one in data.entries])
        self._match_softened = self._matcher([(one.id, one.patterns) for one in data.softened])
        self._match_benign = self._matcher([("benign", data.benign)])
        self._unsafe_answers = _any_of(self._read(data.unsafe_answers, "unsafe_answers"))
        self._taken_back = _any_of(self._read(data.taken_back, "taken_back"))

    def _expanded(self, pattern: str, entry: str) -> str:
        def word(match: re.Match[str]) -> str:
            if match[1] not in self._words:
                raise PatternError(f"{self._path}: {entry}: <{match[1]}> is not among `words`")
            return f"(?:{self._words[match[1]]})"

        # Brackets in the file only group: its readers are spared the "?:" in each of them.
        grouped = re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)
        return re.sub(r"<(\w+)>", word, re.sub(r"ing\b(?!>)", "in'?g?", grouped))

    def _read(self, patterns: Iterable[str], entry: str) -> list[str | Pattern]:
        """Patterns of the file: phrases as they are, others as whole words."""
        if self._is_plain:
            return [_literal(phrase) for phrase in patterns]
        return [Pattern(rf"\b(?:{self._expanded(one, entry)})(?!\w)") for one in patterns]

    def _matcher(self, groups: Sequence[tuple[str, Sequence[str]]]) -> _Matcher:
        read = [self._read(patterns, entry) for entry, patterns in groups]
        try:
            return _Matcher(read, self._is_plain)
        except ValueError as error:
            names = [name for name, patterns in groups for _ in patterns]
            sources = [one for patterns in read for one in patterns]
            bad = next(at for at, one in enumerate(sources) if one is error.args[1])
            raise PatternError(f"{self._path}: {names[bad]}: {error.args[0]}") from error

    def compile(self) -> None:
        """Compiles all patterns ahead of time: the first messages are spared half a second in all."""
        for matcher in (self._match_entries, self._match_softened, self._match_benign):
            matcher.compile()

    def hits(self, text: str) -> list[tuple[Entry, Span]]:
        """Every place of a normalised text where an entry matches, idioms included."""
        return [(self._entries[at], span) for at, span in self._match_entries(text)]

    def benign(self, text: str) -> list[Span]:
        """Where it is an idiom, or theory."""
        return [span for _, span in self._match_benign(text)]

    def softened(self, text: str) -> list[tuple[Softened, Span]]:
        """Where it is past, denied, told or taken back."""
        return [(self._softened[at], span) for at, span in self._match_softened(text)]

    def is_unsafe_answer(self, text: str) -> bool:
        """Whether the whole text says no to "are you safe?"."""
        return self._unsafe_answers.fullmatch(text.rstrip(".,;:!? ")) is not None

    def is_taken_back(self, text: str) -> bool:
        """Whether something in the text takes back what was said before it."""
        return self._taken_back.search(text) is not None
