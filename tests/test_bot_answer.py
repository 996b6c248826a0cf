from pathlib import Path
from typing import Any

import pytest
from conftest import BuildIndex, OpenIndex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answer import MAX_CANDIDATES, Bot
from bot.decision import MAX_QUOTES
from bot.reply import ContactCard, Reply
from bot.safety.screen import Conversation
from corpus.document import Span
from corpus.load import load
from corpus.sentences import MAX_WORDS
from index.build import build
from index.manifest import EncoderIdentity
from index.search import Index
from index.sentence_encoder import SentenceEncoder

QUESTIONS = ["How long is a visit?", "do you look at dreams", "grief", "Do you offer video visits?"]
OFF_TOPIC = ["How do I change a bicycle tyre?", "Who won the cup in 1998?", "pasta recipe please"]


def assert_verbatim(index: Index, reply: Reply) -> None:
    for quote in (*reply.quotes, *reply.candidates):
        raw = index.documents[quote.document].path.read_bytes().decode("utf-8")
        assert Span(start=quote.start, end=quote.end, cuts=quote.cuts).of(raw) == quote.text
        assert len(quote.text.split()) <= MAX_WORDS
        if quote.context_span:
            assert quote.context_span.of(raw) == quote.context


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answerable_question_is_answered_by_quotes(tiny_index: Index, question: str) -> None:
    reply = Bot(tiny_index).reply([question])
    assert reply.kind == "quoted"
    assert 1 <= len(reply.quotes) <= MAX_QUOTES
    assert reply.candidates[: len(reply.quotes)] == reply.quotes
    assert_verbatim(tiny_index, reply)


@pytest.mark.parametrize("question", OFF_TOPIC)
def test_an_off_topic_question_is_not_answered_but_says_what_it_would_show(
    tiny_index: Index, question: str
) -> None:
    reply = Bot(tiny_index).reply([question])
    assert reply.kind == "not_found"
    assert reply.quotes == ()
    assert 0 < len(reply.candidates) <= MAX_CANDIDATES
    assert reply.confidence is not None


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.text(max_size=60))
def test_every_quote_of_any_question_is_verbatim(five_index: Index, question: str) -> None:
    assert_verbatim(five_index, Bot(five_index).reply([question]))


@pytest.mark.parametrize(
    ("message", "level"),
    [("I want to kill myself", "crisis"), ("I just took a whole bottle of pills", "emergency")],
)
def test_danger_shows_a_human_line_and_no_quote(
    tiny_index: Index, message: str, level: str
) -> None:
    reply = Bot(tiny_index).reply(["How long is a visit?", message])
    assert (reply.kind, reply.level) == ("crisis", level)
    assert reply.helplines
    assert (reply.quotes, reply.candidates, reply.confidence) == ((), (), None)


def test_without_an_index_danger_is_still_seen() -> None:
    assert Bot().reply(["I want to kill myself"]).kind == "crisis"


def test_without_an_index_a_question_is_told_so() -> None:
    reply = Bot().reply(["How long is a visit?"])
    assert (reply.kind, reply.level) == ("not_found", "none")


def test_a_question_about_suicide_is_answered_with_resources_beside(five_index: Index) -> None:
    reply = Bot(five_index).reply(["Does psychodynamic therapy help with suicidal thoughts?"])
    assert reply.kind in ("quoted", "not_found")
    assert reply.level == "concern"
    assert reply.helplines
    assert reply.notes


def test_an_ordinary_question_shows_no_helpline(tiny_index: Index) -> None:
    reply = Bot(tiny_index).reply(["How long is a visit?"])
    assert (reply.level, reply.helplines, reply.notes) == ("none", (), ())


def test_whatever_fails_the_helplines_are_shown(tiny_index: Index) -> None:
    class Broken:
        def encode(self, texts: object) -> "object":
            raise RuntimeError("the model is gone")

    tiny_index._queries._encoder = Broken()  # type: ignore[assignment]
    reply = Bot(tiny_index).reply(["How long is a visit?"])
    assert (reply.kind, reply.level) == ("not_found", "concern")
    assert reply.helplines


def test_a_conversation_without_turns_still_shows_the_helplines() -> None:
    assert Bot().reply([]).helplines


def test_a_quote_whose_file_changed_is_not_shown(
    pages: Path, tiny_index: Index, caplog: pytest.LogCaptureFixture
) -> None:
    (pages / "dreams.md").write_text("# Dreams in therapy\n\nNothing of the kind.\n")
    reply = Bot(tiny_index).reply(["do you look at dreams"])
    assert "dreams" not in {quote.document for quote in reply.candidates}
    assert "python -m index" in caplog.text


def test_many_conversations_get_the_replies_that_each_gets_alone(tiny_index: Index) -> None:
    bot = Bot(tiny_index)
    conversations = [
        Conversation(turns=(turn,)) for turn in [*QUESTIONS, *OFF_TOPIC, "I want to kill myself"]
    ]
    together = bot.replies(conversations)
    alone = [bot.reply(conversation.turns) for conversation in conversations]
    # Batches differ in the last bits of a float, so that candidates far down may change places.
    floats: Any = {"confidence": True, "candidates": True, "quotes": {"__all__": {"score"}}}
    for one, other in zip(together, alone, strict=True):
        assert one.model_dump(exclude=floats) == other.model_dump(exclude=floats)
        assert one.confidence == pytest.approx(other.confidence, abs=1e-4)
        scores = [quote.score for quote in other.quotes]
        assert [quote.score for quote in one.quotes] == pytest.approx(scores, abs=1e-4)


