import pytest

from corpus.document import Document, Language
from index.query import Question
from index.search import Index


def first(index: Index, question: str) -> str:
    return index.search(question, 5).hits[0].passage.text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How long is a visit?", "fifty minutes"),
        ("do you look at dreams", "Dreams"),
        ("why does the therapist say so little?", "say little"),
        ("can I come by vidoe from Ohio", "video visits"),
    ],
)
def test_the_passage_that_answers_comes_first(tiny_index: Index, question: str, words: str) -> None:
    assert words in first(tiny_index, question)


def test_hits_do_not_overlap(tiny_index: Index) -> None:
    spans = [
        (hit.passage.document, at)
        for hit in tiny_index.search("What does a visit help with?", 10).hits
        for at in range(hit.passage.span.start, hit.passage.span.end)
    ]
    assert len(spans) == len(set(spans))


def test_hits_are_ordered_by_score(tiny_index: Index) -> None:
    scores = [hit.score for hit in tiny_index.search("grief", 10).hits]
    assert scores == sorted(scores, reverse=True)


def test_many_questions_at_once_find_what_each_finds_alone(tiny_index: Index) -> None:
    questions = ["How long is a visit?", "dreams"]
    together = tiny_index.search_all(questions, 3)
    alone = [tiny_index.search(question, 3) for question in questions]
    assert [[hit.passage.id for hit in found.hits] for found in together] == [
        [hit.passage.id for hit in found.hits] for found in alone
    ]


def test_no_question_finds_nothing(tiny_index: Index) -> None:
    assert tiny_index.search_all([], 3) == []


def test_the_core_is_a_part_of_its_passage(five_index: Index) -> None:
    for hit in five_index.search("How does it differ from CBT?", 10).hits:
        assert hit.passage.span.start <= hit.core.span.start
        assert hit.core.span.end <= hit.passage.span.end


def test_a_listed_question_finds_the_opening_of_its_entry(handbook_index: Index) -> None:
    documents = [one for one in handbook_index.documents.values() if one.language == "en"]
    found = handbook_index.search_all([document.title for document in documents], 3)
    for document, one in zip(documents, found, strict=True):
        assert one.hits[0].passage.document == document.id
        if document.purpose == "answer":
            assert one.questions[0] == document.title
            assert one.hits[0].passage.span.start == document.body + _blank(document)


def _blank(document: Document) -> int:
    body = document.text[document.body :]
    return len(body) - len(body.lstrip())


@pytest.mark.parametrize(
    ("asked", "language", "marked"),
    [
        ("can you combine it with pills", "en", "You can take medication during psychodynamic"),
        ("¿qué es la transferencia?", "es", "Hay transferencia cuando sentimientos"),
    ],
)
def test_of_a_paragraph_that_is_quoted_whole_the_sentence_that_answers_is_the_core(
    handbook_index: Index, asked: str, language: Language, marked: str
) -> None:
    hit = handbook_index.search(Question(text=asked, language=language), 1).hits[0]
    assert hit.core != hit.passage
    assert hit.core.text in hit.passage.text
    assert hit.core.span.of(handbook_index.documents[hit.passage.document].text) == hit.core.text
    assert hit.core.text.startswith(marked)
