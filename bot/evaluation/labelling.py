"""Which of the passages that any signal finds answer a question, by the judgement of annotators."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.evaluation.cases import UNANSWERED, Case, Place, Turn
from bot.evaluation.judgements import Grade, Judgement, LabelError, Opinion, Say, opinions, read
from bot.evaluation.sitting import Ask, Pool, Question, Sitting
from corpus.document import Frozen


class Open(Frozen):
    """What stays unlabelled, and why."""

    id: str
    turn: int
    why: str


def label(
    cases: Sequence[Case],
    pool: Pool,
    annotator: str,
    out: Path,
    ask: Ask,
    say: Say,
    *,
    include_all: bool = False,
) -> int:
    """Asks for each judgement that `annotator` has not yet given in `out`; how many were added.

    `pool` takes the turns so far; `ask` takes a prompt, and may raise EOFError or KeyboardInterrupt
    to stop. `include_all` asks also where the set already says whether the sources answer.
    LabelError if the name is empty or `out` holds something else than judgements.
    """
    name = annotator.strip()
    if not name:
        raise LabelError(f"expected the annotator's name, found {annotator!r}; give one")
    held = read(out, say) if out.exists() else []
    own = [one for one in held if one.annotator == name]
    sitting = Sitting(_questions(cases, include_all), pool, name, own, out, ask, say)
    try:
        sitting.walk()
    except (EOFError, KeyboardInterrupt):
        say("\nStopped; everything so far is kept.")
    return sitting.added


def _questions(cases: Sequence[Case], include_all: bool) -> list[Question]:
    return [
        Question(case, number)
        for case in cases
        for number, turn in enumerate(case.turns)
        if not turn.skip and (include_all or turn.is_answerable is None)
    ]


def applied(cases: Sequence[Case], judgements: Sequence[Judgement]) -> list[Case]:
    """The set with the labels that most annotators give; `left_open` says what they leave open."""
    votes = _votes(judgements)
    return [
        case.model_copy(
            update={
                "turns": tuple(
                    _labelled(turn, votes[case.id, number])
                    for number, turn in enumerate(case.turns)
                )
            }
        )
        for case in cases
    ]


def left_open(cases: Sequence[Case], judgements: Sequence[Judgement]) -> list[Open]:
    """What was judged and yet does not label the set: ties, and turns that the set does not have."""
    known = {(case.id, number) for case in cases for number in range(len(case.turns))}
    return [
        Open(id=id, turn=turn, why=why)
        for (id, turn), votes in _votes(judgements).items()
        for why in (_doubts(votes) if (id, turn) in known else ["the set has no such turn"])
    ]


def _votes(judgements: Sequence[Judgement]) -> defaultdict[tuple[str, int], list[Opinion]]:
    votes: defaultdict[tuple[str, int], list[Opinion]] = defaultdict(list)
    for one in opinions(judgements):
        votes[one.id, one.turn].append(one)
    return votes


def _labelled(turn: Turn, votes: Sequence[Opinion]) -> Turn:
    kind = turn.expect_kind
    if _is_unanswerable(votes):
        none = {"expect_quote": (), "expect_document": (), "expect_entry": ()}
        kept = kind if turn.is_refusal else UNANSWERED
        return turn.model_copy(update={**none, "expect_kind": kept})
    gold = _gold(votes)
    if not gold:
        return turn
    kept = () if turn.is_refusal else kind
    return turn.model_copy(update={"expect_quote": gold, "expect_kind": kept})


def _is_unanswerable(votes: Sequence[Opinion]) -> bool:
    return 2 * sum(one.is_unanswerable for one in votes) > len(votes)


def _gold(votes: Sequence[Opinion]) -> tuple[Place, ...]:
    grades = {place: _most(_grades(votes, place)) for place in _places(votes)}
    best = max((grade for grade in grades.values() if grade), default=None)
    return tuple(place for place, grade in grades.items() if best and grade == best)


def _doubts(votes: Sequence[Opinion]) -> Iterator[str]:
    if _is_unanswerable(votes):
        return
    tied = [place for place in _places(votes) if _most(_grades(votes, place)) is None]
    for place in tied:
        by = ", ".join(f"{name} {grade}" for name, grade in _grades(votes, place).items())
        yield f"tied on {place.document}[{place.start}:{place.end}]: {by}"
    if not tied and not _gold(votes):
        yield "no passage answers, and most do not say that no document does"


def _places(votes: Sequence[Opinion]) -> list[Place]:
    return list(dict.fromkeys(place for one in votes for place in one.grades))


def _grades(votes: Sequence[Opinion], place: Place) -> dict[str, Grade]:
    """Who gives which grade."""
    found = {one.annotator: one.grade(place) for one in votes}
    return {name: grade for name, grade in found.items() if grade is not None}


def _most(grades: dict[str, Grade]) -> Grade | None:
    """The grade that most give; None if as many give another."""
    (first, most), *rest = Counter(grades.values()).most_common()
    return None if rest and rest[0][1] == most else first
