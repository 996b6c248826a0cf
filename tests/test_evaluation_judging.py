"""What counts as an answer, and what is judged of a reply."""

from hashlib import sha256
from pathlib import Path

import pytest

from bot.answer import Bot
from bot.evaluation.accepted import accepted, words
from bot.evaluation.cases import UNANSWERED, Case, Place, RightDocument, Turn, Words
from bot.evaluation.judging import Judge
from bot.evaluation.record import Outcome
from bot.reply import Crisis, Helpline, NotFound, Quote, Quoted, Reply
from corpus.document import Document
from index.search import Index

TEXT = "A visit lasts about fifty minutes. Most people come once a week. Dreams may be told."
PAGE = Document(
    id="page-one", title="Visits", origin="source", path=Path("page.txt"), sha256="", text=TEXT
)
DOCUMENTS = {"page-one": PAGE}


def quote(start: int, end: int, text: str | None = None) -> Quote:
    return Quote(
        text=TEXT[start:end] if text is None else text,
        document="page-one",
        title="Visits",
        publisher=None,
        section=None,
        url=None,
        start=start,
        end=end,
        score=1.0,
    )


def judged(reply: Reply, **expected: object) -> Outcome:
    case = Case.model_validate({"id": "x", "question": "How long?"} | expected)
    return Judge(DOCUMENTS).outcome(case, 0, reply)


def quoted(*quotes: Quote) -> Quoted:
    return Quoted(message="From the pages:", quotes=quotes, candidates=quotes, confidence=0.7)


def test_words_are_compared_without_case_signs_and_footnotes() -> None:
    assert words("It’s 50 minutes.1 Or “more”") == words("it's 50 Minutes or more")


@pytest.mark.parametrize(
    ("expected", "shown", "is_met"),
    [
        ("lasts about fifty minutes", "A visit lasts about fifty minutes.", True),
        (
            "A visit lasts about fifty minutes or an hour",
            "A visit lasts about fifty minutes.",
            True,
        ),
        ("A visit of many weeks lasts about fifty long minutes", "lasts about", False),
        ("fifty minutes", "fifty-five minutes", False),
        (
            "one two three four five six seven eight nine ten",
            "two three four five six seven eight",
            True,
        ),
        (
            "one two three four five six seven eight nine ten",
            "two three four five x seven eight",
            False,
        ),
    ],
)
def test_most_of_the_words_in_one_run_answer(expected: str, shown: str, is_met: bool) -> None:
    turn = Turn(question="?", expect_quote=(Words(words=expected),))
    (right,) = accepted(turn, {})
    assert right.is_met_at("any", 0, 1, shown) is is_met


@pytest.mark.parametrize(
    ("start", "end", "is_met"),
    [(0, 34, True), (0, 64, True), (0, 20, True), (0, 10, False), (20, 64, False), (35, 64, False)],
)
def test_a_place_is_met_where_it_is_covered_or_half_of_it_is_all_there_is(
    start: int, end: int, is_met: bool
) -> None:
    place = Place(document="page-one", start=0, end=34, sha256=_digest(TEXT[:34]))
    assert place.is_met_at("page-one", start, end) is is_met
    assert not place.is_met_at("another", start, end)


def test_a_place_that_was_written_over_is_refused() -> None:
    place = Place(document="page-one", start=0, end=34, sha256=_digest("other words"))
    with pytest.raises(ValueError, match=r"page-one\[0:34\] does not have the words"):
        accepted(Turn(question="?", expect_quote=(place,)), DOCUMENTS)


def test_candidates_give_the_rank_and_quotes_the_verdict() -> None:
    reply = NotFound(message="No.", candidates=(quote(35, 64), quote(0, 34)), confidence=0.1)
    found = judged(reply, expect_quote=[{"words": "about fifty minutes"}])
    assert (found.rank, found.gains, found.relevant) == (2, (0, 1), (1,))
    assert [(check.name, check.is_met) for check in found.checks] == [("expect_quote", False)]
    assert found.f1 == pytest.approx(0.0)


def test_the_f1_of_words_is_that_by_hand() -> None:
    found = judged(quoted(quote(0, 34)), expect_quote=[{"words": "about fifty minutes"}])
    # Six words shown, three wanted, three in common.
    assert found.f1 == pytest.approx(2 * 3 / 9)
    assert found.is_exact is True


