import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.evaluation.__main__ import main
from bot.evaluation.agreement import agreement
from bot.evaluation.cases import UNANSWERED, Case, Place, Turn, Words
from bot.evaluation.judgements import Grade, Judgement, LabelError, read
from bot.evaluation.labelling import Open, applied, label, left_open
from bot.evaluation.sitting import Candidate
from corpus.document import Language

NOON = datetime(2025, 1, 2, 12, tzinfo=UTC)


def candidate(start: int, signal: str = "meaning") -> Candidate:
    text = f"Words at {start}."
    return Candidate(
        document="d",
        start=start,
        end=start + len(text),
        sha256=sha256(text.encode()).hexdigest()[:16],
        text=text,
        title="A page",
        section="A part",
        signals=(signal,),
    )


def three(turns: Sequence[str], language: Language | None) -> list[Candidate]:
    return [candidate(start) for start in (0, 20, 40)]


def nothing(turns: Sequence[str], language: Language | None) -> list[Candidate]:
    return []


def cases(*ids: str) -> list[Case]:
    return [Case(id=id, turns=(Turn(question=f"What of {id}?"),)) for id in ids]


class Terminal:
    """Gives keys, one a prompt, then the end of input; keeps what is shown."""

    def __init__(self, keys: Iterable[str], end: type[BaseException] = EOFError) -> None:
        self.keys, self.end, self.shown = iter(keys), end, ""

    def ask(self, prompt: str) -> str:
        for key in self.keys:
            return key
        raise self.end

    def say(self, text: str) -> None:
        self.shown += f"{text}\n"

    def screens(self) -> list[str]:
        """Which question and candidate was shown, each time."""
        return re.findall(r"Question (\d of \d, \w+ .*)", self.shown)

    def passages(self) -> list[int]:
        return [int(start) for start in re.findall(r"Words at (\d+)", self.shown)]


class Desk:
    """A file, and sittings at it."""

    def __init__(self, folder: Path) -> None:
        self.out = folder / "new" / "judgements.jsonl"

    def sit(
        self,
        keys: Iterable[str],
        asked: Sequence[Case],
        pool: Callable[[Sequence[str], Language | None], list[Candidate]] = three,
        name: str = "Ann",
        end: type[BaseException] = EOFError,
        include_all: bool = False,
    ) -> Terminal:
        terminal = Terminal(keys, end)
        ask, say = terminal.ask, terminal.say
        self.added = label(asked, pool, name, self.out, ask, say, include_all=include_all)
        return terminal

    def held(self) -> list[Judgement]:
        return read(self.out, pytest.fail)

    def grades(self) -> list[Grade]:
        return [one.grade for one in self.held()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def judged(
    grade: Grade,
    start: int | None = 0,
    name: str = "Ann",
    id: str = "a",
    turn: int = 0,
    at: int = 0,
) -> Judgement:
    place = {} if start is None else candidate(start).place.model_dump()
    time = NOON + timedelta(seconds=at)
    return Judgement(id=id, turn=turn, **place, grade=grade, annotator=name, time=time)


def test_each_key_writes_its_grade_and_the_place_that_was_shown(desk: Desk) -> None:
    shown = desk.sit("ypn", cases("a")).passages()
    assert desk.grades() == [2, 1, 0]
    assert [one.place for one in desk.held()] == [candidate(start).place for start in shown]
    assert desk.added == 3


def test_a_line_holds_these_fields_and_a_time_in_utc_to_the_second(desk: Desk) -> None:
    desk.sit("u", cases("a"))
    line = desk.out.read_text()
    time = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    expected = (
        r'{"id":"a","turn":0,"document":null,"start":null,"end":null,"sha256":null,'
        rf'"grade":0,"annotator":"Ann","time":"{time}"}}\n'
    )
    assert re.fullmatch(expected, line)


def test_a_judgement_is_in_the_file_before_the_next_is_asked_for(desk: Desk) -> None:
    def keys() -> Iterable[str]:
        for count in range(3):
            assert not count or len(desk.held()) == count
            yield "n"

    desk.sit(keys(), cases("a"))
    assert desk.added == 3


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt])
def test_the_end_of_input_and_an_interrupt_keep_what_was_judged(
    desk: Desk, end: type[BaseException]
) -> None:
    desk.sit("yn", cases("a"), end=end)
    assert desk.grades() == [2, 0]


def test_stopping_asks_no_more(desk: Desk) -> None:
    terminal = desk.sit("yqn", cases("a"))
    assert desk.grades() == [2]
    assert next(terminal.keys) == "n"


