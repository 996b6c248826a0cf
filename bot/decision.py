"""What is replied once a search is done: sent on, both sides, quotes, or that the documents do not say."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from bot.confidence import alone, calibration, closeness, confidence
from bot.other_language import is_other_language
from bot.quote import quote, standing
from bot.reply import About, Contact, ContactCard, Declined, NotFound, Quote, Quoted, Reply
from bot.wording.words import words
from corpus.claims import Difference
from corpus.document import Document, Language, Purpose
from corpus.language import detect
from index.hit import Found, Hit, Taken

MAX_QUOTES = 3
MAX_SUGGESTIONS = 3
# A further quote must nearly reach the best, and be likely to answer by itself: rather a voice less
# than one that does not answer.
SECOND_BEST, SURE_ENOUGH = 0.9, 0.35
# How near a question must be to one that is left to the clinic or a professional, as a cosine: where the
# documents do not answer it, and where they seem to. Chosen on messages of our own.
SENT_IF_NOT_FOUND, SENT_ANYWAY = 0.46, 0.7
# What is looked for is said again up to this length.
MOST_SAID_AGAIN = 120

_SENDING: dict[Purpose, type[Contact] | type[Declined] | type[About]] = {
    "contact": Contact,
    "declined": Declined,
    "about": About,
}


class Decision:
    """Decides on one question; what all its replies have in `common` is known from the screen."""

    def __init__(
        self,
        documents: Mapping[str, Document],
        clinic: str | None,
        contact: ContactCard | None,
        common: Mapping[str, Any],
    ) -> None:
        self._documents = documents
        self._clinic = clinic
        self._contact = contact
        self._common = dict(common)
        self._language: Language = common["language"]

    def on(self, asked: str, found: Found) -> Reply:
        """The reply to what was asked, given what was found."""
        wording = words(self._language)
        if is_other_language(asked):
            return About(message=wording.other_language, contact=self._contact, **self._common)
        found = standing(self._documents, found)
        answering = [hit for hit in found.hits if self._purpose(hit) == "answer"]
        quotes = tuple(self._quote(hit) for hit in answering)
        sure = confidence(answering, found.evidence)
        self._common |= {"candidates": quotes, "confidence": sure}
        if found.difference and found.sides:
            return self._differing(found.difference, found.sides)
        is_found = sure >= calibration().threshold
        if found.sending and self._is_near(found.sending, is_found, found.hits[:1]):
            return self._sent_on(found.sending, answering, quotes)
        if is_found:
            best = self._best(answering, quotes)
            is_foreign = self._language != "en" and self._language_of(best[0]) == "en"
            message = wording.english_only if is_foreign else wording.quoted_intro
            return Quoted(message=message, quotes=best, **self._with_notes(best))
        return NotFound(
            message=wording.not_found,
            looked_for=_said_again(asked) if self._common["level"] == "none" else None,
            suggestions=found.questions[:MAX_SUGGESTIONS],
            contact=self._contact,
            **self._common,
        )

    def _differing(self, difference: Difference, sides: Sequence[Taken]) -> Quoted:
        """Each side in the words of a document that takes it."""
        quotes = tuple(self._quote(one.hit, one.side.says[self._language]) for one in sides)
        topic = difference.topic[self._language]
        message = words(self._language).differ.format(topic=topic)
        return Quoted(message=message, differ=topic, quotes=quotes, **self._with_notes(quotes))

    @staticmethod
    def _is_near(sending: Hit, is_found: bool, first: tuple[Hit, ...]) -> bool:
        """Whether the question is one of those that an entry leaves to someone else."""
        is_best = not is_found or first == (sending,)
        return closeness(sending) >= (SENT_IF_NOT_FOUND if is_best else SENT_ANYWAY)

    def _sent_on(
        self, sending: Hit, answering: Sequence[Hit], quotes: tuple[Quote, ...]
    ) -> Contact | Declined | About:
        """What the entry says; for a professional also what documents say on the general question."""
        kind = _SENDING[self._purpose(sending)]
        is_general = kind is Declined and answering and alone(answering[0]) >= SURE_ENOUGH
        general = quotes[:1] if is_general else ()
        return kind(
            message=sending.passage.text,
            quotes=general,
            contact=self._contact,
            **self._with_notes(general),
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

    def _quote(self, hit: Hit, side: str | None = None) -> Quote:
        document = self._documents[hit.passage.document]
        return quote(document, hit, self._language, self._clinic, side)

    def _with_notes(self, quotes: Sequence[Quote]) -> dict[str, Any]:
        """Whoever reads only the notes of a reply misses no qualification of its quotes."""
        noted = (*self._common["notes"], *(one.note for one in quotes if one.note))
        return {**self._common, "notes": tuple(dict.fromkeys(noted))}

    def _purpose(self, hit: Hit) -> Purpose:
        return self._documents[hit.passage.document].purpose

    def _language_of(self, best: Quote) -> Language:
        return self._documents[best.document].language or detect(best.text)


def _said_again(asked: str) -> str:
    """What was looked for, on one line and not too long."""
    return textwrap.shorten(asked, MOST_SAID_AGAIN, placeholder=" …")
