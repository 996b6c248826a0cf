"""The shipped models go on learning; here from a few examples."""

import random

import pytest
from torch.nn.functional import cosine_similarity

from bot.safety import continuing
from bot.safety.continuing import BESIDE, MOST_BESIDE, continued, lesson
from bot.safety.example import ASIDES, CALIBRATION, HELD_OUT, held_out, to_calibrate, to_learn
from bot.safety.models import Models


def test_a_lesson_is_all_that_is_new_among_a_share_of_the_rest() -> None:
    learnt = to_learn()
    first = max(example.author for example in learnt)
    read = lesson(learnt, first)
    new = [example for example in learnt if example.author >= first]
    assert read[: len(new)] == new
    assert len(read) == len(new) + min(BESIDE * len(new), MOST_BESIDE)
    assert all(example.author < first for example in read[len(new) :])


def test_of_many_new_messages_not_three_times_as_many_others_are_read() -> None:
    read = lesson(to_learn(), 70)
    assert sum(example.author < 70 for example in read) == MOST_BESIDE


def test_neither_held_out_nor_calibration_authors_are_learnt_from() -> None:
    assert {example.author for example in held_out()} == HELD_OUT
    assert {example.author for example in to_calibrate()} == CALIBRATION
    learnt = {example.author for example in to_learn()}
    assert learnt.isdisjoint(HELD_OUT | CALIBRATION)
    assert learnt >= ASIDES


def test_without_a_new_author_there_is_no_lesson() -> None:
    with pytest.raises(ValueError, match="no author from 1000 on"):
        lesson(to_learn()[:10], 1000)


def test_the_models_go_on_from_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(continuing, "EPOCHS", 1)
    learnt = random.Random(0).sample(to_learn(), 40)
    before = Models.load()
    after = continued(learnt, max(example.author for example in learnt), before, jobs=1)
    for old, new in ((before.english, after.english), (before.multilingual, after.multilingual)):
        assert new.keys() == old.keys()
        assert any((new[name] != old[name]).any() for name in old)
        # A few steps at a slow pace move eight-bit weights little; a tower fitted anew has others.
        one, other = (weights["level.weight"].float().flatten() for weights in (old, new))
        assert float(cosine_similarity(one, other, dim=0)) > 0.9
    assert after.words.weights.shape == before.words.weights.shape
