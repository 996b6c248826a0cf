"""How urgent the last turn of a conversation is: phrases first, then a model, then what was said before.

A level says what the reply does; it is never a grade of the person. What earlier turns disclosed is
read again each time, so that nothing a visitor wrote has to be kept.
"""

import logging
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from bot.reply import Category, Level
from bot.safety.kept import Kept
from bot.safety.memory import Before, higher
from bot.safety.reading import Reader, Reading
from bot.safety.told import Finding, Told, by_phrases, is_acute
from corpus.document import Frozen, Language
from corpus.language import detect

log = logging.getLogger(__name__)

# Shorter turns ("si", "ok") are answered in the language of the conversation.
_WORDS_THAT_TELL_A_LANGUAGE = 3


class Conversation(Frozen):
    """What a visitor has said so far, oldest first, the last turn being the one to answer.

    Of a long conversation the first turns may be left out: `level_before` is then the highest level
    that a reply to one of them had, `category_before` that reply's kind of danger. `card_seen`: the
    visitor was shown the card for the last turn and asks for its answer all the same, which only an
    emergency keeps back.
    """

    turns: tuple[str, ...]
    language: Language | None = None
    country: str | None = None
    level_before: Level = "none"
    category_before: Category | None = None
    card_seen: bool = False


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


class Screen:
    """Screens by phrases alone, or by phrases and a reader; never raises for the reader's sake."""

    def __init__(self, reader: Reader | None = None) -> None:
        self._reader = reader
        self._read: Kept[Reading] = Kept()
        self._followed: Kept[bool] = Kept()

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
        after = dict.fromkeys(turn for one in conversations for turn in _after_danger(one, told))
        going_on = self._going_on(list(after))
        return [_screening(one, told, going_on) for one in conversations]

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

    def _going_on(self, turns: Sequence[str]) -> set[str]:
        """Those of the turns that go on with the danger that was told of before them."""
        if self._reader is None or not turns:
            return set()
        try:
            found = self._followed(turns, self._reader.go_on)
        except Exception as error:
            log.error("the model cannot read: %s", type(error).__name__)
            return set()
        return {turn for turn, goes_on in found.items() if goes_on}

    def _readings(self, reader: Reader, turns: Mapping[str, Level]) -> dict[str, Reading]:
        return self._read(turns, lambda new: reader.read(new, [turns[turn] for turn in new]))


def _after_danger(conversation: Conversation, told: Mapping[str, Told]) -> Iterator[str]:
    """The turns behind the first that tells of danger."""
    levels = [conversation.level_before, *(told[turn].level for turn in conversation.turns)]
    first = next((at for at, level in enumerate(levels) if is_acute(level)), len(levels))
    yield from conversation.turns[first:]


def _screening(
    conversation: Conversation, told: Mapping[str, Told], going_on: Container[str]
) -> Screening:
    """What the last turn comes to, and `told` by itself, in the light of those before it."""
    turns = conversation.turns
    if not turns:
        language = conversation.language or "en"
        return Screening(level="none", category=None, language=language)
    before = Before().then(Told(conversation.level_before, conversation.category_before))
    for turn in turns[:-1]:
        before = before.then(higher(told[turn], before.least(turn, turn in going_on)))
    alone = told[turns[-1]]
    found = higher(alone, before.least(turns[-1], turns[-1] in going_on))
    if conversation.card_seen and found.level == "crisis":
        before, found = before.then(found), found._replace(level="concern")
    return Screening(
        level=found.level,
        category=found.category,
        language=conversation.language or _language(turns, alone.findings),
        matched=_names(found.findings),
        third_party=found.third_party,
        cards_before=before.cards,
        emergencies_before=before.emergencies,
        is_remembered=found is not alone,
    )


def _names(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{found.language}.{found.entry.id}" for found in findings))


# By phrases alone: needs nothing that can fail to load.
screen = Screen()
