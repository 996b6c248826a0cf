"""Measures of ranked candidates, a value a turn, by ir-measures (trec_eval's own code behind it)."""

from collections.abc import Sequence

import ir_measures
from ir_measures import RR, R, Success, nDCG

from bot.evaluation.record import Outcome

# Names as reports have them.
MEASURES = {
    "hit@1": Success @ 1,
    "hit@3": Success @ 3,
    "hit@10": Success @ 10,
    "MRR@10": RR @ 10,
    "nDCG@10": nDCG @ 10,
    "recall@10": R @ 10,
}


def ranked(outcomes: Sequence[Outcome]) -> list[dict[str, float]]:
    """The measures of each outcome, by name; none for one of which nothing is known to answer."""
    bearing = [(str(at), one) for at, one in enumerate(outcomes) if one.relevant]
    found: list[dict[str, float]] = [{} for _ in outcomes]
    if not bearing:
        return found
    qrels = {id: _judged(one) for id, one in bearing}
    run = {id: _retrieved(one) for id, one in bearing}
    names = {measure: name for name, measure in MEASURES.items()}
    for metric in ir_measures.iter_calc(list(names), qrels, run):
        found[int(metric.query_id)][names[metric.measure]] = metric.value
    return found


def _judged(one: Outcome) -> dict[str, int]:
    return {f"{grade}/{at}": grade for at, grade in enumerate(_sorted(one.relevant))}


def _retrieved(one: Outcome) -> dict[str, float]:
    """Candidates as documents of those names, the first with the highest score."""
    left = {name: grade for name, grade in _judged(one).items()}
    scores = {}
    for rank, gain in enumerate(one.gains):
        name = next((name for name, grade in left.items() if gain and grade == gain), f"no/{rank}")
        left.pop(name, None)
        scores[name] = float(len(one.gains) - rank)
    return scores


def _sorted(grades: Sequence[int]) -> list[int]:
    return sorted(grades, reverse=True)
