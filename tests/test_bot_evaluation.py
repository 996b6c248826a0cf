import json
from pathlib import Path

import pytest

from bot.confidence import calibration
from bot.evaluation.export import SetError, export
from bot.evaluation.fit import fit
from bot.evaluation.own_questions import own_questions
from index.search import Index


def exported(folder: Path, *rows: str) -> list[object]:
    path = folder / "set.jsonl"
    path.write_text("\n".join(rows), encoding="utf-8")
    return [json.loads(line) for line in export(path)]


def test_questions_messages_and_dialogues_become_conversations(tmp_path: Path) -> None:
    rows = (
        '{"id": "q", "question": "Why?", "gold": []}',
        '{"id": "m", "text": "¿Por qué?", "level": "none"}',
        '{"id": "d", "turns": [{"question": "Why?"}, {"text": "And?"}]}',
    )
    assert exported(tmp_path, *rows) == [
        {"id": "q", "turns": ["Why?"]},
        {"id": "m", "turns": ["¿Por qué?"]},
        {"id": "d", "turns": ["Why?", "And?"]},
    ]


@pytest.mark.parametrize("row", ["no json", '{"id": "x"}', '{"question": "no id"}', "[]"])
def test_a_line_without_a_conversation_is_named(tmp_path: Path, row: str) -> None:
    with pytest.raises(SetError, match=r"set\.jsonl:2: "):
        exported(tmp_path, '{"id": "q", "question": "Why?"}', row)


def test_the_own_questions_still_stand_where_they_were_labelled(five_index: Index) -> None:
    asked = own_questions(five_index.documents)
    assert len({one.id for one in asked}) == len(asked) > 300


def test_a_fit_gives_the_shipped_calibration(five_index: Index) -> None:
    fitted = fit(five_index)
    assert fitted.calibration.slope == pytest.approx(calibration().slope, abs=0.05)
    assert fitted.calibration.threshold == pytest.approx(calibration().threshold, abs=0.01)
    assert fitted.far_refused >= 0.9
