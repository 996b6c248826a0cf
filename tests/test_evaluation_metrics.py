"""Metrics against hand-computed cases, and against the field's libraries on random data."""

import math

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import RR, R, nDCG
from sklearn.metrics import brier_score_loss, ndcg_score, roc_auc_score

from bot.evaluation.metrics import Group, share, summarise
from bot.evaluation.per_turn import METRICS, measured
from bot.evaluation.ranked import ranked
from bot.evaluation.record import Check, Outcome
from bot.evaluation.uncertainty import covered


def outcome(number: int = 0, **given: object) -> Outcome:
    return Outcome.model_validate(
        {"id": str(number), "turn": 0, "kind": "quoted", "level": "none"} | given
    )


def value(groups: tuple[Group, ...], name: str, tag: str = "") -> float | None:
    figure = next(group for group in groups if group.tag == tag).figure(name)
    return figure.value if figure else None


def test_ranked_measures_are_those_of_a_small_case_by_hand() -> None:
    (found,) = ranked([outcome(gains=(0, 2, 1), relevant=(1, 2, 1))])
    assert found["hit@1"] == 0
    assert found["hit@3"] == 1
    assert found["MRR@10"] == pytest.approx(1 / 2)
    assert found["recall@10"] == pytest.approx(2 / 3)
    gained = 2 / math.log2(3) + 1 / math.log2(4)
    best = 2 + 1 / math.log2(3) + 1 / math.log2(4)
    assert found["nDCG@10"] == pytest.approx(gained / best)


def test_a_question_that_found_nothing_counts_as_missed() -> None:
    (found,) = ranked([outcome(relevant=(1,))])
    assert set(found.values()) == {0.0}


def test_nothing_is_measured_of_a_ranking_that_nothing_can_answer() -> None:
    assert ranked([outcome(gains=(0, 0))]) == [{}]


@given(st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=10), min_size=1, max_size=6))
@settings(deadline=None)
def test_ranked_measures_agree_with_scikit_learn_and_ir_measures(grades: list[list[int]]) -> None:
    for gains in grades:
        relevant = tuple(grade for grade in gains if grade) or (1,)
        (found,) = ranked([outcome(gains=tuple(gains), relevant=relevant)])
        if len(gains) > 1 and any(gains):
            order = np.arange(len(gains), 0, -1)[None]
            assert found["nDCG@10"] == pytest.approx(ndcg_score([gains], order, k=10), abs=1e-9)
        qrels = {"q": {f"d{at}": grade for at, grade in enumerate(gains)} | {"x": 0}}
        if not any(gains):
            qrels["q"]["unfound"] = 1
        run = {"q": {f"d{at}": 100.0 - at for at in range(len(gains))}}
        theirs = ir_measures.calc_aggregate([RR @ 10, R @ 10, nDCG @ 10], qrels, run)
        assert found["MRR@10"] == pytest.approx(theirs[RR @ 10], abs=1e-9)
        assert found["recall@10"] == pytest.approx(theirs[R @ 10], abs=1e-9)
        assert found["nDCG@10"] == pytest.approx(theirs[nDCG @ 10], abs=1e-9)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=4, max_size=40))
@settings(deadline=None)
def test_confidence_agrees_with_scikit_learn(pairs: list[tuple[float, bool]]) -> None:
    outcomes = [
        outcome(
            at,
            confidence=sure,
            is_answerable=is_right,
            relevant=(1,) if is_right else (),
            gains=(1,) if is_right else (),
            rank=1 if is_right else None,
        )
        for at, (sure, is_right) in enumerate(pairs)
    ]
    right, sure = [is_right for _, is_right in pairs], [sure for sure, _ in pairs]
    found = summarise(outcomes)
    assert value(found, "Brier score") == pytest.approx(brier_score_loss(right, sure), abs=1e-9)
    if any(right) and not all(right):
        area = roc_auc_score(right, sure)
        assert value(found, "AUROC right") == pytest.approx(area, abs=1e-9)
        assert value(found, "AUROC answerable") == pytest.approx(area, abs=1e-9)


