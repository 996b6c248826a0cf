"""The turns of a report, each with what a reader needs to see of it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from textwrap import shorten
from typing import NamedTuple

from bot.evaluation.cases import Case
from bot.evaluation.exports import failed_checks
from bot.evaluation.record import Check, Outcome, Record, Signals
from bot.evaluation.run_folder import RunFolder
from bot.reply import Quote, Reply

# What concerns danger is read first.
_FIRST = ("expect_level", "expect_helpline")
_SIGNALS = ("score", "base", "meaning", "words", "question")
# Checks that find quotes.
_OF_QUOTES = ("expect_quote", "expect_document", "expect_entry")
_PLACE = re.compile(r"(\S+)\[(\d+):(\d+)\]")
_LINE = 100  # characters of a reply or quote that stand for it

Key = tuple[str, int]


class Signal(NamedTuple):
    """What one signal says of the first passage found, if there is one, and of the one wanted."""

    name: str
    first: float | None
    wanted: float | None


class Failure(NamedTuple):
    """A turn that was not as expected, after the turns `before` it."""

    outcome: Outcome
    record: Record
    before: tuple[str, ...]
    question: str

    @property
    def failed(self) -> tuple[Check, ...]:
        """What is not met."""
        return failed_checks(self.outcome)

    @property
    def met(self) -> tuple[Check, ...]:
        """What is met."""
        return tuple(check for check in self.outcome.checks if check.is_met)

    @property
    def signals(self) -> tuple[Signal, ...]:
        """The first passage found beside the one that should have been, signal by signal."""
        if self.record.wanted is None:
            return ()
        first, wanted = next(iter(self.record.hits), None), self.record.wanted.passage
        return tuple(Signal(name, _of(first, name), _of(wanted, name)) for name in _SIGNALS)

    def found(self, check: Check) -> str:
        """What a check found, in words: of quotes how they begin, a line each."""
        quotes = self.record.reply.quotes
        if check.name not in _OF_QUOTES or not quotes:
            return places(check.found)
        return "\n".join(f"“{_line(quote.text)}” ({quote.title})" for quote in quotes)


class Passed(NamedTuple):
    """A turn that was as expected; `reply` is a line of what was shown."""

    outcome: Outcome
    question: str
    reply: str


def by_urgency(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Those that are not as expected, first where it is about danger."""
    return sorted((one for one in outcomes if not one.is_passed), key=_is_later)


def failures(run: RunFolder, failed: Sequence[Outcome]) -> list[Failure]:
    """What to show of some turns that failed."""
    keys = {(one.id, one.turn) for one in failed}
    ids = {one.id for one in failed}
    cases = {case.id: case for case in run.cases() if case.id in ids}
    records = {key: one for one in run.records() if (key := (one.id, one.turn)) in keys}
    return [_failure(one, records, cases[one.id]) for one in failed]


def passed(run: RunFolder) -> Iterator[Passed]:
    """Every turn that was judged and is as expected, in order."""
    turns = (turn for case in run.cases() for turn in case.turns)
    # A run that goes on has more turns than outcomes.
    for turn, one, record in zip(turns, run.outcomes(), run.records(), strict=False):
        if one.checks and one.is_passed:
            yield Passed(one, turn.question, _said(record.reply))


def places(text: str) -> str:
    """A text in which `document[12:50]` is told in words."""
    return _PLACE.sub(r"characters \2 to \3 of \1", text)


def _failure(one: Outcome, records: Mapping[Key, Record], case: Case) -> Failure:
    *before, question = (turn.question for turn in case.turns[: one.turn + 1])
    return Failure(one, records[one.id, one.turn], tuple(before), question)


def _is_later(outcome: Outcome) -> bool:
    return not any(check.name in _FIRST for check in failed_checks(outcome))


def _of(passage: Signals | None, name: str) -> float | None:
    found: float | None = getattr(passage, name, None)
    return found


def _said(reply: Reply) -> str:
    quotes: Sequence[Quote] = reply.quotes
    return f"“{_line(quotes[0].text)}”" if quotes else _line(reply.message)


def _line(text: str) -> str:
    return shorten(text, _LINE, placeholder=" …")
