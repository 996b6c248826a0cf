"""Retraining takes hours; here it learns from a few examples, so that none of its steps can be missing."""

import random
from pathlib import Path

import numpy as np
import pytest

from bot.safety import fitting, training
from bot.safety.example import LEVELS, examples
from bot.safety.models import Models


def test_all_models_are_fitted_and_read_authors_that_they_have_not_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "EPOCHS", 1)
    monkeypatch.setattr(fitting, "FOLDS", {"multilingual": 2, "english": 2, "words": 2})
    # So many of each level that no fold is without one.
    of = [[one for one in examples() if one.level == level] for level in LEVELS]
    learnt = [one for group in of for one in random.Random(0).sample(group, 10)]
    trained = fitting.train(learnt, jobs=1)
    for seen in (trained.held_out.multilingual, trained.held_out.english):
        np.testing.assert_allclose(seen.sum(axis=1), 1, atol=1e-3)
    np.testing.assert_allclose(np.exp(trained.held_out.words).sum(axis=1), 1, atol=1e-3)
    trained.models.save(tmp_path / "models.safetensors")
    shipped, again = Models.load(), Models.load(tmp_path / "models.safetensors")
    assert again.multilingual.keys() == shipped.multilingual.keys()
    assert again.english.keys() == shipped.english.keys()
    assert again.words.weights.shape == shipped.words.weights.shape
