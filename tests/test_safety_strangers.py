"""How the screen is measured on authors whom it never learnt from; here by its phrases alone."""

from bot.reply import Level
from bot.safety.example import Example
from bot.safety.screen import Screen
from bot.safety.strangers import measured


def said(level: Level, text: str) -> Example:
    is_danger = level != "none"
    return Example(
        level=level,
        category="suicide" if is_danger else None,
        about="self" if is_danger else None,
        style="explicit",
        language="en",
        text=text,
        voice="95-test",
    )


def test_what_is_shown_is_counted_against_what_should_be() -> None:
    met = [
        said("none", "Do you open on Saturdays?"),
        said("none", "I want to kill myself"),
        said("concern", "How long is a session?"),
        said("crisis", "I want to kill myself"),
        said("crisis", "What does it cost?"),
        said("emergency", "I am going to kill myself tonight"),
    ]
    found = measured(Screen(), met)
    assert found["messages"] == 6
    assert found["false_route"] == found["false_alarm_any"] == 0.5
    assert found["recall_high"] == 0.6667
    assert found["emergency_recall"] == found["emergency_exact"] == 1
    assert found["concern_served"] == found["concern_routed"] == 0
