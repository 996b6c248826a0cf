"""A sitting of one annotator at a terminal: a candidate at a time, each judgement on disk before the next.

Neither the order of the candidates nor what is shown tells which signal found them.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

from bot.evaluation.cases import Case, Place
from bot.evaluation.judgements import Grade, Judgement, Say, append, opinions
from corpus.document import Frozen, Language

_GRADES: dict[str, Grade] = {"y": 2, "p": 1, "n": 0, "u": 0}
_HELP = """\
  y  the passage answers the question
  p  it answers in part
  n  it does not answer
  u  nothing here answers, and none of the documents does
  s  skip this question for now
  b  back to the passage before
  q  stop; everything so far is kept
  ?  this help"""


class Candidate(Frozen):
    """A passage to judge: where it stands, its words, and which signals put it into the pool.

    `sha256` holds the first 16 digits of the SHA-256 of the words.
    """

    document: str
    start: int
    end: int
    sha256: str
    text: str
    title: str
    section: str | None
    signals: tuple[str, ...]

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(document=self.document, start=self.start, end=self.end, sha256=self.sha256)


Pool = Callable[[Sequence[str], Language | None], list[Candidate]]
Ask = Callable[[str], str]


class Question(NamedTuple):
    """A turn to judge."""

    case: Case
    turn: int

    @property
    def so_far(self) -> list[str]:
        """All turns up to it."""
        return [turn.question for turn in self.case.turns[: self.turn + 1]]


class _At(NamedTuple):
    """Where a sitting stands; where nothing was found, at a candidate 0 that does not exist."""

    question: int
    candidate: int


class Sitting:
    """`own` are this annotator's judgements so far; `added` counts the new ones."""

    def __init__(
        self,
        questions: Sequence[Question],
        pool: Pool,
        annotator: str,
        own: Sequence[Judgement],
        out: Path,
        ask: Ask,
        say: Say,
    ) -> None:
        self._questions, self._pool, self._annotator = questions, pool, annotator
        self._out, self._ask, self._say = out, ask, say
        self._own: defaultdict[tuple[str, int], list[Judgement]] = defaultdict(list)
        for one in own:
            self._own[one.id, one.turn].append(one)
        self._pooled: dict[int, list[Candidate]] = {}
        self._before: list[_At] = []
        self.added = 0

    def walk(self) -> None:
        """Asks until all is judged or the annotator stops."""
        at = self._next(_At(0, 0))
        while at and (key := self._key(at)) != "q":
            at = self._moved(at, key)
        if at is None:
            self._say("There is no other question to judge.")

    def _next(self, first: _At) -> _At | None:
        """From there on, the first that is not judged."""
        for number in range(first.question, len(self._questions)):
            for candidate in self._unjudged(number):
                if (number, candidate) >= first:
                    return _At(number, candidate)
        return None

    def _unjudged(self, number: int) -> Sequence[int]:
        case, turn = self._questions[number]
        held = opinions(self._own[case.id, turn])
        if held and held[0].is_unanswerable:
            return []
        grades = held[0].grades if held else {}
        shown = self._candidates(number)
        return [at for at, one in enumerate(shown) if one.place not in grades] if shown else [0]

    def _candidates(self, number: int) -> list[Candidate]:
        """In an order that depends on the question alone, never on what found them."""
        if number not in self._pooled:
            case, turn = asked = self._questions[number]
            each = {one.place: one for one in self._pool(asked.so_far, case.language)}
            found = sorted(each.values(), key=lambda one: (one.document, one.start, one.end))
            Random(f"{case.id}/{turn}").shuffle(found)
            self._pooled[number] = found
        return self._pooled[number]

    def _key(self, at: _At) -> str:
        """What the annotator chose, asked until it is one of the keys."""
        self._show(at)
        keys = [*"ypnusbq"] if self._candidates(at.question) else [*"usbq"]
        listed = ", ".join(keys)
        while (key := self._ask(f"{listed} (? for help): ").strip().lower()) not in keys:
            expected = f"Expected one of {listed} or ? for help, found {key!r}; choose again."
            self._say(_HELP if key == "?" else expected)
        return key

    def _show(self, at: _At) -> None:
        asked, shown = self._questions[at.question], self._candidates(at.question)
        self._say(
            f"\nQuestion {at.question + 1} of {len(self._questions)}, "
            + (f"candidate {at.candidate + 1} of {len(shown)}" if shown else "no candidate")
        )
        *earlier, question = asked.so_far
        for turn in earlier:
            self._say(f"  before: {turn}")
        self._say(f"  asked: {question}\n")
        for one in shown[at.candidate : at.candidate + 1]:
            self._say(" / ".join(part for part in (one.title, one.section) if part))
            self._say(f"{one.text}\n")

    def _moved(self, at: _At, key: str) -> _At | None:
        if key == "b":
            return self._back(at)
        self._before.append(at)
        if key == "s":
            return self._next(_At(at.question + 1, 0))
        self._record(at, key)
        return self._next(at)

    def _back(self, at: _At) -> _At:
        """To what was last judged or skipped, or, first in a sitting, to the candidate before."""
        if self._before:
            return self._before.pop()
        if at.candidate:
            return _At(at.question, at.candidate - 1)
        self._say("This is the first; there is none to go back to.")
        return at

    def _record(self, at: _At, key: str) -> None:
        case, turn = self._questions[at.question]
        place = None if key == "u" else self._candidates(at.question)[at.candidate].place
        new = Judgement(
            id=case.id,
            turn=turn,
            **(place.model_dump() if place else {}),
            grade=_GRADES[key],
            annotator=self._annotator,
            time=datetime.now(UTC).replace(microsecond=0),
        )
        append(self._out, new.model_dump_json().encode() + b"\n")
        self._own[case.id, turn].append(new)
        self.added += 1
