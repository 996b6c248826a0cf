"""Figures and comparisons as lines for a terminal."""

from collections.abc import Iterable, Iterator, Sequence

from bot.evaluation.cases import Case
from bot.evaluation.compare import Comparison
from bot.evaluation.counted import counted
from bot.evaluation.metrics import Figure, Group
from bot.evaluation.record import Outcome

# Of each tag; a terminal has no room for all.
_OF_TAGS = (
    "passed",
    "hit@1",
    "hit@3",
    "answered",
    "refused",
    "AUROC answerable",
    "recall_high",
    "false_route",
)
_MOST_CHANGED = 20


def summary(groups: Sequence[Group]) -> Iterator[str]:
    """All figures of all turns, and the main ones of each tag."""
    for figure in groups[0].figures:
        yield f"{figure.name:24} {_value(figure)}"
    for group in groups[1:]:
        chosen = [one for one in group.figures if one.name in _OF_TAGS]
        if chosen:
            yield f"\n{group.tag}"
            yield from (f"  {figure.name:22} {_value(figure)}" for figure in chosen)


def failed(outcomes: Iterable[Outcome], cases: Iterable[Case]) -> Iterator[str]:
    """The first turns that were not as expected, and why."""
    wrong = [one for one in outcomes if not one.is_passed]
    if not wrong:
        return
    yield f"\nnot as expected: {len(wrong)}"
    ids = {one.id for one in wrong[:_MOST_CHANGED]}
    asked = {case.id: case for case in cases if case.id in ids}
    for one in wrong[:_MOST_CHANGED]:
        names = dict.fromkeys(check.name for check in one.checks if not check.is_met)
        yield f"  {one.id}: {asked[one.id].turns[one.turn].question} ({', '.join(names)})"
    if len(wrong) > _MOST_CHANGED:
        yield f"  and {len(wrong) - _MOST_CHANGED} more: see the report"


def comparison(found: Comparison) -> Iterator[str]:
    """What differs, and what changed."""
    yield f"{found.a} → {found.b}"
    yield found.verdict
    if found.only_a or found.only_b:
        only = f"only in the first {found.only_a}, only in the second {found.only_b}"
        yield f"in both: {counted(found.turns, 'turn')}; {only}"
    yield f"\n{'':20} {'first':>7} {'second':>7} {'won':>5} {'lost':>5} {'tied':>5}  corrected p"
    for one in found.differences:
        yield (
            f"{one.metric:20} {one.a:7.3f} {one.b:7.3f} {one.wins:5} {one.losses:5} {one.ties:5}  "
            f"{one.p_corrected:.2g}{' *' if one.is_significant else ''}"
        )
    if found.changed:
        yield f"\n{counted(len(found.changed), 'turn')} changed"
        for changed in found.changed[:_MOST_CHANGED]:
            yield f"  {changed.id}, turn {changed.turn + 1}: {'; '.join(changed.what)}"
        if len(found.changed) > _MOST_CHANGED:
            yield f"  and {len(found.changed) - _MOST_CHANGED} more: see the report"


def _value(figure: Figure) -> str:
    if figure.value is None:
        return "      –"
    number = f"{figure.value:7.0f}" if figure.name == "turns" else f"{figure.value:7.3f}"
    if figure.low is None or figure.high is None:
        return f"{number}{'' if figure.name == 'turns' else f'  of {figure.n}'}"
    return f"{number}  [{figure.low:.3f}, {figure.high:.3f}]  of {figure.n}"
