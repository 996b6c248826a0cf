from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from corpus.load import load
from index.build import build
from index.manifest import EncoderIdentity
from index.multilingual_encoder import MultilingualEncoder
from index.query import Question
from index.questions import RUNS, KnownQuestions
from index.rows import Row
from index.search import Index
from index.sentence_encoder import SentenceEncoder

ENTRY = """---
id: {id}
title: {title}
language: {language}
{more}questions: {questions}
sources: []
written: 2024-12-01
reviewed: null
---
{text}
"""


def entry(folder: Path, id: str, title: str, questions: list[str], text: str, **more: str) -> None:
    fields = {"language": "en"} | more
    language = fields.pop("language")
    lines = "".join(f"{key}: {value}\n" for key, value in fields.items())
    written = ENTRY.format(
        id=id, title=title, language=language, more=lines, questions=questions, text=text
    )
    (folder / f"{id}.md").write_text(written, encoding="utf-8")


@pytest.fixture
def index(
    tmp_path: Path,
    encoder: SentenceEncoder,
    model: EncoderIdentity,
    spanish: tuple[MultilingualEncoder, EncoderIdentity],
) -> Index:
    """Two entries, of which one is in Spanish too, and one that sends people to the clinic."""
    folder = tmp_path / "handbook"
    folder.mkdir()
    entry(
        folder,
        "dreams",
        "Does the therapist look at dreams?",
        ["do you interpret dreams", "¿Hablan de los sueños?"],
        "At Elm House the therapist may ask what a dream brings to mind. You need no dreams.",
    )
    entry(
        folder,
        "suenos",
        "¿Se habla de los sueños?",
        ["me acuerdo de lo que sueño, sirve de algo"],
        "En Elm House el terapeuta puede preguntar qué le recuerda un sueño.",
        language="es",
        translates="dreams",
    )
    entry(
        folder,
        "lateness",
        "What if I am late?",
        ["im running late", "¿y si llego tarde?"],
        "At Elm House a visit ends on time, even if you come late.",
    )
    entry(
        folder,
        "prices",
        "What does a visit cost?",
        ["how much is it", "whats the price"],
        "Prices are not on this page. Please ask the clinic. It can tell you what a visit costs.",
        kind="contact",
    )
    documents, out = load([], folder).documents, tmp_path / "index"
    build(documents, out, lambda: encoder, model, spanish=(lambda: spanish[0], spanish[1]))
    return Index.load(out, encoder, model, spanish)


def first(index: Index, question: str, language: str = "en") -> str:
    asked = Question(text=question, language="es" if language == "es" else "en")
    return index.search(asked, 3).hits[0].passage.document


@pytest.mark.parametrize(
    ("question", "language", "document"),
    [
        ("do you interpret my dreams?", "en", "dreams"),
        ("¿hablan de los sueños?", "es", "suenos"),
        ("ablan de los suenios", "es", "suenos"),
        ("me acuerdo de lo que sueño, sirve de algo", "en", "dreams"),
        ("y si yego tarde??", "es", "lateness"),
        ("im runing laet", "en", "lateness"),
    ],
)
def test_a_known_question_leads_to_its_entry_in_the_language_of_the_visitor(
    index: Index, question: str, language: str, document: str
) -> None:
    assert first(index, question, language) == document


def test_nearest_questions_that_are_answered_are_offered_by_their_titles(index: Index) -> None:
    offered = index.search("whats the price of a visit", 3).questions
    assert "What does a visit cost?" not in offered
    assert set(offered) == {"Does the therapist look at dreams?", "What if I am late?"}


def test_an_entry_that_sends_people_on_is_one_passage(index: Index) -> None:
    hits = index.search("whats the price", 9).hits
    assert [hit.passage.text for hit in hits if hit.passage.document == "prices"] == [
        "Prices are not on this page. Please ask the clinic. It can tell you what a visit costs."
    ]


def test_without_the_model_that_reads_spanish_an_index_still_answers(
    index: Index, tmp_path: Path, encoder: SentenceEncoder, model: EncoderIdentity
) -> None:
    bare = Index.load(tmp_path / "index", encoder, model)
    assert first(bare, "¿hablan de los sueños?", "es") == "suenos"


def test_letters_count_as_the_library_counts_them() -> None:
    rows = [
        Row(texts=(text,), document="d") for text in ("How long does it take?", "¿Cuánto dura?")
    ]
    vectors = np.zeros((len(rows), 384), dtype=np.float32)
    known = KnownQuestions({}, rows, 0, np.arange(len(rows)), {"en": vectors}, frozenset())
    for question in ("how lnog does it takke", "cuanto dura", "zzz", ""):
        letters = known.compared(question, vectors[:, 0], "en").letters
        runs = TfidfVectorizer(analyzer="char_wb", ngram_range=RUNS, strip_accents="unicode")
        listed = runs.fit_transform([row.texts[0] for row in rows])
        wanted = (runs.transform([question]) @ listed.T).toarray()[0]
        np.testing.assert_allclose(letters, wanted, atol=1e-6)
