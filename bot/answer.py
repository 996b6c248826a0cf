"""The bot: screen, follow up, search, decide, quote. Safety comes first and needs nothing that can fail."""

import logging
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from bot import followup
from bot.confidence import alone, calibration, closeness, confidence
from bot.other_language import is_other_language
from bot.quote import quote, standing
from bot.reply import (
    About,
    Contact,
    ContactCard,
    Crisis,
    Declined,
    NotFound,
    Quote,
    Quoted,
    Reply,
)
from bot.safety.cards import Card, card
from bot.safety.country import named_country
from bot.safety.helplines import helplines_for
from bot.safety.language import detect
from bot.safety.reading import Reader
from bot.safety.screen import Conversation, Screen, Screening
from bot.wording.words import words
from corpus.claims import Difference
from corpus.document import Document, Language, Purpose
from index.hit import Found, Hit, Taken
from index.query import Question
from index.search import Index

log = logging.getLogger(__name__)

MAX_CANDIDATES = 10
MAX_QUOTES = 3
MAX_SUGGESTIONS = 3
# A further quote must nearly reach the best, and be likely to answer by itself: rather a voice less
# than one that does not answer.
SECOND_BEST, SURE_ENOUGH = 0.9, 0.35
# How near a question must be to one that is left to the clinic or a professional, as a cosine: where the
# documents do not answer it, and where they seem to. Chosen on messages of our own.
SENT_IF_NOT_FOUND, SENT_ANYWAY = 0.38, 0.7
# What is looked for is said again up to this length.
MOST_SAID_AGAIN = 120


class Bot:
    """Answers from an index; without one it still screens, and says that search is not there."""

    def __init__(
        self,
        index: Index | None = None,
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
        try:
            return self._replies(conversations)
        except Exception as error:
            # The text stays out of the log: it may be a crisis message.
            log.error("a reply failed: %s", type(error).__name__)
        if len(conversations) == 1:
            return [self._failed(conversations[0], level="concern")]
        return [self.replies([conversation])[0] for conversation in conversations]

    def _replies(self, conversations: Sequence[Conversation]) -> list[Reply]:
        screenings = self._screen.all(conversations)
        searched = [at for at, found in enumerate(screenings) if not found.is_acute]
        asked = [
            followup.question(conversations[at].turns, screenings[at].language) for at in searched
        ]
        found = dict(zip(searched, self._search(asked), strict=True))
        return [
            self._answer(conversation, screening, found.get(at))
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
        return self._found(conversation, found, self._index.documents, common)

    def _found(
        self,
        conversation: Conversation,
        found: Found,
        documents: Mapping[str, Document],
        common: dict[str, Any],
    ) -> Reply:
        found = standing(documents, found)
        wording = words(common["language"])
        asked = conversation.turns[-1]
        if is_other_language(asked):
            return About(message=wording.other_language, contact=self._contact, **common)
        answering = [h for h in found.hits if documents[h.passage.document].purpose == "answer"]
        quotes = [self._quote(documents, hit, common) for hit in answering]
        sure = confidence(answering, found.evidence)
        common |= {"candidates": tuple(quotes), "confidence": sure}
        if found.difference and found.sides:
            return self._differing(found.difference, found.sides, documents, common)
        sent_on = self._sent_on(found, documents, answering, common)
        if sent_on:
            return sent_on
        if sure >= calibration().threshold:
            best = self._best(answering, quotes)
            is_foreign = common["language"] != "en" and _language(documents, best[0]) == "en"
            message = wording.english_only if is_foreign else wording.quoted_intro
            return Quoted(message=message, quotes=best, **_with_notes(common, best))
        return NotFound(
            message=wording.not_found,
            looked_for=_said_again(asked) if common["level"] == "none" else None,
            suggestions=found.questions[:MAX_SUGGESTIONS],
            contact=self._contact,
            **common,
        )

    def _quote(
        self,
        documents: Mapping[str, Document],
        hit: Hit,
        common: Mapping[str, Any],
        side: str | None = None,
    ) -> Quote:
        document = documents[hit.passage.document]
        return quote(document, hit, common["language"], self._clinic, side)

    def _differing(
        self,
        difference: Difference,
        sides: Sequence[Taken],
        documents: Mapping[str, Document],
        common: dict[str, Any],
    ) -> Quoted:
        """Each side in the words of a document that takes it."""
        language: Language = common["language"]
        quotes = tuple(
            self._quote(documents, one.hit, common, one.side.says[language]) for one in sides
        )
        topic = difference.topic[language]
        message = words(language).differ.format(topic=topic)
        return Quoted(message=message, differ=topic, quotes=quotes, **_with_notes(common, quotes))

    def _sent_on(
        self,
        found: Found,
        documents: Mapping[str, Document],
        answering: Sequence[Hit],
        common: Mapping[str, Any],
    ) -> Reply | None:
        """What an entry says that sends people on, if the question is one of those it lists.

        Who is sent to a professional also gets what the documents say on the general question.
        """
        if found.sending is None:
            return None
        near = closeness(found.sending)
        is_not_found = common["confidence"] < calibration().threshold
        is_first = found.hits[:1] == (found.sending,)
        if near < (SENT_IF_NOT_FOUND if is_not_found or is_first else SENT_ANYWAY):
            return None
        first = found.sending.passage
        kinds: dict[Purpose, type[Contact] | type[Declined] | type[About]] = {
            "contact": Contact,
            "declined": Declined,
            "about": About,
        }
        kind = kinds.get(documents[first.document].purpose)
        if kind is None:
            return None
        is_general = kind is Declined and answering and alone(answering[0]) >= SURE_ENOUGH
        quotes = common["candidates"][:1] if is_general else ()
        return kind(
            message=first.text, quotes=quotes, contact=self._contact, **_with_notes(common, quotes)
        )

    def _best(self, hits: Sequence[Hit], quotes: Sequence[Quote]) -> tuple[Quote, ...]:
        """The first quote, and others that come near the best of all in meaning and words.

        The clinic's own stand before those of other providers.
        """
        enough = SECOND_BEST * max(hit.base for hit in hits)
        others = [
            other
            for hit, other in zip(hits[1:], quotes[1:], strict=True)
            if hit.base >= enough and alone(hit) >= SURE_ENOUGH
        ]
        chosen = (quotes[0], *others[: MAX_QUOTES - 1])
        return tuple(sorted(chosen, key=lambda one: one.is_other_provider))

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


def _with_notes(common: Mapping[str, Any], quotes: Sequence[Quote]) -> dict[str, Any]:
    """Whoever reads only the notes of a reply misses no qualification of its quotes."""
    notes = dict.fromkeys((*common["notes"], *(one.note for one in quotes if one.note)))
    return {**common, "notes": tuple(notes)}


def _said_again(asked: str) -> str:
    """What was looked for, on one line and not too long."""
    return textwrap.shorten(asked, MOST_SAID_AGAIN, placeholder=" …")


def _language(documents: Mapping[str, Document], best: Quote) -> Language:
    return documents[best.document].language or detect(best.text)
