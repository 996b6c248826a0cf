from pathlib import Path

import pytest

import bot.evaluation
from bot.evaluation.sets import load
from bot.followup import leaning, question
from corpus.document import Language
from index.search import Index

CONVERSATIONS = Path(bot.evaluation.__file__).parent / "own" / "conversations.jsonl"


@pytest.mark.parametrize(
    "text",
    [
        "and how long does that take?",
        "what about for teenagers?",
        "and the other way round?",
        "why?",
        "is it safe",
        "teens?",
        "And after?",
        "never mind that, and after?",
    ],
)
def test_a_question_that_points_back_is_read_behind_the_earlier_ones(text: str) -> None:
    found = question(["What is free association?", text], "en")
    assert (found.text, found.context) == (text, "What is free association?")
    assert 0 < found.alone < 1


@pytest.mark.parametrize(
    "text",
    [
        "What does psychodynamic therapy say about dreams?",
        "and do you treat addiction at Genesis Recovery?",
        "How is transference used in the sessions?",
        "anyway, does the therapist give advice during treatment?",
        "nvm it was a joke",
        "forget it",
    ],
)
def test_a_question_that_stands_on_its_own_is_searched_as_it_is(text: str) -> None:
    found = question(["How long is one session?", text], "en")
    assert (found.text, found.context, found.alone) == (text, "", 1)


def test_a_first_question_leans_on_nothing() -> None:
    assert question(["why?"], "en").context == ""


@pytest.mark.parametrize(
    ("text", "language"),
    [("¿y cuánto dura eso?", "es"), ("¿y para adolescentes?", "es"), ("¿por qué?", "es")],
)
def test_spanish_questions_lean_too(text: str, language: Language) -> None:
    assert leaning(text, language) >= 1


def test_most_of_our_own_later_turns_are_told_apart() -> None:
    later = [turn for case in load(CONVERSATIONS) for turn in case.turns[1:]]
    leans = {
        tag: [leaning(turn.question, "en") >= 1 for turn in later if tag in turn.tags]
        for tag in ("leans", "kind:own")
    }
    assert sum(leans["leans"]) >= 0.9 * len(leans["leans"]) > 0
    assert 0 < sum(leans["kind:own"]) <= 0.3 * len(leans["kind:own"])


def test_what_was_asked_before_leads_to_the_answer(tiny_index: Index) -> None:
    alone = tiny_index.search(question(["how often?"], "en"), 1).hits[0]
    behind = tiny_index.search(question(["do you look at dreams?", "is it a must?"], "en"), 1)
    assert behind.hits[0].passage.document == "dreams"
    assert alone.passage.document == "elm-house"
