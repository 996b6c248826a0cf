import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.safety.figures import Figure, read


def test_without_a_file_there_are_no_figures(tmp_path: Path) -> None:
    assert read(tmp_path / "figures.json") == ()


def test_an_interval_stands_with_its_figure(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    path.write_text(json.dumps({"set": "a", "n": 9, "recall_ci": [0.8, 1.0], "recall": 0.9}))
    assert read(path) == (
        Figure("set", "a", None),
        Figure("n", 9, None),
        Figure("recall", 0.9, (0.8, 1.0)),
    )


def test_a_figure_of_another_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    path.write_text('{"recall": {"low": 1}}')
    with pytest.raises(ValidationError, match="recall"):
        read(path)
