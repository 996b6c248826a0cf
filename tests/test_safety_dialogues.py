"""Whole conversations, screened with the model: what sticks, what rises, what is not forgotten."""

from pathlib import Path

import pytest
import yaml

from bot.loading import load_reader
from bot.reply import Level
from bot.safety.screen import Screen

Turn = tuple[Level, str]
DIALOGUES: list[list[Turn]] = yaml.safe_load(
    (Path(__file__).parent / "data" / "safety_dialogues.yaml").read_text("utf-8")
)


@pytest.fixture(scope="module")
def screen() -> Screen:
    return Screen(load_reader())


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda turns: turns[0][1][:30])
def test_each_turn_has_its_level_in_the_light_of_the_others(
    screen: Screen, dialogue: list[Turn]
) -> None:
    texts = [text for _, text in dialogue]
    found = [screen(texts[:end]).level for end in range(1, len(texts) + 1)]
    assert found == [level for level, _ in dialogue]