def test_an_item_and_a_we_have_their_context(
    pages: Path, tmp_path: Path, build_index: BuildIndex, open_index: OpenIndex
) -> None:
    (pages / "sources.toml").write_text(
        '[[source]]\nfile = "elm-house.md"\npublisher = "Elm House"\n'
    )
    build_index(pages, tmp_path / "index")
    index = open_index(tmp_path / "index")
    quote = Bot(index).reply(["Do you offer video visits?"]).candidates[0]
    assert quote.publisher == "Elm House"
    assert "Elm House" in f"{quote.text} {quote.context}"


@pytest.mark.parametrize("kind", ["contact", "declined", "about"])
def test_a_question_that_an_entry_sends_on_is_not_answered_by_quotes(
    tmp_path: Path, encoder: SentenceEncoder, model: EncoderIdentity, kind: str
) -> None:
    text = (
        f"---\nid: prices\ntitle: What does a visit cost?\nlanguage: en\nkind: {kind}\nquestions:\n"
        "  - how much is it\nsources: []\nwritten: 2024-12-01\nreviewed: null\n---\n"
        "Prices are not on this page. Please ask the clinic.\n"
    )
    (tmp_path / "prices.md").write_text(text, encoding="utf-8")
    (tmp_path / "other.md").write_text(
        text.replace("prices", "other")
        .replace(f"kind: {kind}\n", "")
        .replace("how much is it", "do I have to pay in cash")
        .replace("What does a visit cost?", "How can I pay for a visit?"),
        encoding="utf-8",
    )
    build(load([], tmp_path).documents, tmp_path / "index", lambda: encoder, model)
    bot = Bot(Index.load(tmp_path / "index", encoder, model))
    reply = bot.reply(["how much is it?"])
    assert (reply.kind, {quote.document for quote in reply.quotes} <= {"other"}) == (kind, True)
    assert reply.message == "Prices are not on this page. Please ask the clinic."
    other = bot.reply(["can I pay in cash?"])
    assert other.kind == "quoted"
    assert {quote.document for quote in other.candidates} == {"other"}


def differing(folder: Path) -> None:
    """Two pages that take two sides of one topic, and one of which makes a claim."""
    pages = {
        "elm": "# Visits at Elm\n\nA session takes 50 minutes.\n",
        "oak": "# Visits at Oak\n\nEach session lasts 50 minutes to an hour.\n",
        "ash": "# CBT\n\nCompared with other talk, the gains of CBT decay sooner.\n",
    }
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    (folder / "sources.toml").write_text(
        "".join(f'[[source]]\nfile = "{n}.md"\npublisher = "{n.title()}"\n' for n in pages)
    )


def test_where_sources_differ_each_side_is_shown_in_its_own_words(
    tmp_path: Path, build_index: BuildIndex, open_index: OpenIndex
) -> None:
    differing(tmp_path)
    build_index(tmp_path, tmp_path / "index")
    reply = Bot(open_index(tmp_path / "index")).reply(["how many minutes is one session"])
    assert reply.kind == "quoted"
    assert reply.differ == "how long one session lasts"
    assert reply.differ in reply.message
    assert {(quote.document, quote.side) for quote in reply.quotes} == {
        ("elm", "about 50 minutes"),
        ("oak", "50 minutes to an hour"),
    }


def test_with_one_side_left_there_is_no_difference(
    tmp_path: Path, build_index: BuildIndex, open_index: OpenIndex
) -> None:
    differing(tmp_path)
    (tmp_path / "oak.md").unlink()
    build_index(tmp_path, tmp_path / "index")
    reply = Bot(open_index(tmp_path / "index")).reply(["how many minutes is one session"])
    assert getattr(reply, "differ", None) is None


def test_a_claim_is_qualified_beside_its_quote_and_in_the_notes(
    tmp_path: Path, build_index: BuildIndex, open_index: OpenIndex
) -> None:
    differing(tmp_path)
    build_index(tmp_path, tmp_path / "index")
    index = open_index(tmp_path / "index")
    for language, word in (("en", "difference"), ("es", "diferencia")):
        reply = Bot(index).reply(["do the gains of CBT decay sooner?"], language=language)  # type: ignore[arg-type]
        (quote,) = [quote for quote in reply.candidates if quote.document == "ash"]
        assert quote.note is not None
        assert word in quote.note
    assert [quote.note for quote in reply.candidates if quote.document == "elm"] == [None]


def test_the_clinics_own_words_come_first_and_others_are_marked(
    tmp_path: Path, build_index: BuildIndex, open_index: OpenIndex
) -> None:
    differing(tmp_path)
    build_index(tmp_path, tmp_path / "index")
    bot = Bot(open_index(tmp_path / "index"), clinic="Oak")
    marked = {
        quote.document: quote.is_other_provider
        for quote in bot.reply(["how long is a session at Elm"]).candidates
    }
    assert marked["elm"]
    assert not marked["oak"]


def test_what_is_not_found_says_what_was_looked_for_and_how_to_reach_the_clinic(
    tiny_index: Index,
) -> None:
    contact = ContactCard(clinic="Elm House", phone="555-0100")
    reply = Bot(tiny_index, contact=contact).reply(["How do I change a  bicycle\ntyre?"])
    assert reply.kind == "not_found"
    assert reply.looked_for == "How do I change a bicycle tyre?"
    assert reply.contact == contact


def test_a_message_in_another_language_is_told_what_can_be_read(tiny_index: Index) -> None:
    reply = Bot(tiny_index).reply(["Combien de temps dure une thérapie psychodynamique ?"])
    assert reply.kind == "about"
    assert "Spanish" in reply.message


def test_danger_in_another_language_comes_before_that(tiny_index: Index) -> None:
    assert Bot(tiny_index).reply(["Je veux me suicider ce soir"]).kind == "crisis"
