"""Sets as evaluators write them, in every form, and what they are told where one is wrong."""

import json
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from bot.evaluation.cases import UNANSWERED, Case, Place, RightDocument, Turn, Words
from bot.evaluation.sets import SetError, load, load_all

FORMS = {
    "a.jsonl": '{"id": "q1", "question": "How long?", "expect_kind": "quoted", "tags": "time"}\n',
    "a.yaml": "- id: q1\n  question: How long?\n  expect_kind: [quoted]\n  tags: [time]\n",
    "a.yml": "- {id: q1, question: 'How long?', expect_kind: quoted, tags: time}\n",
    "a.csv": "id,question,expect_kind,tags\nq1,How long?,quoted,time\n",
}


def put(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def workbook(path: Path, *rows: Sequence[object]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append([*row])
    book.save(path)
    return path


def problems(*paths: Path) -> list[str]:
    """What is wrong, without the folder."""
    with pytest.raises(SetError) as caught:
        load_all(paths)
    return [one.replace(f"{paths[0].parent}/", "") for one in caught.value.problems]


def wrong(folder: Path, name: str, text: str | bytes) -> list[str]:
    return problems(put(folder, name, text))


def only(path: Path) -> Case:
    (case,) = load(path)
    return case


@pytest.mark.parametrize("name", FORMS)
def test_every_form_comes_to_the_same_case(tmp_path: Path, name: str) -> None:
    turn = Turn(question="How long?", expect_kind=("quoted",))
    assert load(put(tmp_path, name, FORMS[name])) == [Case(id="q1", turns=(turn,), tags=("time",))]


def test_a_workbook_comes_to_it_too(tmp_path: Path) -> None:
    rows = (["id", "question", "expect_kind", "tags"], ["q1", "How long?", "quoted", "time"])
    assert load(workbook(tmp_path / "a.xlsx", *rows)) == load(
        put(tmp_path, "a.csv", FORMS["a.csv"])
    )


def test_what_the_bench_writes_is_read_as_it_was(tmp_path: Path) -> None:
    place = Place(document="003", start=1, end=9, sha256="ab")
    first = Turn(question="a", expect_quote=(place, Words(words="w", document="003")), max_words=9)
    second = Turn(question="b", expect_differ="", expect_document=(RightDocument(id="4", grade=2),))
    case = Case(id="c", turns=(first, second), language="es", country="GB")
    assert load(put(tmp_path, "a.jsonl", case.model_dump_json())) == [case]


def test_a_field_of_several_values_may_be_given_one(tmp_path: Path) -> None:
    line = {"id": "a", "question": "q", "expect_quote": "words", "expect_document": "003"}
    (turn,) = only(put(tmp_path, "a.jsonl", json.dumps(line))).turns
    assert turn.expect_quote == (Words(words="words"),)
    assert turn.expect_document == (RightDocument(id="003"),)


def test_null_is_as_good_as_nothing(tmp_path: Path) -> None:
    line = '{"id": "a", "question": "q", "expect_kind": null, "expect_differ": null, "turns": null}'
    assert only(put(tmp_path, "a.jsonl", line)).turns == (Turn(question="q"),)


def test_a_line_of_json_may_hold_another_line_separator(tmp_path: Path) -> None:
    line = '{"id": "a", "question": "one\u2028two"}'
    assert only(put(tmp_path, "a.jsonl", line)).turns[0].question == "one\u2028two"


@pytest.mark.parametrize("id", ["2", "1.10", "1e3"])
def test_a_number_may_be_an_id_as_it_is_written_in_json(tmp_path: Path, id: str) -> None:
    assert only(put(tmp_path, "a.jsonl", f'{{"id": {id}, "question": "q"}}')).id == id


def test_an_id_is_the_same_as_a_number_and_as_text(tmp_path: Path) -> None:
    (problem,) = wrong(
        tmp_path, "a.jsonl", '{"id": 2, "question": "q"}\n{"id": "2", "question": "q"}'
    )
    assert problem.startswith("a.jsonl: line 2, field id: found '2' again, as in a.jsonl: line 1")


def test_yaml_keeps_values_as_they_are_written(tmp_path: Path) -> None:
    text = "- {id: 007, question: no, expect_document: 003, max_words: 12, skip: yes}\n"
    case = only(put(tmp_path, "a.yaml", text))
    (turn,) = case.turns
    assert (case.id, turn.question, turn.expect_document[0].id) == ("007", "no", "003")
    assert (turn.max_words, turn.skip) == (12, True)


# Cells


def cells(folder: Path, **columns: str) -> Turn:
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in ("a", "q", *columns.values())]
    text = f"{','.join(('id', 'question', *columns))}\n{','.join(quoted)}\n"
    return only(put(folder, "a.csv", text)).turns[0]


def test_a_cell_holds_a_value_a_line_or_between_bars(tmp_path: Path) -> None:
    turn = cells(tmp_path, expect_kind="quoted | about", must_contain="a, b\nc|d\n")
    assert turn.expect_kind == ("quoted", "about")
    assert turn.must_contain == ("a, b", "c|d")


def test_tags_are_also_separated_by_commas(tmp_path: Path) -> None:
    case = only(put(tmp_path, "a.csv", 'id,question,tags\na,q,"x, y | z"\n'))
    assert case.tags == ("x", "y", "z")


def test_words_may_be_those_of_a_document(tmp_path: Path) -> None:
    turn = cells(tmp_path, expect_quote="003 :: some words | others::here")
    one, other = Words(words="some words", document="003"), Words(words="others::here")
    assert turn.expect_quote == (one, other)


@pytest.mark.parametrize(
    ("cell", "skip"), [("yes", True), ("Sí", True), ("1", True), ("FALSE", False), ("no", False)]
)
def test_skip_is_yes_or_no_in_several_words(tmp_path: Path, cell: str, skip: bool) -> None:
    assert cells(tmp_path, skip=cell).skip is skip


@pytest.mark.parametrize(("cell", "topic"), [("none", ""), ("length", "length"), ("", None)])
def test_no_topic_is_another_thing_than_none_expected(
    tmp_path: Path, cell: str, topic: str | None
) -> None:
    assert cells(tmp_path, expect_differ=cell).expect_differ == topic


def test_an_empty_cell_expects_nothing(tmp_path: Path) -> None:
    assert not cells(tmp_path, expect_kind="", expect_quote=" ", max_words="").is_judged


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = f'id{delimiter}question\na{delimiter}"Well, I; you\tknow?"\n'
    assert only(put(tmp_path, "a.csv", text)).turns[0].question == "Well, I; you\tknow?"


def test_headers_may_be_written_for_people_behind_a_byte_order_mark(tmp_path: Path) -> None:
    case = only(put(tmp_path, "a.csv", "\ufeffID, Question ,Expect-Kind,max words\na,q,about,7\n"))
    assert case.turns == (Turn(question="q", expect_kind=("about",), max_words=7),)


@pytest.mark.parametrize(("number", "text"), [(7.0, "7"), (1e20, f"1{'0' * 20}"), (7.5, "7.5")])
def test_numbers_of_a_workbook_are_text(tmp_path: Path, number: float, text: str) -> None:
    assert only(workbook(tmp_path / "a.xlsx", ["id", "question"], [number, "q"])).id == text


def test_a_number_keeps_the_zeros_that_a_workbook_shows(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["id", "question", "expect_document"], ["a", "q", 3])
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["C2"].number_format = "000"
    book.save(path)
    assert only(path).turns[0].expect_document == (RightDocument(id="003"),)


def test_other_sheets_are_read_if_they_ask_questions(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["id", "question"], ["a", "q"])
    book = openpyxl.load_workbook(path)
    for title, row in (("Notes", ["to do"]), ("More", ["id", "question"])):
        sheet = book.create_sheet(title)
        sheet.append(row)
        sheet.append(["b", "r"])
    book.save(path)
    assert [case.id for case in load(path)] == ["a", "b"]


# Conversations in tables


def test_rows_of_one_id_are_the_turns_that_they_number(tmp_path: Path) -> None:
    text = "id,turn,question,language,tags\nc,1,q1,es,x\n,,,,\nd,,q,,\nc,2,q2,,y\n"
    first, second = load(put(tmp_path, "a.csv", text))
    assert [turn.question for turn in first.turns] == ["q1", "q2"]
    assert (first.language, first.tags_of(1), second.id) == ("es", ("y",), "d")


def test_an_id_again_is_an_error_where_no_turns_are_numbered(tmp_path: Path) -> None:
    (problem,) = wrong(tmp_path, "a.csv", "id,question\na,q\nb,q\na,q\n")
    assert problem.startswith("a.csv: row 4, column id: found 'a' again, as in row 2; expected")
    assert "column turn" in problem


def test_turns_are_numbered_in_their_order(tmp_path: Path) -> None:
    found = wrong(tmp_path, "a.csv", "id,turn,question\na,1,q\na,3,q\nb,2,q\n")
    assert [one.split(";")[0] for one in found] == [
        "a.csv: row 3, column turn: found '3'",
        "a.csv: row 4, column turn: found '2'",
    ]


def test_a_conversation_has_one_language(tmp_path: Path) -> None:
    text = "id,turn,question,language\na,1,q,en\na,2,q,es\n"
    (problem,) = wrong(tmp_path, "a.csv", text)
    assert problem.startswith("a.csv: row 3, column language: found 'es'; expected")


# Labelled sets of another form


def other(folder: Path, **row: object) -> Case:
    return only(put(folder, "a.jsonl", json.dumps({"id": "a"} | row)))


def test_gold_is_what_answers(tmp_path: Path) -> None:
    case = other(tmp_path, text="q", kind="near", gold=[{"doc": "003", "quote": "some words"}])
    assert case.turns[0].expect_quote == (Words(words="some words", document="003"),)
    assert (case.turns[0].expect_kind, case.tags) == ((), ("kind:near",))


def test_without_gold_nothing_may_be_quoted(tmp_path: Path) -> None:
    (turn,) = other(tmp_path, text="q", gold=[]).turns
    assert (turn.expect_kind, turn.expect_quote) == (UNANSWERED, ())


def test_what_groups_rows_becomes_tags(tmp_path: Path) -> None:
    case = other(tmp_path, text="q", style="typo", category="suicide", lang="es", country="GB")
    assert case.tags == ("style:typo", "category:suicide", "lang:es")
    assert (case.language, case.country) == (None, "GB")


def test_a_note_may_accept_other_levels(tmp_path: Path) -> None:
    (turn,) = other(tmp_path, text="q", level="none", note="unsure; also_ok=crisis|concern").turns
    assert turn.expect_level == ("none", "crisis", "concern")
    (turn,) = other(tmp_path, text="q", level="none", note="crisis was considered").turns
    assert turn.expect_level == ("none",)


def test_the_turns_of_a_dialogue_say_how_they_lean(tmp_path: Path) -> None:
    gold = [{"doc": "003", "quote": "w"}]
    turns = [{"text": "q1", "gold": gold}, {"text": "q2", "gold": gold}, {"text": "q3", "gold": []}]
    case = other(tmp_path, turns=turns, lang="en", kind="x")
    assert [turn.tags for turn in case.turns] == [
        ("kind:dialogue_first",),
        ("kind:dialogue_followup",),
        ("kind:dialogue_unanswerable",),
    ]
    assert case.tags == ("lang:en", "kind:x")


def test_a_kind_beside_a_question_is_no_field(tmp_path: Path) -> None:
    (problem,) = wrong(tmp_path, "a.jsonl", '{"id": "a", "question": "q", "kind": "near"}')
    assert problem.startswith("a.jsonl: line 1, field kind: found 'kind', not known here; expected")
    assert "expect_kind" in problem


def test_an_error_names_the_field_as_it_is_written(tmp_path: Path) -> None:
    line = '{"id": "a", "text": "", "gold": [{"doc": "003", "quote": ""}], "level": "high"}'
    found = wrong(tmp_path, "a.jsonl", line)
    fields = {one.split("field ")[1].split(":")[0] for one in found}
    assert fields == {"text", "gold.1.quote", "level"}


# What is wrong, and where


def test_a_wrong_cell_is_named_by_row_and_column(tmp_path: Path) -> None:
    text = 'id,question,expect_kind\na,"two\nlines",quoted\n\nb,q,quotd\n'
    assert wrong(tmp_path, "a.csv", text) == [
        "a.csv: row 4, column expect_kind: found 'quotd'; expected one of quoted, not_found, "
        "declined, contact, about, crisis; correct the cell"
    ]


def test_a_wrong_cell_of_a_workbook_is_named_as_it_shows_it(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", ["id", "question", "max_words"], [], ["a", "q", "a few"], [None, "q"]
    )
    found = [one.split(";")[0] for one in problems(path)]
    assert sorted(found) == [
        "a.xlsx: sheet Sheet, cell A4 (id): found nothing",
        "a.xlsx: sheet Sheet, cell C3 (max_words): found 'a few'",
    ]


def test_a_wrong_field_is_named_by_line_and_path(tmp_path: Path) -> None:
    good, bad = '{"question": "q"}', '{"question": "q", "expect_level": ["none", "high"]}'
    text = f'\n{{"id": "a", "turns": [{good}, {bad}]}}\n'
    assert wrong(tmp_path, "a.jsonl", text) == [
        "a.jsonl: line 2, field turns.2.expect_level.2: found 'high'; expected one of none, "
        "concern, crisis, emergency; correct the field"
    ]


def test_yaml_names_the_line_of_the_field(tmp_path: Path) -> None:
    text = "- id: a\n  turns:\n  - question: q\n  - question: q\n    max_words: some\n"
    (problem,) = wrong(tmp_path, "a.yaml", text)
    assert problem.startswith("a.yaml: line 5, field turns.2.max_words: found 'some'; expected")


@pytest.mark.parametrize(
    ("name", "text", "place", "nearest"),
    [
        ("a.jsonl", '{"id": "a", "question": "q", "expect_knd": "x"}', "expect_knd", "expect_kind"),
        ("a.jsonl", '{"id": "a", "question": "q", "langage": "en"}', "langage", "language"),
        ("a.jsonl", '{"id": "a", "turns": [{"qestion": "q"}]}', "turns.1.qestion", "question"),
        ("a.yaml", "- {id: a, question: q, tag: x}", "tag", "tags"),
        ("a.csv", "id,question,expect level,Skp\na,b,,\n", "skp", "skip"),
        (
            "a.jsonl",
            '{"id": "a", "question": "q", "expect_quote": {"document": "1", "wrds": "x"}}',
            "expect_quote.wrds",
            "words",
        ),
    ],
)
def test_an_unknown_name_is_told_the_nearest(
    tmp_path: Path, name: str, text: str, place: str, nearest: str
) -> None:
    assert any(
        f" {place}: found" in one and f"expected {nearest} or another" in one
        for one in wrong(tmp_path, name, text)
    )


def test_a_quote_is_judged_by_the_form_that_was_meant(tmp_path: Path) -> None:
    line = '{"id": "a", "question": "q", "expect_quote": [{"document": "1", "start": 1}, 7]}'
    assert [one.split(";")[0] for one in wrong(tmp_path, "a.jsonl", line)] == [
        "a.jsonl: line 1, field expect_quote.1.end: found nothing",
        "a.jsonl: line 1, field expect_quote.1.sha256: found nothing",
        "a.jsonl: line 1, field expect_quote.2: found 7",
    ]


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.jsonl", "[1]", "line 1: found [1]"),
        ("a.jsonl", '{"id": "a"', "line 1: found no JSON"),
        ("a.jsonl", '{"id": "a", "id": "b"}', "'id' stands twice"),
        ("a.jsonl", '{"id": "a", "question": "q", "country": "\\ud83d"}', "half a character"),
        ("a.jsonl", "[" * 100_000, "line 1: found no JSON"),
        ("a.jsonl", b'{"id": "caf\xe9"}', "is not UTF-8"),
        ("a.jsonl", "\n \n", "found no case"),
        ("a.jsonl", '{"id": "a", "turns": []}', "field turns: found []; expected at least one"),
        ("a.jsonl", '{"id": true, "question": "q"}', "field id: found True; expected text"),
        ("a.yaml", "id: a", "line 1: found no list"),
        ("a.yaml", "- id: a\n  x: [", "line 2: found no YAML"),
        ("a.yaml", "- id: a\n  id: b", "line 2: found no YAML ('id' stands twice"),
        ("a.yaml", "- !!python/object:os.system {}", "line 1: found no YAML"),
        ("a.yaml", "- id: a\n  x: \v", "line 2: found no YAML (unacceptable character"),
        ("a.yaml", "[" * 5_000, "found no YAML"),
        ("a.yaml", "", "found no case"),
        ("a.csv", "", "row 1: found no column id"),
        ("a.csv", "id,question\n", "found no case"),
        ("a.csv", "id,text\na,q\n", "row 1: found no column question"),
        (
            "a.csv",
            "id,question,question\na,q,r\n",
            "row 1, column question: found 'question' again",
        ),
        (
            "a.csv",
            "id,question\na,Well, then?\n",
            "row 2, column 3: found ' then?' under no header",
        ),
        ("a.csv", 'id,question\na,"q\nb,q\n', "row 2: found no CSV"),
        ("a.csv", "id,question,max_words\na,q,#REF!\n", "column max_words: found an error, #REF!"),
        ("a.csv", "id,question\na,caf\xe9\n".encode("latin-1"), "is not UTF-8"),
        ("a.csv", "id,question,expect_kind\na,,about\n", "row 2, column question: found nothing"),
        ("a.xlsx", "id,question", "found no workbook"),
        ("a.xls", "", "found .xls; expected .jsonl"),
        ("set", "", "found no ending; expected .jsonl"),
    ],
)
def test_what_is_no_set_is_refused(
    tmp_path: Path, name: str, text: str | bytes, found: str
) -> None:
    assert any(found in problem for problem in wrong(tmp_path, name, text))


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    data = bytearray(workbook(tmp_path / "a.xlsx", ["id", "question"], ["a", "q"]).read_bytes())
    name = b"xl/worksheets/sheet1.xml"
    start = data.index(name) + len(name) + 50
    data[start : start + 20] = bytes(20)
    (problem,) = wrong(tmp_path, "a.xlsx", bytes(data))
    assert problem.startswith("a.xlsx: found no workbook")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path / "a.csv")
    assert problem.startswith("a.csv: found no file to read (No such file or directory); expected")


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    lines = ["{", '{"id": "a"}', '{"id": "b", "question": "q", "skip": "perhaps", "max_words": 0}']
    found = wrong(tmp_path, "a.jsonl", "\n".join(lines))
    assert sorted(one.split(": ")[1] for one in found) == [
        "line 1",
        "line 2, field question",
        "line 3, field max_words",
        "line 3, field skip",
    ]