def test_a_skipped_question_is_left_for_the_next_sitting(desk: Desk) -> None:
    first = desk.sit("nsq", cases("a", "b"))
    assert first.screens()[1:] == ["1 of 2, candidate 2 of 3", "2 of 2, candidate 1 of 3"]
    assert desk.sit("q", cases("a", "b")).screens() == ["1 of 2, candidate 2 of 3"]


def test_what_was_judged_is_not_asked_again(desk: Desk) -> None:
    before = desk.sit("yn", cases("a")).passages()
    again = desk.sit("n", cases("a"))
    assert again.screens() == ["1 of 1, candidate 3 of 3"]
    assert again.passages()[0] not in before[:2]
    assert desk.sit("", cases("a")).screens() == []


def test_a_question_without_an_answer_is_done(desk: Desk) -> None:
    terminal = desk.sit("nuq", cases("a", "b"))
    assert terminal.screens()[-1] == "2 of 2, candidate 1 of 3"
    assert desk.held()[-1].place is None
    assert desk.sit("q", cases("a", "b")).screens() == ["2 of 2, candidate 1 of 3"]


def test_another_annotator_is_asked_everything(desk: Desk) -> None:
    desk.sit("yyy", cases("a"))
    assert len(desk.sit("nnn", cases("a"), name=" Ben ").screens()) == 3
    assert [one.annotator for one in desk.held()] == ["Ann"] * 3 + ["Ben"] * 3


def test_going_back_appends_a_newer_judgement_that_counts(desk: Desk) -> None:
    first, *_ = desk.sit("ybnnn", cases("a")).passages()
    assert desk.grades() == [2, 0, 0, 0]
    assert desk.held()[1].start == first
    assert applied(cases("a"), desk.held())[0].turns[0].expect_quote == ()


def test_going_back_leads_to_where_the_question_was_left(desk: Desk) -> None:
    terminal = desk.sit("nubyq", cases("a", "b"))
    assert terminal.screens()[2:] == [
        "2 of 2, candidate 1 of 3",
        "1 of 2, candidate 2 of 3",
        "1 of 2, candidate 3 of 3",
    ]
    (turn,) = applied(cases("a"), desk.held())[0].turns
    assert len(turn.expect_quote) == 1


def test_a_sitting_that_goes_on_can_go_back_within_the_question(desk: Desk) -> None:
    desk.sit("yq", cases("a"))
    terminal = desk.sit("bnq", cases("a"))
    assert terminal.screens() == [f"1 of 1, candidate {number} of 3" for number in (2, 1, 2)]
    assert desk.grades() == [2, 0]


def test_before_the_first_there_is_nothing_to_go_back_to(desk: Desk) -> None:
    terminal = desk.sit("bq", cases("a"))
    assert "none to go back to" in terminal.shown
    assert len(terminal.screens()) == 2


@pytest.mark.parametrize("key", ["x", "", "yp"])
def test_another_key_says_what_is_expected_and_asks_again(desk: Desk, key: str) -> None:
    terminal = desk.sit([key, " Y "], cases("a"))
    assert f"Expected one of y, p, n, u, s, b, q or ? for help, found {key!r}" in terminal.shown
    assert desk.grades() == [2]


def test_help_names_every_key(desk: Desk) -> None:
    shown = desk.sit("?", cases("a")).shown
    assert re.findall(r"^  (\S)  ", shown, re.MULTILINE) == [*"ypnusbq?"]


def test_only_turns_of_which_nothing_is_known_are_asked(desk: Desk) -> None:
    known = Turn(question="Known?", expect_kind=("quoted",))
    passed = Turn(question="Passed over?", skip=True)
    asked = [Case(id="a", turns=(known, passed, Turn(question="New?")))]
    shown = desk.sit("q", asked).shown
    assert "Question 1 of 1" in shown
    assert "before: Known?\n  before: Passed over?\n  asked: New?" in shown
    assert "Question 1 of 2" in desk.sit("q", asked, include_all=True).shown


def test_the_pool_is_given_the_turns_so_far_and_the_language(desk: Desk) -> None:
    given: list[tuple[list[str], Language | None]] = []

    def pool(turns: Sequence[str], language: Language | None) -> list[Candidate]:
        given.append(([*turns], language))
        return []

    turns = (Turn(question="One?", skip=True), Turn(question="Two?"), Turn(question="Three?"))
    desk.sit("q", [Case(id="a", turns=turns, language="es")], pool)
    assert given == [(["One?", "Two?"], "es")]


def test_the_order_depends_on_the_question_and_not_on_the_pool(desk: Desk) -> None:
    def other(turns: Sequence[str], language: Language | None) -> list[Candidate]:
        return [candidate(start, "words") for start in (40, 0, 20, 0)]

    first = {id: tuple(desk.sit("nnn", cases(id), name="Ann").passages()) for id in "abcdef"}
    again = {id: tuple(desk.sit("nnn", cases(id), other, "Ben").passages()) for id in "abcdef"}
    assert first == again
    assert len(set(first.values())) > 1


