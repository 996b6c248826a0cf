"""Comparisons and gates on invented outcomes."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest

from bot.evaluation import baseline
from bot.evaluation.compare import compare
from bot.evaluation.gate import Gate, GateError
from bot.evaluation.metrics import summarise
from bot.evaluation.record import Check, Outcome
from bot.evaluation.run_folder import RunError, outcomes_of

NAMES = ("old", "new")


def found_at(number: int, rank: int | None, **given: object) -> Outcome:
    gains = tuple(int(at == rank) for at in range(1, 11))
    return Outcome.model_validate(
        {
            "id": str(number),
            "turn": 0,
            "kind": "quoted",
            "level": "none",
            "is_answerable": True,
            "confidence": 0.5,
            "relevant": (1,),
            "gains": gains,
            "rank": rank,
        }
        | given
    )


def test_a_run_compared_with_itself_shows_no_difference() -> None:
    run = [found_at(at, at % 3 + 1) for at in range(30)]
    found = compare(run, run, NAMES)
    assert found.verdict == "No difference in 30 turns."
    assert {one.p_corrected for one in found.differences} == {1.0}
    assert found.changed == ()


def test_a_worse_retriever_is_told_from_chance() -> None:
    old = [found_at(at, 1) for at in range(40)]
    new = [found_at(at, 1 if at % 4 else 3) for at in range(40)]
    found = compare(old, new, NAMES)
    by_rank = found.difference("MRR@10")
    assert by_rank is not None
    assert (by_rank.wins, by_rank.losses, by_rank.ties) == (0, 10, 30)
    # Ten of ten lost: two of 2 to the power of 10 sign patterns are as extreme.
    assert by_rank.p == pytest.approx(2 / 1024)
    assert by_rank.p_corrected < 0.01
    assert "MRR@10 worse" in found.verdict


def test_shares_are_compared_by_mcnemars_exact_test() -> None:
    old = [found_at(at, 1 if at < 12 else 2) for at in range(15)]
    new = [found_at(at, 1 if at < 5 or at >= 12 else 2) for at in range(15)]
    by_hit = compare(old, new, NAMES).difference("hit@1")
    assert by_hit is not None
    assert (by_hit.wins, by_hit.losses) == (3, 7)
    assert by_hit.p == pytest.approx(binomtest(3, 10).pvalue, abs=1e-9)


def test_corrected_p_values_are_those_of_benjamini_and_hochberg() -> None:
    old = [found_at(at, 1) for at in range(40)]
    new = [found_at(at, 1 if at % 4 else 3) for at in range(40)]
    found = compare(old, new, NAMES).differences
    raw = sorted(one.p for one in found)
    steps = [p * len(raw) / rank for rank, p in enumerate(raw, 1)]
    by_hand = [min(1.0, *steps[at:], 1.0) for at in range(len(steps))]
    assert sorted(one.p_corrected for one in found) == pytest.approx(by_hand)


def test_many_random_differences_are_mostly_no_difference() -> None:
    rng = np.random.default_rng(1)
    ranks = rng.integers(1, 11, size=(2, 300))
    old, new = ([found_at(at, int(rank)) for at, rank in enumerate(row)] for row in ranks)
    found = compare(old, new, NAMES)
    assert found.verdict.startswith("No significant difference")


def test_what_changed_is_told_turn_by_turn() -> None:
    old = [found_at(1, 1), found_at(2, 1), found_at(3, 1)]
    new = [found_at(1, 3, kind="not_found"), found_at(2, 1), found_at(4, 1)]
    found = compare(old, new, NAMES)
    assert (found.turns, found.only_a, found.only_b) == (2, 1, 1)
    assert [one.what for one in found.changed] == [("kind: quoted → not_found", "rank: 1 → 3")]


def test_a_baseline_compares_like_its_run_and_has_no_words(tmp_path: Path) -> None:
    check = Check(name="expect_quote", is_met=False, expected="their words", found="more words")
    run = [found_at(1, 2, checks=(check,)), found_at(2, 1)]
    path = tmp_path / "baseline.jsonl"
    assert baseline.write(run, path) == 2
    assert "words" not in path.read_text("utf-8")
    assert compare(outcomes_of(path), run, NAMES).verdict == "No difference in 2 turns."


def test_a_file_that_is_no_baseline_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "baseline.jsonl"
    path.write_text('{"id": "x"}\n', "utf-8")
    with pytest.raises(RunError, match=r"baseline\.jsonl: line 1: "):
        outcomes_of(path)


GATE = """
baseline = "old.jsonl"
[[require]]
metric = "hit@1"
least = 0.9
[[require]]
metric = "calibration error"
most = 0.2
[[not_worse]]
metric = "MRR@10"
"""


def gate(folder: Path, text: str = GATE) -> Gate:
    path = folder / "gate.toml"
    path.write_text(text, "utf-8")
    return Gate.load(path)


def test_a_gate_names_each_breach(tmp_path: Path) -> None:
    old = [found_at(at, 1) for at in range(40)]
    new = [found_at(at, 1 if at % 4 else 3) for at in range(40)]
    found = list(gate(tmp_path).breaches(summarise(new), compare(old, new, NAMES)))
    assert found[0] == "hit@1: 0.750 is less than 0.9"
    assert found[1].startswith("calibration error: 0.250 is more than 0.2")
    assert found[2].startswith("MRR@10: 0.833 is worse than the baseline's 1.000")


def test_what_is_as_good_as_the_baseline_passes_a_gate(tmp_path: Path) -> None:
    run = [found_at(at, 1, confidence=1.0) for at in range(40)]
    assert list(gate(tmp_path).breaches(summarise(run), compare(run, run, NAMES))) == []


def test_the_baseline_stands_beside_the_gate(tmp_path: Path) -> None:
    assert gate(tmp_path).baseline == tmp_path / "old.jsonl"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[require]]\nmetric = 'hit@1'", "expected `least` or `most`"),
        ("[[require]]\nmetrik = 'hit@1'\nleast = 1", "metrik"),
        ("[[not_worse]]\nmetric = 'hit@1'", "needs a `baseline`"),
        ("[[require", "not TOML"),
        ("", "expected something to hold"),
        ("[[require]]\nmetric = 'hit@1'\nleast = nan", "finite number"),
    ],
)
def test_a_gate_that_cannot_be_read_says_why(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(GateError, match=problem):
        gate(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[require]]\nmetric = 'hit@7'\nleast = 1", "'hit@7' was not measured"),
        ("[[require]]\nmetric = 'hit@1'\ntag = 'x'\nleast = 1", "no turn has the tag 'x'"),
    ],
)
def test_a_gate_about_what_was_not_measured_cannot_be_applied(
    tmp_path: Path, text: str, problem: str
) -> None:
    run = [found_at(1, 1)]
    with pytest.raises(GateError, match=problem):
        list(gate(tmp_path, text).breaches(summarise(run)))


def test_a_few_great_losses_are_worse_than_many_small_wins() -> None:
    old = [found_at(at, 1 if at < 20 else 10) for at in range(41)]
    new = [found_at(at, 10 if at < 20 else 9) for at in range(41)]
    by_rank = compare(old, new, NAMES).difference("MRR@10")
    assert by_rank is not None
    assert by_rank.wins > by_rank.losses
    assert by_rank.is_worse


def test_a_turn_that_is_asked_otherwise_is_another_turn() -> None:
    found = compare([found_at(1, 1, asked="a")], [found_at(1, 2, asked="b")], NAMES)
    assert (found.turns, found.only_a, found.only_b) == (0, 1, 1)


def test_a_baseline_of_other_turns_holds_no_gate(tmp_path: Path) -> None:
    old, new = [found_at(1, 1), found_at(2, 1)], [found_at(1, 1)]
    with pytest.raises(GateError, match="the baseline has 1 turn that this run has not"):
        list(gate(tmp_path).breaches(summarise(new), compare(old, new, NAMES)))


def test_a_gate_is_not_laxer_for_metrics_that_it_does_not_ask_about(tmp_path: Path) -> None:
    old = [found_at(at, 1) for at in range(60)]
    new = [found_at(at, 1 if at % 10 else 2) for at in range(60)]
    found = compare(old, new, NAMES)
    asked = found.difference("hit@1")
    assert asked is not None
    assert asked.p < 0.05 < asked.p_corrected
    text = "baseline = 'b'\n[[not_worse]]\nmetric = 'hit@1'"
    (breach,) = gate(tmp_path, text).breaches(summarise(new), found)
    assert breach.startswith("hit@1: 0.900 is worse")
