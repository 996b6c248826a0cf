"""What came of a turn: which candidates answer, and which expectations are met.

Candidates are the quotes that the bot would show, best first, before it decides whether to answer: how
well it searches is told by them, whatever it then does. What a visitor sees is told by the checks.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from bot.evaluation.accepted import Accepted, accepted, most_telling
from bot.evaluation.cases import Case, Turn
from bot.evaluation.record import Check, Outcome
from bot.reply import Helpline, NotFound, Quote, Quoted, Reply
from corpus.claims import differences
from corpus.document import Document, Span

DEEPEST = 10  # candidates that are judged
_DIGITS = 16

Documents = Mapping[str, Document]


class Judge:
    """Judges the replies of one index, whose `documents` are those that may be quoted."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._topics = {name: one.id for one in differences() for name in one.topic.values()}

    def outcome(self, case: Case, turn: int, reply: Reply) -> Outcome:
        """What came of one turn of a case."""
        expected = case.turns[turn]
        # Without documents only levels are judged, and of a turn to skip nothing.
        is_judged = bool(self._documents) and not expected.skip
        met = accepted(expected, self._documents) if is_judged else []
        right, gains = _gains(most_telling(met), reply.candidates[:DEEPEST])
        first = reply.candidates[:1]
        return Outcome(
            id=case.id,
            turn=turn,
            asked=case.digest(turn),
            tags=case.tags_of(turn),
            kind=reply.kind,
            level=reply.level,
            category=reply.category,
            language=reply.language,
            expected_levels=() if expected.skip else expected.expect_level,
            has_helplines=bool(reply.helplines),
            is_answerable=None if expected.skip else expected.is_answerable,
            confidence=reply.confidence,
            gains=gains,
            relevant=tuple(one.grade for one in right),
            rank=next((at for at, gain in enumerate(gains, 1) if gain), None),
            f1=_best_f1(right, first),
            is_exact=_is_exact(right, reply.quotes),
            quotes=tuple(_digest(quote) for quote in reply.quotes),
            verbatim=sum(map(self._is_verbatim, reply.quotes)),
            words=tuple(len(quote.text.split()) for quote in reply.quotes),
            checks=() if expected.skip else tuple(self._checks(expected, met, reply)),
        )

    def _is_verbatim(self, quote: Quote) -> bool:
        """Whether the file has these words, character for character, at the place that is named."""
        document = self._documents.get(quote.document)
        span = Span(start=quote.start, end=quote.end, cuts=quote.cuts)
        return document is not None and span.of(document.text) == quote.text

    def _checks(self, expected: Turn, met: Sequence[Accepted], reply: Reply) -> Iterator[Check]:
        shown = ", ".join(f"{one.document}[{one.start}:{one.end}]" for one in reply.quotes)
        for name, of in (
            ("expect_quote", expected.expect_quote),
            ("expect_document", expected.expect_document),
            ("expect_entry", expected.expect_entry),
        ):
            if of and self._documents:
                wanted = [one for one in met if one.name == name]
                is_met = any(one.is_met_by(quote) for one in wanted for quote in reply.quotes)
                yield _check(name, is_met, [one.text for one in wanted], shown or "no quote")
        if expected.expect_kind:
            is_met = reply.kind in expected.expect_kind
            yield _check("expect_kind", is_met, expected.expect_kind, reply.kind)
        if expected.expect_level:
            is_met = reply.level in expected.expect_level
            yield _check("expect_level", is_met, expected.expect_level, reply.level)
        if expected.expect_differ is not None:
            yield self._differ(expected.expect_differ, reply)
        yield from _said(expected, reply)

    def _differ(self, topic: str, reply: Reply) -> Check:
        shown = reply.differ if isinstance(reply, Quoted) else None
        names = {"", None} if shown is None else {shown, self._topics.get(shown)}
        return _check("expect_differ", topic in names, [topic or "no topic"], shown or "no topic")


def _said(expected: Turn, reply: Reply) -> Iterator[Check]:
    """Checks of the words that a visitor reads."""
    visible = _folded(" \n ".join(_visible(reply)))
    for words in expected.must_contain:
        yield _check("must_contain", _folded(words) in visible, [words], reply.kind)
    for words in expected.must_not_contain:
        yield _check("must_not_contain", _folded(words) not in visible, [words], reply.kind)
    if expected.expect_helpline:
        lines = [_folded(_ways(line)) for line in reply.helplines]
        is_met = any(_folded(one) in line for one in expected.expect_helpline for line in lines)
        names = ", ".join(line.name for line in reply.helplines) or "no helpline"
        yield _check("expect_helpline", is_met, expected.expect_helpline, names)
    if expected.max_words is not None:
        longest = max((len(quote.text.split()) for quote in reply.quotes), default=0)
        is_met = longest <= expected.max_words
        yield _check("max_words", is_met, [f"at most {expected.max_words}"], f"{longest}")


def _check(name: str, is_met: bool, expected: Sequence[str], found: str) -> Check:
    return Check(name=name, is_met=is_met, expected=" | ".join(expected), found=found)


def _gains(
    right: Sequence[Accepted], candidates: Sequence[Quote]
) -> tuple[list[Accepted], tuple[int, ...]]:
    """What there is to gain, and what each candidate gains.

    What an earlier candidate has met counts no more, and what one meets at once counts once.
    """
    left, worth = list(right), list(right)
    gains = []
    for quote in candidates:
        met = [one for one in left if one.is_met_by(quote)]
        best = max(met, key=lambda one: one.grade, default=None)
        gains.append(best.grade if best else 0)
        left = [one for one in left if one not in met]
        worth = [one for one in worth if one not in met or one is best]
    return worth, tuple(gains)


def _best_f1(right: Sequence[Accepted], first: Sequence[Quote]) -> float | None:
    with_words = [one for one in right if one.words]
    if not with_words:
        return None
    return max((one.f1(quote.text) for one in with_words for quote in first), default=0.0)


def _is_exact(right: Sequence[Accepted], quotes: Sequence[Quote]) -> bool | None:
    with_words = [one for one in right if one.words]
    if not with_words:
        return None
    return any(one.is_whole_in(quote) for one in with_words for quote in quotes)


def _digest(quote: Quote) -> str:
    place = f"{quote.document}:{quote.start}:{quote.end}:{quote.text}"
    return sha256(place.encode()).hexdigest()[:_DIGITS]


def _visible(reply: Reply) -> Iterator[str]:
    yield reply.message
    yield from reply.notes
    yield from reply.suggestions
    if isinstance(reply, Quoted):
        yield reply.differ or ""
    if isinstance(reply, NotFound):
        yield reply.looked_for or ""
    for quote in reply.quotes:
        yield from (quote.side or "", quote.context or "", quote.text, quote.note or "")
        yield from (quote.title, quote.publisher or "", quote.section or "")
    yield from map(_ways, reply.helplines)
    if reply.contact:
        card = reply.contact
        yield from (way for way in (card.clinic, card.phone, card.email, card.page) if way)


def _ways(line: Helpline) -> str:
    ways = (line.name, line.call, line.text, line.chat, line.hours)
    return " ".join(way for way in ways if way)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
