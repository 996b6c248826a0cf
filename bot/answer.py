"""The bot: screen, follow up, search, decide, quote. Safety comes first and needs nothing that can fail."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from bot import followup
from bot.decision import Decision
from bot.reply import ContactCard, Crisis, NotFound, Reply
from bot.safety.cards import Card, card
from bot.safety.country import named_country
from bot.safety.helplines import helplines_for
from bot.safety.reading import Reader
from bot.safety.screen import Conversation, Screen, Screening
from bot.wording.words import words
from corpus.document import Language
from index.hit import Found
from index.query import Question

if TYPE_CHECKING:
    from index.search import Index

log = logging.getLogger(__name__)

MAX_CANDIDATES = 10


class Examined(NamedTuple):
    """A reply and what led to it: the screening, what was searched for, and what was found.

    Nothing was searched for in danger, without an index, or where the reply failed.
    """

    reply: Reply
    screening: Screening | None = None
    asked: Question | None = None
    found: Found | None = None


class Bot:
    """Answers from an index; without one it still screens, and says that search is not there."""

    def __init__(
        self,
        index: "Index | None" = None,
        country: str = "US",
        reader: Reader | None = None,
        clinic: str | None = None,
        contact: ContactCard | None = None,
    ) -> None:
        """`clinic` is the publisher whose documents come first, `contact` how to reach it."""
        self._index = index
        self._country = country
        self._clinic = clinic
        self._contact = contact
        self._screen = Screen(reader)

    @property
    def index(self) -> "Index | None":
        """What it answers from."""
        return self._index

    @property
    def has_model(self) -> bool:
        """Whether its screen reads by a model, or by phrases alone."""
        return self._screen.has_model

    def without_index(self) -> "Bot":
        """The same screen, and no search: what is asked is over before a search would begin."""
        bot = Bot(None, self._country, None, self._clinic, self._contact)
        bot._screen = self._screen
        return bot

    def reply(
        self,
        turns: Sequence[str],
        language: Language | None = None,
        country: str | None = None,
    ) -> Reply:
        """The answer to the last of `turns`. Never raises: whatever fails, helplines are shown."""
        conversation = Conversation(turns=tuple(turns), language=language, country=country)
        return self.replies([conversation])[0]

    def replies(self, conversations: Sequence[Conversation]) -> list[Reply]:
        """`reply` to many conversations, whose questions are embedded together."""
        return [one.reply for one in self.examined(conversations)]

    def examined(self, conversations: Sequence[Conversation]) -> list[Examined]:
        """The same with what led to each reply, for those who judge it."""
        try:
            return self._examined(conversations)
        except Exception as error:
            # The text stays out of the log: it may be a crisis message.
            log.error("a reply failed: %s", type(error).__name__)
        if len(conversations) == 1:
            return [Examined(self._failed(conversations[0], level="concern"))]
        return [self.examined([conversation])[0] for conversation in conversations]

    def _examined(self, conversations: Sequence[Conversation]) -> list[Examined]:
        screenings = self._screen.all(conversations)
        asked = {
            at: followup.question(conversations[at].turns, screening.language)
            for at, screening in enumerate(screenings)
            if not screening.is_acute
        }
        found = dict(zip(asked, self._search(list(asked.values())), strict=True))
        return [
            Examined(
                self._answer(conversation, screening, found.get(at)),
                screening,
                asked.get(at),
                found.get(at),
            )
            for at, (conversation, screening) in enumerate(
                zip(conversations, screenings, strict=True)
            )
        ]

    def _search(self, questions: Sequence[Question]) -> Sequence[Found | None]:
        if self._index is None:
            return [None] * len(questions)
        return self._index.search_all(questions, MAX_CANDIDATES)

    def _answer(
        self, conversation: Conversation, screening: Screening, found: Found | None
    ) -> Reply:
        shown = self._card(conversation, screening)
        common: dict[str, Any] = {
            "level": screening.level,
            "category": screening.category,
            "language": screening.language,
            "helplines": shown.helplines if shown else (),
        }
        if shown and screening.is_acute:
            return Crisis(message=shown.message, quick_exit=shown.quick_exit, **common)
        if found is None or self._index is None:
            return self._failed(conversation, **common)
        common |= {"notes": (shown.message,) if shown else ()}
        decision = Decision(self._index.documents, self._clinic, self._contact, common)
        return decision.on(conversation.turns[-1], found)

    def _card(self, conversation: Conversation, screening: Screening) -> Card | None:
        if screening.level == "none":
            return None
        country = self._country_of(conversation)
        return card(screening, country, len(conversation.turns))

    def _country_of(self, conversation: Conversation) -> str:
        """The one asked for, else the one where the visitor says to be, else the operator's."""
        return conversation.country or named_country(conversation.turns) or self._country

    def _failed(self, conversation: Conversation, **common: Any) -> NotFound:
        """What is said when nothing can be searched: human lines, whatever the question was."""
        country = self._country_of(conversation)
        language: Language = common.pop("language", conversation.language or "en")
        lines = common.pop("helplines", ()) or helplines_for(country, None, "concern")
        return NotFound(
            message=words(language).search_down, language=language, helplines=lines, **common
        )
