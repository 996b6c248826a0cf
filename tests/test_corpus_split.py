from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Document, Passage
from corpus.sentences import MAX_WORDS
from corpus.split import split

LINES = st.lists(
    st.sampled_from(
        [
            "How It Works",
            "It helps with:",
            "- worry",
            "2. sleep",
            "We listen.1 You talk.2",
            "",
            "> So.",
            "This helps. It takes time.Next Heading",
            "Yes. We do.",
            "Dr. Roe says:",
            "Ünïcode\r",
        ]
    ),
    max_size=12,
)


def document(text: str, suffix: str = ".txt", publisher: str | None = None) -> Document:
    return Document(
        id="page",
        title="A page",
        publisher=publisher,
        origin="source",
        path=Path(f"page{suffix}"),
        sha256="0",
        text=text,
    )


def find(text: str, words: str, **more: str) -> Passage:
    return next(p for p in split(document(text, **more)).passages if p.text == words)


@given(LINES, st.sampled_from([".txt", ".md"]))
def test_every_passage_and_context_is_verbatim(lines: list[str], suffix: str) -> None:
    text = "\n".join(lines)
    for passage in split(document(text, suffix, publisher="We")).passages:
        assert passage.span.of(text) == passage.text
        if passage.context:
            assert passage.context.span.of(text) == passage.context.text


@given(LINES)
def test_splitting_loses_no_character_of_a_section(lines: list[str]) -> None:
    taken = split(document("\n".join(lines)))
    text = taken.cleaned.text
    kept = {
        at
        for section in taken.sections
        for start, end in [
            *([(section.heading.start, section.heading.end)] if section.heading else []),
            *((unit.start, unit.end) for unit in section.units),
        ]
        for at in range(start, end)
    }
    lost = "".join(char for at, char in enumerate(text) if at not in kept)
    # Only bullets and numbers stand between the units.
    assert not lost.replace("-", "").replace("2.", "").replace(">", "").strip()


def test_windows_hold_up_to_three_sentences() -> None:
    found = {p.text for p in split(document("One. Two. Three. Four.")).passages}
    assert "One. Two. Three." in found
    assert "One. Two. Three. Four." not in found


def test_a_window_never_exceeds_what_may_be_quoted() -> None:
    long = " ".join(["word"] * 50) + "."
    passages = split(document(f"{long} {long} {long}")).passages
    assert max(len(p.text.split()) for p in passages) <= MAX_WORDS


def test_an_item_has_its_lead_in_as_context() -> None:
    passage = find("It helps with:\n- worry\n- sleep", "worry")
    assert passage.context and passage.context.text == "It helps with:"


def test_a_whole_list_stands_with_its_lead_in() -> None:
    assert (
        find("It helps with:\n- worry\n- sleep", "It helps with:\n- worry\n- sleep").context is None
    )


def test_an_item_that_is_too_long_is_read_by_sentences() -> None:
    long = " ".join(["word"] * 50) + "."
    passages = split(document(f"It helps with:\n- Worry. {long} {long}\n- sleep")).passages
    assert max(len(p.text.split()) for p in passages) <= MAX_WORDS
    assert "sleep" in {p.text for p in passages}


def test_a_quotation_has_its_speaker_as_context() -> None:
    passage = find("Ann Roe is a nurse. She says:\nTalking takes time.", "Talking takes time.")
    assert passage.context and passage.context.text == "Ann Roe is a nurse. She says:"


def test_we_has_the_name_of_the_clinic_as_context() -> None:
    text = "Elm House is a clinic.\nTalking helps.\nWe offer evening visits."
    passage = find(text, "We offer evening visits.", publisher="Elm House")
    assert passage.context and passage.context.text == "Elm House is a clinic."


def test_a_sentence_that_points_back_has_the_one_before_as_context() -> None:
    passage = find("You lie down. This helps some people.", "This helps some people.")
    assert passage.context and passage.context.text == "You lie down."


def test_yes_has_its_question_as_context() -> None:
    passage = find("Is it private?\nYes. With few exceptions.", "Yes. With few exceptions.")
    assert passage.context and passage.context.text == "Is it private?"


def test_a_list_behind_a_statement_is_not_explained_by_the_heading_above() -> None:
    text = "What it is not\n\nIt gives no homework.\n\n1. Open\n2. Patient"
    passage = find(text, "Open")
    assert passage.context and passage.context.text == "It gives no homework."


def test_a_byte_order_mark_is_not_quoted() -> None:
    assert find("\ufeffTalking helps.", "Talking helps.").span.start == 1