def test_no_signal_is_shown(desk: Desk) -> None:
    shown = desk.sit("?ynn", cases("a")).shown
    assert "meaning" not in shown
    assert "A page / A part" in shown


def test_a_question_for_which_nothing_is_found_can_only_be_closed_or_left(desk: Desk) -> None:
    terminal = desk.sit("ysq", cases("a", "b"), nothing)
    assert terminal.screens() == ["1 of 2, no candidate", "2 of 2, no candidate"]
    assert "Expected one of u, s, b, q" in terminal.shown
    desk.sit("uu", cases("a", "b"), nothing)
    assert [one.id for one in desk.held()] == ["a", "b"]


def test_half_a_last_line_is_set_aside_and_asked_again(desk: Desk) -> None:
    desk.sit("yn", cases("a"))
    whole = desk.out.read_bytes()
    desk.out.write_bytes(whole[:-30])
    terminal = desk.sit("p", cases("a"))
    assert "half written" in terminal.shown
    assert desk.grades() == [2, 1]
    assert desk.out.with_name("judgements.jsonl.half").read_bytes() in whole[:-30] + b"\n"


def test_a_whole_last_line_without_an_end_is_kept(desk: Desk) -> None:
    desk.sit("y", cases("a"))
    desk.out.write_bytes(desk.out.read_bytes().rstrip(b"\n"))
    desk.sit("n", cases("a"))
    assert desk.grades() == [2, 0]


def test_any_other_line_that_is_no_judgement_is_named(desk: Desk) -> None:
    desk.sit("yn", cases("a"))
    first, second = desk.out.read_text().splitlines()
    desk.out.write_text(f"{first}\nno json\n{second}\n")
    with pytest.raises(LabelError, match=r"jsonl:2: expected a judgement, found 'no json'"):
        desk.sit("y", cases("a"))


def test_judgements_that_are_not_there_are_told_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "set.ana.jsonl"
    assert main(["agreement", str(missing), str(missing)]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"{missing}: expected a file of judgements, found none to read (No such")
    assert "or make one with `python -m bot.evaluation label" in told


def test_an_annotator_has_a_name(desk: Desk) -> None:
    with pytest.raises(LabelError, match="annotator's name"):
        desk.sit("y", cases("a"), name=" ")


@pytest.mark.parametrize("broken", [{"grade": 2, "document": None}, {"end": None}, {"grade": 3}])
def test_a_judgement_is_of_a_whole_place_or_says_that_nothing_answers(
    broken: dict[str, object],
) -> None:
    with pytest.raises(ValidationError):
        Judgement.model_validate(judged(2).model_dump() | broken)


def gold(*judgements: Judgement) -> tuple[Words | Place, ...]:
    return applied(cases("a"), judgements)[0].turns[0].expect_quote


def test_passages_that_answer_are_gold_and_those_in_part_only_without_them() -> None:
    part, full = judged(1, 0), judged(2, 20)
    assert gold(part, full, judged(0, 40)) == (candidate(20).place,)
    assert gold(part, judged(0, 40)) == (candidate(0).place,)


def test_what_is_judged_unanswerable_must_not_be_answered() -> None:
    kinds = applied(cases("a"), [judged(0), judged(0, None, at=1)])[0].turns[0].expect_kind
    assert kinds == UNANSWERED


def test_no_answer_among_the_candidates_alone_labels_nothing() -> None:
    assert applied(cases("a"), [judged(0)]) == cases("a")
    (why,) = left_open(cases("a"), [judged(0)])
    assert why.why.startswith("no passage answers")


def test_the_newer_of_an_answer_and_of_none_counts() -> None:
    assert gold(judged(2, at=0), judged(0, None, at=1)) == ()
    assert gold(judged(2, at=1), judged(0, None, at=0)) == (candidate(0).place,)


def test_most_annotators_decide_and_none_answering_counts_against_each_passage() -> None:
    yes, no = judged(2, 0, "Ann"), judged(0, None, "Ben")
    assert gold(yes, no, judged(2, 0, "Cleo")) == (candidate(0).place,)
    assert gold(yes, no, judged(0, 0, "Cleo")) == ()
    two_of_three = [yes, no, judged(0, None, "Cleo")]
    assert applied(cases("a"), two_of_three)[0].turns[0].is_answerable is False


def test_a_tie_is_not_labelled_and_is_reported() -> None:
    tied = [judged(2, 0, "Ann"), judged(0, 0, "Ben")]
    assert applied(cases("a"), tied) == cases("a")
    assert left_open(cases("a"), tied) == [
        Open(id="a", turn=0, why="tied on d[0:11]: Ann 2, Ben 0")
    ]


