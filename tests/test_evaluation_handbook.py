"""What the handbook must show on questions of visitors, as `make eval-handbook` prints it."""

from pathlib import Path

import pytest

from bot.answer import Bot
from bot.evaluation.handbook import Asked, asked, facts, questions, shares
from index.search import Index

FACTS = Path(__file__).parent / "data" / "facts.toml"


@pytest.fixture(scope="module")
def found(handbook_index: Index) -> list[Asked]:
    # By phrases alone: what the model takes for danger is measured elsewhere.
    return asked(Bot(handbook_index), handbook_index, questions())


@pytest.mark.parametrize(
    ("share", "least"),
    [
        ("en fact group hit@1", 0.85),
        ("en fact group hit@3", 0.95),
        ("es entry hit@1", 0.75),
        ("es entry hit@3", 0.90),
    ],
)
def test_visitors_find_the_entry_that_answers(found: list[Asked], share: str, least: float) -> None:
    by_name = {one.name: one for one in shares(found, facts(FACTS))}
    assert by_name[share].value >= least


def test_what_only_the_clinic_knows_is_not_answered(found: list[Asked]) -> None:
    unknown = [one for one in found if one.asked.part == "X"]
    assert len(unknown) == 4
    assert [one.reply.kind for one in unknown if one.reply.kind == "quoted"] == []


def test_what_a_professional_or_the_bot_must_say_is_sent_on(found: list[Asked]) -> None:
    sent_on = [one for one in found if one.asked.expected in ("about", "contact", "declined")]
    assert len(sent_on) == 6
    assert [one.asked.question for one in sent_on if not one.is_met] == []