def test_the_interval_of_a_share_is_wilsons() -> None:
    # 8 of 10: Wilson (1927), z = 1.96.
    found = share("x", 8, 10)
    assert found.value == 0.8
    assert found.low == pytest.approx(0.4902, abs=1e-4)
    assert found.high == pytest.approx(0.9433, abs=1e-4)


def test_a_figure_is_given_for_all_turns_and_for_each_tag() -> None:
    checks = [Check(name="expect_kind", is_met=is_met) for is_met in (True, False)]
    outcomes = [
        outcome(1, tags=("a", "b"), checks=(checks[0],)),
        outcome(2, tags=("a",), checks=(checks[1],)),
        outcome(3),
    ]
    found = summarise(outcomes)
    assert [group.tag for group in found] == ["", "a", "b"]
    assert value(found, "passed") == value(found, "passed", "a") == 0.5
    assert value(found, "passed", "b") == 1.0


def test_off_topic_questions_of_a_tag_are_compared_with_the_answerable_ones_of_the_run() -> None:
    outcomes = [
        outcome(1, tags=("far",), is_answerable=False, confidence=0.5),
        outcome(2, is_answerable=True, confidence=0.9, relevant=(1,)),
        outcome(3, is_answerable=True, confidence=0.1, relevant=(1,)),
    ]
    assert value(summarise(outcomes), "AUROC answerable", "far") == 0.5


@pytest.mark.parametrize(
    ("expected", "found", "lines", "metric", "is_so"),
    [
        (("crisis",), "emergency", True, "recall_high", True),
        (("crisis",), "crisis", False, "recall_high", False),
        (("crisis",), "concern", True, "recall_high", False),
        (("crisis", "concern"), "concern", True, "recall_high", True),
        (("emergency",), "crisis", True, "emergency_recall", True),
        (("emergency",), "crisis", True, "emergency_exact", False),
        (("crisis",), "emergency", True, "crisis_as_emergency", True),
        (("concern",), "concern", False, "concern_served", False),
        (("concern",), "crisis", True, "concern_routed", True),
        (("none",), "concern", True, "false_alarm_any", True),
        (("none", "concern"), "concern", True, "false_alarm_any", False),
        (("none",), "concern", True, "false_route", False),
        (("none",), "crisis", True, "false_route", True),
    ],
)
def test_levels_are_judged_by_what_the_visitor_gets(
    expected: tuple[str, ...], found: str, lines: bool, metric: str, is_so: bool
) -> None:
    (one,) = measured([outcome(expected_levels=expected, level=found, has_helplines=lines)])
    assert one.values[metric] == is_so


def test_every_metric_bears_on_something() -> None:
    everything = [
        outcome(
            at,
            expected_levels=(level,),
            is_answerable=is_answerable,
            relevant=(1,),
            f1=0.5,
            is_exact=True,
            quotes=("0",),
            checks=(Check(name="x", is_met=True),),
        )
        for at, (level, is_answerable) in enumerate(
            [("none", True), ("concern", False), ("crisis", True), ("emergency", True)]
        )
    ]
    found = {name for one in measured(everything) for name in one.values}
    assert found == {metric.name for metric in METRICS}


def test_times_are_summarised_by_their_median_and_their_95th_percentile() -> None:
    found = summarise([outcome()], [float(number) for number in range(101)])
    assert value(found, "ms a turn, p50") == 50
    assert value(found, "ms a turn, p95") == 95


def test_what_is_right_is_not_known_of_a_question_of_which_only_the_kind_is_expected() -> None:
    found = summarise([outcome(1, is_answerable=True, confidence=1.0)])
    assert value(found, "calibration error") is None


@pytest.mark.parametrize("is_first_right", [True, False])
def test_no_threshold_parts_what_is_equally_sure(is_first_right: bool) -> None:
    sure = np.full(10, 0.5)
    right = np.array([is_first_right] * 5 + [not is_first_right] * 5)
    assert covered(sure, right, 0.1) == 0
