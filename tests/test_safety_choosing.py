"""Fusions and thresholds are fitted to what the shipped models make of messages."""

import json
import random
from pathlib import Path

import numpy as np
import pytest

from bot.safety import calibrating, choosing
from bot.safety.choosing import Allowed, choose
from bot.safety.example import to_calibrate
from bot.safety.fusion import Fusions
from bot.safety.reading import Thresholds


def test_what_the_models_make_of_strangers_is_fitted_to_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fusions, thresholds = tmp_path / "fusion.json", tmp_path / "thresholds.json"
    monkeypatch.setattr(calibrating, "FILE", fusions)
    monkeypatch.setattr(calibrating, "THRESHOLDS", thresholds)
    monkeypatch.setattr(calibrating, "ALLOWED", Allowed(routed=0.1, alarmed=0.2))
    monkeypatch.setattr(choosing, "FUSION_FOLDS", 3)
    few = random.Random(0).sample(to_calibrate(), 300)
    monkeypatch.setattr(calibrating, "to_calibrate", lambda: few)
    calibrating.main()
    printed = json.loads(capsys.readouterr().out)
    assert printed["auroc"] > 0.95
    assert printed["false_route"] == pytest.approx(0.1, abs=0.02)
    written = Thresholds.model_validate_json(thresholds.read_text("utf-8"))
    assert written.over_none == printed["over_none"]
    three = Fusions.model_validate_json(fusions.read_text("utf-8")).three
    assert np.array(three.weights).shape == (4, 16)


def test_the_more_false_alarms_are_allowed_the_lower_are_the_thresholds() -> None:
    found = np.random.default_rng(0).dirichlet((5, 1, 1, 1), 1_000)
    level = np.repeat([0, 1, 2, 3], 250)
    strict, mild = (choose(found, level, Allowed(share, share)) for share in (0.01, 0.1))
    assert mild.over_none < strict.over_none
    assert mild.concern < strict.concern
    assert mild.emergency == strict.emergency
