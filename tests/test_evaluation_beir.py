"""A BEIR folder becomes documents that can be indexed and a set that expects the right ones."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.evaluation import beir
from bot.evaluation.beir_lines import BeirError
from bot.evaluation.cases import RightDocument
from bot.evaluation.sets import load
from corpus.load import load as load_corpus

HEADER = "query-id\tcorpus-id\tscore\n"
DREAMS = {"_id": "d1", "title": "Dreams", "text": "Dreams may be told.", "metadata": {}}
VISITS = {"_id": "d12", "title": "", "text": "A visit lasts fifty minutes."}


def folder(
    at: Path,
    *documents: Mapping[str, object],
    qrels: str = "q1\td1\t1\n",
    queries: tuple[str, ...] = ("q1", "q2"),
) -> Path:
    (at / "qrels").mkdir(parents=True)
    (at / "corpus.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in documents))
    asked = [{"_id": id, "text": f"Question {id}?"} for id in queries]
    (at / "queries.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in asked))
    (at / "qrels" / "test.tsv").write_text(HEADER + qrels)
    return at


def made(at: Path, *documents: Mapping[str, object], qrels: str) -> beir.Written:
    return beir.write(beir.read(folder(at / "beir", *documents, qrels=qrels)), at / "out")


def expected(at: Path) -> dict[str, tuple[RightDocument, ...]]:
    return {case.id: case.turns[0].expect_document for case in load(at / "out" / "set.jsonl")}


def stems(at: Path) -> list[str]:
    return sorted(path.stem for path in (at / "out" / "sources").iterdir())


def test_only_judged_queries_of_the_split_are_read(tmp_path: Path) -> None:
    path = folder(tmp_path, DREAMS, qrels="q2\td1\t2\nq1\td1\t0\nq2\td12\t-1\n")
    (path / "qrels" / "dev.tsv").write_text(HEADER + "q1\td12\t1\n")
    found = beir.read(path)
    assert (found.queries, found.grades) == ({"q2": "Question q2?"}, {"q2": {"d1": 2}})
    assert beir.read(path, split="dev").grades == {"q1": {"d12": 1}}


def test_judgements_may_lie_beside_the_corpus(tmp_path: Path) -> None:
    path = folder(tmp_path, DREAMS)
    (path / "qrels" / "test.tsv").rename(path / "qrels.tsv")
    assert beir.read(path).grades == {"q1": {"d1": 1}}


def test_a_document_is_its_title_a_blank_line_and_its_text(tmp_path: Path) -> None:
    made(tmp_path, DREAMS, VISITS, qrels="q1\td1\t1\n")
    texts = [path.read_text() for path in sorted((tmp_path / "out" / "sources").iterdir())]
    assert texts == ["A visit lasts fifty minutes.\n", "Dreams\n\nDreams may be told.\n"]


def test_grades_are_kept_and_cases_tagged(tmp_path: Path) -> None:
    made(tmp_path, DREAMS, VISITS, qrels="q1\td1\t1\nq1\td12\t2\nq2\td1\t0\n")
    (case,) = load(tmp_path / "out" / "set.jsonl")
    assert (case.id, case.tags, case.turns[0].question) == ("q1", ("beir",), "Question q1?")
    assert {one.id: one.grade for one in case.turns[0].expect_document} == {"d1~": 1, "d12~": 2}


def test_every_id_becomes_that_of_one_document_of_the_corpus(tmp_path: Path) -> None:
    ids = ["1", "10", "1~", "a/b", "a%2Fb", "_x", ".x", "../x", "ñ", "x" * 300, "x" * 301, "CON"]
    documents = [{"_id": id, "text": f"Some words about number {n}."} for n, id in enumerate(ids)]
    made(tmp_path, *documents, qrels="".join(f"q1\t{id}\t1\n" for id in ids))
    corpus = load_corpus([tmp_path / "out" / "sources"], None)
    known = {one.id: one.text for one in corpus.documents}
    right = expected(tmp_path)["q1"]
    meant = [[text for id, text in known.items() if id.startswith(one.id)] for one in right]
    assert corpus.problems == ()
    assert meant == [[f"Some words about number {n}.\n"] for n in range(len(ids))]


def test_of_documents_with_the_same_words_the_first_stands_for_all(tmp_path: Path) -> None:
    double = DREAMS | {"_id": "d2"}
    found = made(tmp_path, DREAMS, double, qrels="q1\td2\t2\nq2\td1\t3\nq2\td2\t1\n")
    assert (found.documents, found.doubles, stems(tmp_path)) == (1, 1, ["d1~"])
    right = (RightDocument(id="d1~", grade=2),), (RightDocument(id="d1~", grade=3),)
    assert expected(tmp_path) == {"q1": right[0], "q2": right[1]}


def test_what_is_not_there_is_counted_and_expected_of_nobody(tmp_path: Path) -> None:
    blank = {"_id": "d3", "title": " ", "text": "\n"}
    found = made(tmp_path, DREAMS, blank, qrels="q1\td1\t1\nq1\td9\t1\nq2\td3\t1\n")
    assert (found.documents, found.cases) == (1, 1)
    assert (found.empty, found.doubles, found.missing) == (1, 0, 1)
    assert expected(tmp_path) == {"q1": (RightDocument(id="d1~"),)}


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        (
            "corpus.jsonl",
            '{"_id": "d1", "text": "a"}\n{"_id": "d2"}\n',
            "corpus.jsonl: line 2: found",
        ),
        ("corpus.jsonl", '{"_id": "d1", "text": "a"}\nno\n', "corpus.jsonl: line 2: found"),
        ("corpus.jsonl", '{"_id": "d", "text": "a"}\n{"_id": "d", "text": "b"}', "found this id"),
        ("queries.jsonl", '{"_id": "q1", "text": ""}\n', "queries.jsonl: line 1: found"),
        ("queries.jsonl", '{"_id": "q2", "text": "a"}\n', "queries.jsonl: found no query 'q1'"),
        ("qrels/test.tsv", "qid\tdocid\trel\n", "test.tsv: line 1: found"),
        ("qrels/test.tsv", f"{HEADER}q1 0 d1 1\n", "test.tsv: line 2: found"),
        ("qrels/test.tsv", f"{HEADER}q1\td1\tgood\n", "test.tsv: line 2: found"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(
    tmp_path: Path, file: str, text: str, place: str
) -> None:
    path = folder(tmp_path / "beir", DREAMS)
    (path / file).write_text(text)
    with pytest.raises(BeirError, match=place):
        beir.write(beir.read(path), tmp_path / "out")


def test_a_file_or_a_split_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = folder(tmp_path, DREAMS)
    with pytest.raises(BeirError, match=r"dev\.tsv: found test; expected dev"):
        beir.read(path, "dev")
    (path / "queries.jsonl").unlink()
    with pytest.raises(BeirError, match=r"queries\.jsonl: found no such file"):
        beir.read(path)


def test_documents_of_another_collection_are_not_mixed_in(tmp_path: Path) -> None:
    made(tmp_path, DREAMS, qrels="q1\td1\t1\n")
    with pytest.raises(BeirError, match="expected an empty folder"):
        beir.write(beir.read(tmp_path / "beir"), tmp_path / "out")
