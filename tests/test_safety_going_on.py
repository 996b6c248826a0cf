"""Turns that follow a disclosure: which go on with it, as a regression over two models' vectors says."""

from pathlib import Path

import numpy as np
import pytest

from bot.loading import load_reader
from bot.safety.example import ExampleError
from bot.safety.fit_going_on import figures
from bot.safety.fitting import lower
from bot.safety.going_on import GoingOn, vectors
from bot.safety.screen import Conversation, Screen
from bot.safety.sequel import FOLDER, HELD_OUT, sequels


@pytest.fixture(scope="module")
def screen() -> Screen:
    return Screen(load_reader())


def test_of_authors_it_never_learnt_from_it_knows_most_turns_that_go_on_and_few_others() -> None:
    met = [one for one in sequels() if one.author in HELD_OUT]
    models = [lower("english"), lower("multilingual")]
    seen = vectors([one.turn for one in met], models)
    likely = GoingOn.load().two.probabilities(seen)
    found = figures(met, likely)
    assert found["turns"] >= 200
    assert found["on_taken"] >= 0.83
    assert found["off_taken"] <= 0.12
    without = GoingOn.load().one.probabilities(seen[:, : seen.shape[1] // 2])
    assert figures(met, without)["auroc"] >= 0.85


def test_one_model_reads_where_the_other_is_not_installed() -> None:
    assert GoingOn.load().are_on(["nobody knows about it"], [lower("english")]) == [True]


def test_a_vector_does_not_depend_on_the_texts_beside_it() -> None:
    model = lower("english")
    alone = model.vectors(["since Easter"])
    beside = model.vectors(["since Easter", "a text that is a good deal longer than the other one"])
    np.testing.assert_allclose(alone[0], beside[0], atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(beside, axis=1), 1, atol=1e-5)


def test_what_asks_something_is_answered_whatever_it_sounds_like(screen: Screen) -> None:
    told = "I cut myself again last night."
    assert screen([told, "no, nobody knows"]).level == "crisis"
    assert screen([told, "nobody knows how long this takes?"]).level == "concern"


def test_what_goes_on_keeps_kind_and_person_and_counts_as_a_card(screen: Screen) -> None:
    found = screen(["My brother hits our mother every weekend.", "since last summer"])
    assert (found.level, found.third_party, found.is_remembered) == ("crisis", True, True)
    then = screen(["I want to die.", "nobody knows", "What does a session cost?"])
    assert (then.level, then.cards_before) == ("concern", 2)


def test_only_the_turn_just_behind_a_card_can_go_on_with_it(screen: Screen) -> None:
    turns = ("I want to die.", "What does a session cost?", "nobody knows")
    assert screen(turns).level == "concern"
    before = Conversation(turns=("nobody knows",), level_before="crisis", category_before="suicide")
    assert screen.all([before])[0].level == "crisis"


def test_a_line_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "01-bad.tsv").write_text("on\tcrisis\ten\tonly four\n", "utf-8")
    with pytest.raises(ExampleError, match=r"01-bad\.tsv:1: 4 fields between tabs, 5 expected"):
        sequels(tmp_path)
    (tmp_path / "01-bad.tsv").write_text("maybe\tcrisis\ten\tI want to die\tyes\n", "utf-8")
    with pytest.raises(ExampleError, match=r"01-bad\.tsv:1: label"):
        sequels(tmp_path)


def test_authors_wrote_as_many_turns_of_each_label() -> None:
    assert len(list(FOLDER.glob("*.tsv"))) >= 10
    on = np.array([one.goes_on for one in sequels()])
    assert 0.45 <= on.mean() <= 0.55