def test_what_an_earlier_candidate_has_met_counts_no_more() -> None:
    reply = quoted(quote(0, 34), quote(2, 34), quote(35, 64))
    found = judged(reply, expect_quote=[{"words": "about fifty minutes"}, {"words": "once a week"}])
    assert found.gains == (1, 0, 1)


def test_of_documents_the_grade_is_gained() -> None:
    right = RightDocument(id="page", grade=3)
    found = judged(quoted(quote(0, 34)), expect_document=[right.model_dump()])
    assert (found.gains, found.relevant, found.is_passed) == ((3,), (3,), True)


def test_a_quote_that_is_not_the_files_is_no_verbatim_quote() -> None:
    reply = quoted(quote(0, 34), quote(35, 64, text="Most people come twice a week."))
    found = judged(reply, expect_kind=["quoted"])
    assert (found.verbatim, len(found.quotes)) == (1, 2)


@pytest.mark.parametrize(
    ("expected", "is_met"),
    [
        ({"expect_kind": ["crisis"]}, True),
        ({"expect_kind": ["quoted", "about"]}, False),
        ({"expect_level": ["crisis", "emergency"]}, True),
        ({"expect_level": ["none"]}, False),
        ({"expect_helpline": ["988"]}, True),
        ({"expect_helpline": ["samaritans"]}, False),
        ({"must_contain": ["YOU MATTER"]}, True),
        ({"must_contain": ["you matter", "goodbye"]}, False),
        ({"must_not_contain": ["goodbye"]}, True),
        ({"must_not_contain": ["lifeline"]}, False),
        ({"expect_differ": ""}, True),
        ({"expect_differ": "session-length"}, False),
        ({"max_words": 1}, True),
    ],
)
def test_every_expectation_is_judged(expected: dict[str, object], is_met: bool) -> None:
    line = Helpline(name="Lifeline", call="988")
    reply = Crisis(message="You  matter.", helplines=(line,))
    assert judged(reply, **expected).is_passed is is_met


def test_a_quote_that_is_too_long_is_told() -> None:
    assert not judged(quoted(quote(0, 64)), max_words=8).is_passed
    assert judged(quoted(quote(0, 64)), max_words=12).is_passed


def test_a_turn_to_skip_is_not_judged() -> None:
    found = judged(quoted(quote(0, 34)), expect_kind=["crisis"], expect_level=["crisis"], skip=True)
    assert (found.checks, found.expected_levels, found.is_answerable) == ((), (), None)
    skipped = judged(quoted(quote(0, 34)), expect_quote=[{"words": "fifty"}], skip=True)
    assert (skipped.relevant, skipped.rank, skipped.f1) == ((), None, None)


def test_whether_a_question_is_answerable_is_told_by_what_is_expected() -> None:
    assert Turn(question="?", expect_entry=("x",)).is_answerable is True
    assert Turn(question="?", expect_kind=("quoted",)).is_answerable is True
    assert Turn(question="?", expect_kind=UNANSWERED).is_answerable is False
    assert Turn(question="?", expect_kind=("quoted", "not_found")).is_answerable is None
    assert Turn(question="?", must_contain=("x",)).is_answerable is None


def test_a_real_reply_is_judged_against_its_index(tiny_index: Index) -> None:
    case = Case.model_validate(
        {
            "id": "q",
            "question": "How long does a visit at Elm House last?",
            "expect_quote": [{"words": "A visit at Elm House lasts about fifty minutes."}],
        }
    )
    reply = Bot(tiny_index).reply(["How long does a visit at Elm House last?"])
    found = Judge(tiny_index.documents).outcome(case, 0, reply)
    assert (found.rank, found.verbatim) == (1, len(found.quotes))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def test_what_one_quote_meets_at_once_is_gained_once_and_is_all_there_was() -> None:
    found = judged(
        quoted(quote(0, 64)), expect_quote=[{"words": "fifty minutes"}, {"words": "once a week"}]
    )
    assert (found.gains, found.relevant) == ((1,), (1,))


def test_words_without_a_letter_are_met_by_nothing() -> None:
    assert judged(quoted(quote(0, 34)), expect_quote=[{"words": "…"}]).rank is None


def test_without_documents_no_quote_is_judged() -> None:
    place = {"document": "page-one", "start": 0, "end": 34, "sha256": _digest(TEXT[:34])}
    case = Case.model_validate(
        {"id": "x", "question": "?", "expect_quote": [place], "expect_level": ["none"]}
    )
    found = Judge({}).outcome(case, 0, NotFound(message="No."))
    assert [check.name for check in found.checks] == ["expect_level"]