def test_half_of_the_annotators_are_too_few_to_call_a_question_unanswerable() -> None:
    tied = [judged(2, 0, "Ann"), judged(0, None, "Ben")]
    assert applied(cases("a"), tied) == cases("a")
    assert [one.why for one in left_open(cases("a"), tied)] == ["tied on d[0:11]: Ann 2, Ben 0"]


def test_a_tie_on_one_passage_leaves_the_gold_of_another() -> None:
    both = [judged(2, 20, "Ann"), judged(2, 20, "Ben")]
    tied = [judged(2, 0, "Ann"), judged(0, 0, "Ben")]
    assert gold(*both, *tied) == (candidate(20).place,)
    assert len(left_open(cases("a"), [*both, *tied])) == 1


def test_judgements_of_a_turn_that_the_set_does_not_have_are_reported() -> None:
    found = left_open(cases("a"), [judged(2, turn=1), judged(2, id="z")])
    assert [(one.id, one.turn, one.why) for one in found] == [
        ("a", 1, "the set has no such turn"),
        ("z", 0, "the set has no such turn"),
    ]


def test_new_labels_replace_those_that_contradict_them() -> None:
    refused = Case(id="a", turns=(Turn(question="?", expect_kind=("declined",)),))
    answered = Case(id="a", turns=(Turn(question="?", expect_quote=(Words(words="x"),)),))
    assert applied([refused], [judged(2)])[0].turns[0].expect_kind == ()
    assert applied([answered], [judged(0, None)])[0].turns[0].is_answerable is False
    (kept,) = applied([refused], [judged(0, None)])
    assert kept == refused


def grades(name: str, given: Sequence[Grade]) -> list[Judgement]:
    return [judged(grade, start, name) for start, grade in enumerate(given)]


def test_kappa_is_that_of_a_small_case_by_hand() -> None:
    found = agreement(grades("Ann", [2, 2, 2, 1, 0, 0]), grades("Ben", [2, 2, 1, 1, 0, 2]))
    assert (found.n, found.observed) == (6, 1 - 2 / 6)
    # By chance: (2·1 + 1·2 + 3·3) / 36 = 13/36 the same.
    assert found.kappa == pytest.approx((24 / 36 - 13 / 36) / (1 - 13 / 36))
    # Distances seen: 1 + 2 of 6. By chance: one apart (2·2 + 1·1 + 1·3 + 3·2), two apart (2·3 + 3·1).
    assert found.weighted == pytest.approx(1 - (3 / 6) / ((14 + 2 * 9) / 36))


def test_the_table_has_a_row_for_each_grade_of_the_first() -> None:
    found = agreement(grades("Ann", [2, 2, 1, 0]), grades("Ben", [2, 0, 1, 0]))
    assert found.table == ((1, 0, 0), (0, 1, 0), (1, 0, 1))
    ((place, a, b),) = [(one.place, one.a, one.b) for one in found.differences]
    assert (place, a, b) == (candidate(1).place, 2, 0)


def test_only_what_both_judged_is_compared_and_by_its_newest_grade() -> None:
    a = [judged(0, 0), judged(2, 0, at=9), judged(1, 20)]
    found = agreement(a, [judged(2, 0, "Ben"), judged(0, 40, "Ben"), judged(2, 20, "Ben", "z")])
    assert (found.n, found.observed) == (1, 1)


def test_none_answering_stands_against_every_passage_and_is_one_item_for_both() -> None:
    a = [judged(0, None), judged(0, None, id="b")]
    found = agreement(a, [*grades("Ben", [2, 0]), judged(0, None, "Ben", "b")])
    assert found.n == 3
    assert [(one.a, one.b) for one in found.differences] == [(0, 2)]


def test_kappa_of_one_grade_alone_is_undefined_with_a_reason() -> None:
    found = agreement(grades("Ann", [2, 2]), grades("Ben", [2, 2]))
    assert (found.kappa, found.weighted, found.observed) == (None, None, 1)
    assert found.why_no_kappa == (
        "both gave every item the grade 2, so chance alone would agree as well"
    )


def test_kappa_is_nought_where_only_one_annotator_tells_items_apart() -> None:
    assert agreement(grades("Ann", [2, 2]), grades("Ben", [2, 0])).kappa == 0


def test_without_a_common_item_nothing_is_measured() -> None:
    found = agreement(grades("Ann", [2]), [])
    assert (found.n, found.observed, found.kappa) == (0, None, None)
    assert found.why_no_kappa == "no item was judged by both"
    assert sum(map(sum, found.table)) == 0


def test_agreement_is_between_two_annotators() -> None:
    with pytest.raises(ValueError, match="found those of Ann, Ben"):
        agreement([judged(0), judged(0, name="Ben")], [])