def test_of_many_problems_the_first_twenty_are_shown() -> None:
    shown = str(SetError(*(f"p{number}" for number in range(23)))).splitlines()
    assert (len(shown), shown[19:]) == (21, ["p19", "and 3 more"])
    assert str(SetError(*"ab")) == "a\nb"


@pytest.mark.parametrize("name", ["a.jsonl", "a.yaml"])
def test_an_id_twice_names_both_places(tmp_path: Path, name: str) -> None:
    line = '{"id": "x", "question": "q"}'
    text = "\n".join(f"- {line}" if name == "a.yaml" else line for _ in range(2))
    assert wrong(tmp_path, name, text) == [
        f"{name}: line 2, field id: found 'x' again, as in {tmp_path}/{name}: line 1, field id; "
        "expected each id once; rename one".replace(f"{tmp_path}/", "")
    ]


def test_an_id_twice_is_found_though_one_case_is_wrong(tmp_path: Path) -> None:
    found = wrong(tmp_path, "a.jsonl", '{"id": "x"}\n{"id": "x", "question": "q"}')
    assert len(found) == 2
    assert "found 'x' again" in found[1]


def test_ids_are_unique_over_files(tmp_path: Path) -> None:
    one = put(tmp_path, "a.jsonl", FORMS["a.jsonl"])
    other = put(tmp_path, "b.csv", FORMS["a.csv"])
    (problem,) = problems(one, other)
    assert "b.csv: row 2, column id: found 'q1' again, as in a.jsonl: line 1" in problem


def test_files_are_loaded_in_their_order(tmp_path: Path) -> None:
    paths = [put(tmp_path, f"{id}.csv", f"id,question\n{id},q\n") for id in "ba"]
    assert [case.id for case in load_all(paths)] == ["b", "a"]
