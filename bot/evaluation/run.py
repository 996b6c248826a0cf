"""Asking a bot every question of a set, and writing down what came of it, so that a kill costs little.

Questions are asked in batches whose ends are fixed beforehand: a run that is stopped and goes on has
the same batches, and so the same numbers, as one that was not.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from tqdm import tqdm

from bot.answer import Bot, Examined
from bot.evaluation.accepted import Accepted, accepted, most_telling, unmeetable
from bot.evaluation.cases import Case
from bot.evaluation.judging import Documents, Judge
from bot.evaluation.memory import give_back
from bot.evaluation.record import Info, Record, Signals, Timed, Wanted
from bot.evaluation.run_folder import RunError, RunFolder
from bot.safety.screen import Conversation
from corpus.document import Passage
from index.hit import Hit
from index.ranking import Ranking

# Turns that are asked together: the more, the better texts of like length are read together.
BATCH = 128
# Of those that missed, so many are searched to the last passage at a time.
_SEARCHED = 16
# Memory is given back after so many turns; more rarely, a few hundred MB would come and go.
_GIVEN_BACK = 128


class _Asked(NamedTuple):
    """A turn of a case, and the conversation that it ends."""

    case: Case
    turn: int

    @property
    def conversation(self) -> Conversation:
        turns = tuple(one.question for one in self.case.turns[: self.turn + 1])
        return Conversation(turns=turns, language=self.case.language, country=self.case.country)


class Runner:
    """Runs sets against one bot; without an index it only screens."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._index = bot.index
        self._documents: Documents = bot.index.documents if bot.index else {}
        self._judge = Judge(self._documents)

    def check(self, cases: Iterable[Case]) -> list[str]:
        """What a set expects that these documents cannot meet, a line each."""
        if self._index is None:
            return []
        return [
            f"case {case.id}, turn {number}: {problem}"
            for case in cases
            for number, turn in enumerate(case.turns, 1)
            for problem in unmeetable(turn, self._documents)
        ]

    def run(self, cases: Sequence[Case], folder: RunFolder, info: Info) -> Iterator[int]:
        """Goes on where the folder's run stopped; says after each batch how many turns are done.

        RunError if the folder holds another run, or another process runs into it.
        """
        with folder.held():
            yield from self._run(cases, folder, info)

    def _run(self, cases: Sequence[Case], folder: RunFolder, info: Info) -> Iterator[int]:
        done = folder.begin(info, cases)
        asked = [_Asked(case, turn) for case in cases for turn in range(len(case.turns))]
        for start in range(done, len(asked), info.batch):
            batch = asked[start : start + info.batch]
            self._answer(batch, folder)
            if start % _GIVEN_BACK + len(batch) >= _GIVEN_BACK:
                give_back()
            yield start + len(batch)
        held = folder.info
        if held.finished is None:
            finished = datetime.now(UTC).isoformat(timespec="seconds")
            folder.write(held.model_copy(update={"finished": finished}))

    def _answer(self, batch: Sequence[_Asked], folder: RunFolder) -> None:
        began = time.perf_counter()
        examined = self._bot.examined([one.conversation for one in batch])
        for one, found in zip(batch, examined, strict=True):
            if found.screening is None:
                raise RunError(
                    f"case {one.case.id}, turn {one.turn + 1}: the bot failed, as the log says; mend "
                    "it, and run the same command again"
                )
        taken = (time.perf_counter() - began) * 1000 / len(batch)
        outcomes = [
            self._judge.outcome(one.case, one.turn, found.reply)
            for one, found in zip(batch, examined, strict=True)
        ]
        wanted = self._wanted(
            [
                (one, found)
                for one, found, outcome in zip(batch, examined, outcomes, strict=True)
                if outcome.relevant and outcome.rank != 1
            ]
        )
        records = [
            _record(one, found, wanted.get((one.case.id, one.turn)))
            for one, found in zip(batch, examined, strict=True)
        ]
        times = [
            Timed(id=one.case.id, turn=one.turn, milliseconds=round(taken, 2)) for one in batch
        ]
        # The outcomes come last: a turn that has one is whole.
        for path, lines in (
            (folder.times_file, times),
            (folder.records_file, records),
            (folder.outcomes_file, outcomes),
        ):
            with path.open("a", encoding="utf-8") as file:
                file.writelines(f"{line.model_dump_json()}\n" for line in lines)

    def _wanted(
        self, missed: Sequence[tuple[_Asked, Examined]]
    ) -> dict[tuple[str, int], Wanted | None]:
        """Where the passages stand that should have come first."""
        searched = [(one, found.asked) for one, found in missed if found.asked is not None]
        if self._index is None or not searched:
            return {}
        found = {}
        for start in range(0, len(searched), _SEARCHED):
            part = searched[start : start + _SEARCHED]
            rankings = self._index.rankings([asked for _, asked in part])
            for (one, _), ranking in zip(part, rankings, strict=bool(rankings)):
                right = most_telling(accepted(one.case.turns[one.turn], self._documents))
                found[one.case.id, one.turn] = _best(ranking, right)
        return found


def progress(done: Iterable[int], turns: int) -> None:
    """Runs to the end, with a bar on stderr."""
    with tqdm(total=turns, unit="turn") as bar:
        for count in done:
            bar.update(count - bar.n)


def _best(ranking: Ranking, right: Sequence[Accepted]) -> Wanted | None:
    """The best passage that answers, wherever it stands."""

    def answers(passage: Passage) -> bool:
        span = passage.span
        return any(
            one.is_met_at(passage.document, span.start, span.end, passage.text) for one in right
        )

    found = ranking.first(answers)
    if found is None:
        return None
    rank, hit = found
    return Wanted(rank=rank, passage=_signals(hit), text=hit.passage.text)


def _record(one: _Asked, found: Examined, wanted: Wanted | None) -> Record:
    return Record(
        id=one.case.id,
        turn=one.turn,
        reply=found.reply,
        hits=tuple(map(_signals, found.found.hits)) if found.found else (),
        matched=found.screening.matched if found.screening else (),
        wanted=wanted,
    )


def _signals(hit: Hit) -> Signals:
    span = hit.passage.span
    return Signals(
        document=hit.passage.document,
        start=span.start,
        end=span.end,
        score=hit.score,
        base=hit.base,
        meaning=hit.meaning,
        words=hit.words,
        question=hit.question,
    )
