"""How far two annotators agree beyond chance."""

from collections.abc import Iterator, Sequence

from sklearn.metrics import cohen_kappa_score, confusion_matrix

from bot.evaluation.cases import Place
from bot.evaluation.judgements import GRADES, Grade, Judgement, Opinion, opinions
from corpus.document import Frozen


class Compared(Frozen):
    """Both grades of a place; without a place, both hold that no document answers."""

    id: str
    turn: int
    place: Place | None
    a: Grade
    b: Grade


class Agreement(Frozen):
    """Over the `n` items that both judged. `table` has a row for each grade of a, a column for b's.

    `kappa` is Cohen's, `weighted` the same with linear weights, since in part is nearer to either end
    than they are to each other; where both are None, `why_no_kappa` says why.
    """

    n: int
    observed: float | None
    kappa: float | None
    weighted: float | None
    why_no_kappa: str | None
    table: tuple[tuple[int, ...], ...]
    differences: tuple[Compared, ...]


def agreement(a: Sequence[Judgement], b: Sequence[Judgement]) -> Agreement:
    """How far two annotators agree; ValueError if either holds the judgements of several."""
    pairs = list(_compared(_of_one(a), _of_one(b)))
    of_a, of_b = [pair.a for pair in pairs], [pair.b for pair in pairs]
    differences = tuple(pair for pair in pairs if pair.a != pair.b)
    why = _why_undefined(of_a, of_b)
    return Agreement(
        n=len(pairs),
        observed=1 - len(differences) / len(pairs) if pairs else None,
        kappa=None if why else _kappa(of_a, of_b),
        weighted=None if why else _kappa(of_a, of_b, "linear"),
        why_no_kappa=why,
        table=_table(pairs),
        differences=differences,
    )


def _of_one(judgements: Sequence[Judgement]) -> list[Opinion]:
    names = sorted({one.annotator for one in judgements})
    if len(names) > 1:
        raise ValueError(
            f"expected the judgements of one annotator, found those of {', '.join(names)}; "
            "compare two of them at a time"
        )
    return opinions(judgements)


def _compared(a: Sequence[Opinion], b: Sequence[Opinion]) -> Iterator[Compared]:
    others = {(other.id, other.turn): other for other in b}
    for one in a:
        other = others.get((one.id, one.turn))
        if other and one.is_unanswerable and other.is_unanswerable:
            yield Compared(id=one.id, turn=one.turn, place=None, a=0, b=0)
        elif other:
            yield from _by_place(one, other)


def _by_place(one: Opinion, other: Opinion) -> Iterator[Compared]:
    for place in {**one.grades, **other.grades}:
        a, b = one.grade(place), other.grade(place)
        if a is not None and b is not None:
            yield Compared(id=one.id, turn=one.turn, place=place, a=a, b=b)


def _why_undefined(a: Sequence[Grade], b: Sequence[Grade]) -> str | None:
    """Kappa divides by the disagreement that chance would bring, which may be none."""
    if not a:
        return "no item was judged by both"
    if len({*a, *b}) == 1:
        return f"both gave every item the grade {a[0]}, so chance alone would agree as well"
    return None


def _kappa(a: Sequence[Grade], b: Sequence[Grade], weights: str | None = None) -> float:
    return float(cohen_kappa_score(a, b, labels=GRADES, weights=weights))


def _table(pairs: Sequence[Compared]) -> tuple[tuple[int, ...], ...]:
    if not pairs:
        return ((0,) * len(GRADES),) * len(GRADES)
    a, b = [pair.a for pair in pairs], [pair.b for pair in pairs]
    return tuple(tuple(map(int, row)) for row in confusion_matrix(a, b, labels=GRADES))
