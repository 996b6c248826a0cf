"""How urgent the last turn of a conversation is: phrases first, then a model, then what was said before.

A level says what the reply does; it is never a grade of the person. What earlier turns disclosed is
read again each time, so that nothing a visitor wrote has to be kept.
"""

import logging
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

from bot.reply import Category, Level
from bot.safety.reading import Reader, Reading
from bot.safety.told import Finding, Told, by_phrases, is_acute, is_unsafe_answer, rank
from corpus.document import Frozen, Language
from corpus.language import detect

log = logging.getLogger(__name__)

# Shorter turns ("si", "ok") are answered in the language of the conversation.
_WORDS_THAT_TELL_A_LANGUAGE = 3
# What a model made of so many texts is kept, by the digest of the text: a conversation is read
# again with each of its turns.
_KEPT_READINGS = 4096


class Conversation(Frozen):
    """What a visitor has said so far, oldest first, the last turn being the one to answer.

    Of a long conversation the first turns may be left out: `level_before` is then the highest level
    that a reply to one of them had, `category_before` that reply's kind of danger.
    """

    turns: tuple[str, ...]
    language: Language | None = None
    country: str | None = None
    level_before: Level = "none"
    category_before: Category | None = None


class Screening(Frozen):
    """`matched` names the phrases that decided; it is empty where the model or an earlier turn did.

    `third_party` is true where the danger is another person's. `cards_before` counts the earlier
    turns at crisis or emergency, for each of which a card was shown; `emergencies_before` are the
    kinds of those that were an emergency.
    """

    level: Level
    category: Category | None
    language: Language
    matched: tuple[str, ...] = ()
    third_party: bool = False
    cards_before: int = 0
    emergencies_before: tuple[Category | None, ...] = ()
    is_remembered: bool = False

    @property
    def is_acute(self) -> bool:
        """Whether a card comes before everything else."""
        return is_acute(self.level)

    @property
    def after_disclosure(self) -> bool:
        """Whether something earlier in the conversation told of danger."""
        return self.cards_before > 0


def _language(turns: Sequence[str], findings: Sequence[Finding]) -> Language:
    spoken = {finding.language for finding in findings}
    if len(spoken) == 1:
        return spoken.pop()
    is_telling = len(turns[-1].split()) >= _WORDS_THAT_TELL_A_LANGUAGE
    return detect(turns[-1] if is_telling else " ".join(turns))


class _Kept(NamedTuple):
    """What the turns before the last one keep up."""

    level: Level = "none"
    category: Category | None = None
    cards: int = 0
    emergencies: tuple[Category | None, ...] = ()


def _remembered(earlier: Sequence[Told], last: str) -> _Kept:
    """The last disclosure is kept up as a concern, an overdose as the emergency that it is."""
    kept = _Kept()
    for told in earlier:
        if not told.is_acute:
            continue
        emergencies = kept.emergencies
        if told.level == "emergency":
            emergencies = (*emergencies, told.category)
        is_overdose = told.is_overdose or kept.level == "emergency"
        kept = _Kept(
            "emergency" if is_overdose else "concern",
            "overdose_poisoning" if is_overdose else told.category,
            kept.cards + 1,
            emergencies,
        )
    # The card before this turn asked whether the person is safe, and this may be the reply to it.
    if earlier and earlier[-1].is_acute and is_unsafe_answer(last):
        return kept._replace(level="emergency")
    return kept


class Screen:
    """Screens by phrases alone, or by phrases and a reader; never raises for the reader's sake."""

    def __init__(self, reader: Reader | None = None) -> None:
        self._reader = reader
        self._kept: OrderedDict[bytes, Reading] = OrderedDict()

    @property
    def has_model(self) -> bool:
        """Whether a reader stands beside the phrases."""
        return self._reader is not None

    def __call__(self, turns: Sequence[str], language: Language | None = None) -> Screening:
        """How urgent the last of a visitor's turns (oldest first) is, in the light of the others.

        Without a `language`, that of the phrases found is taken, else that of the words.
        """
        return self.all([Conversation(turns=tuple(turns), language=language)])[0]

    def all(self, conversations: Sequence[Conversation]) -> list[Screening]:
        """A screening for the last turn of each; the model reads all turns together."""
        told = self._told(dict.fromkeys(turn for one in conversations for turn in one.turns))
        return [_screening(one, [told[turn] for turn in one.turns]) for one in conversations]

    def _told(self, turns: Iterable[str]) -> dict[str, Told]:
        told = {turn: by_phrases(turn) for turn in turns}
        if self._reader is None:
            return told
        # Nothing can raise an emergency.
        unsure = {turn: one.level for turn, one in told.items() if one.level != "emergency"}
        try:
            readings = self._readings(self._reader, unsure)
        except Exception as error:
            # The text stays out of the log: it may be a crisis message.
            log.error("the model cannot read: %s", type(error).__name__)
            return {turn: one.at_least_concern() for turn, one in told.items()}
        return {turn: one.with_reading(readings.get(turn)) for turn, one in told.items()}

    def _readings(self, reader: Reader, turns: Mapping[str, Level]) -> dict[str, Reading]:
        keys = {turn: blake2b(turn.encode("utf-8", "replace")).digest() for turn in turns}
        # Another thread may drop what is kept at any moment: it is looked up once.
        kept = {turn: self._kept.get(key) for turn, key in keys.items()}
        found = {turn: reading for turn, reading in kept.items() if reading is not None}
        new = [turn for turn in turns if turn not in found]
        read = reader.read(new, [turns[turn] for turn in new]) if new else []
        for turn, reading in zip(new, read, strict=True):
            found[turn] = self._kept[keys[turn]] = reading
        while len(self._kept) > _KEPT_READINGS:
            self._kept.popitem(last=False)
        return found


def _screening(conversation: Conversation, told: Sequence[Told]) -> Screening:
    turns = conversation.turns
    if not turns:
        language = conversation.language or "en"
        return Screening(level="none", category=None, language=language)
    last = told[-1]
    left_out = Told(conversation.level_before, conversation.category_before)
    kept = _remembered([left_out, *told[:-1]], turns[-1])
    is_remembered = rank(kept.level) > rank(last.level)
    return Screening(
        level=kept.level if is_remembered else last.level,
        category=kept.category if is_remembered else last.category,
        language=conversation.language or _language(turns, last.findings),
        matched=() if is_remembered else _names(last.findings),
        third_party=last.third_party and not is_remembered,
        cards_before=kept.cards,
        emergencies_before=kept.emergencies,
        is_remembered=is_remembered,
    )


def _names(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{found.language}.{found.entry.id}" for found in findings))


# By phrases alone: needs nothing that can fail to load.
screen = Screen()
