"""The bot: screen, search, decide, quote. Safety comes first and needs nothing that can fail to load."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from bot.confidence import calibration, confidence
from bot.quote import quote, standing
from bot.reply import About, Contact, Crisis, Declined, NotFound, Quote, Quoted, Reply
from bot.safety.cards import Card, card
from bot.safety.country import named_country
from bot.safety.helplines import helplines_for
from bot.safety.language import detect
from bot.safety.reading import Reader
from bot.safety.screen import Conversation, Screen, Screening
from bot.wording.words import words
from corpus.document import Document, Language, Purpose
from index.hit import Found, Hit
from index.search import Index

log = logging.getLogger(__name__)

MAX_CANDIDATES = 10
MAX_QUOTES = 3
MAX_SUGGESTIONS = 3
# A further quote must nearly reach the best, and be likely to answer by itself: rather a voice less
# than one that does not answer.
SECOND_BEST, SURE_ENOUGH = 0.9, 0.35


class Bot:
    """Answers from an index; without one it still screens, and says that search is not there."""

    def __init__(
        self, index: Index | None = None, country: str = "US", reader: Reader | None = None
    ) -> None:
        self._index = index
        self._country = country
        self._screen = Screen(reader)

    def without_index(self) -> "Bot":
        """The same screen, and no search: what is asked is over before a search would begin."""
        bot = Bot(country=self._country)
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
        asked = [conversations[at].turns[-1] for at in searched]
        languages = [screenings[at].language for at in searched]
        found = dict(zip(searched, self._search(asked, languages), strict=True))
        return [
            self._answer(conversation, screening, found.get(at))
            for at, (conversation, screening) in enumerate(
                zip(conversations, screenings, strict=True)
            )
        ]

    def _search(
        self, questions: Sequence[str], languages: Sequence[Language]
    ) -> Sequence[Found | None]:
        if self._index is None:
            return [None] * len(questions)
        return self._index.search_all(questions, MAX_CANDIDATES, languages)

    def _answer(
        self, conversation: Conversation, screening: Screening, found: Found | None
    ) -> Reply:
        wording = words(screening.language)
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
        documents = self._index.documents
        hits = standing(documents, found.hits)
        common |= {"notes": (shown.message,) if shown else ()}
        if hits and documents[hits[0].passage.document].purpose != "answer":
            sent_on = _sent_on(documents[hits[0].passage.document], hits[0], common)
            if sent_on:
                return sent_on
        hits = [hit for hit in hits if documents[hit.passage.document].purpose == "answer"]
        candidates = [quote(documents[hit.passage.document], hit) for hit in hits]
        common |= {
            "candidates": tuple(candidates),
            "confidence": confidence(hits),
        }
        if common["confidence"] >= calibration().threshold:
            best = _best(hits, candidates)
            is_foreign = screening.language != "en" and _language(documents, best[0]) == "en"
            message = wording.english_only if is_foreign else wording.quoted_intro
            return Quoted(message=message, quotes=best, **common)
        suggestions = found.questions[:MAX_SUGGESTIONS]
        return NotFound(message=wording.not_found, suggestions=suggestions, **common)

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


def _sent_on(document: Document, hit: Hit, common: Mapping[str, Any]) -> Reply | None:
    """What an entry says that sends people on, if the question is one of those it lists."""
    if confidence([hit]) < calibration().threshold:
        return None
    replies: dict[Purpose, type[Contact] | type[Declined] | type[About]] = {
        "contact": Contact,
        "declined": Declined,
        "about": About,
    }
    return replies[document.purpose](message=hit.passage.text, **common)


def _language(documents: Mapping[str, Document], best: Quote) -> Language:
    return documents[best.document].language or detect(best.text)


def _best(hits: Sequence[Hit], candidates: Sequence[Quote]) -> tuple[Quote, ...]:
    """The first quote, and others that come near the best of all in meaning and words."""
    enough = SECOND_BEST * max(hit.base for hit in hits)
    others = [
        candidate
        for hit, candidate in zip(hits[1:], candidates[1:], strict=True)
        if hit.base >= enough and confidence([hit]) >= SURE_ENOUGH
    ]
    return (candidates[0], *others[: MAX_QUOTES - 1])
