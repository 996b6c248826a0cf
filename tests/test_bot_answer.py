from pathlib import Path
from typing import Any

import pytest
from conftest import BuildIndex, OpenIndex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answer import MAX_CANDIDATES, MAX_QUOTES, Bot
from bot.reply import Reply
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
    assert (reply.kind, reply.quotes, reply.candidates) == (kind, (), ())
    assert reply.message == "Prices are not on this page. Please ask the clinic."
    other = bot.reply(["can I pay in cash?"])
    assert other.kind == "quoted"
    assert {quote.document for quote in other.candidates} == {"other"}
