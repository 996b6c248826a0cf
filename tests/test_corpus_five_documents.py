"""Five pages from the real web: what is dropped, what is a heading, and that nothing else is lost."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from corpus.document import Document
from corpus.lists import MARKER
from corpus.load import load
from corpus.split import Split, split

FOLDER = Path(__file__).parents[2] / "shared" / "sources"
EXPECTED = tomllib.loads((Path(__file__).parent / "data" / "five_documents.toml").read_text())

pytestmark = pytest.mark.skipif(
    not FOLDER.exists(), reason="the five third-party documents are not beside this checkout"
)


@pytest.fixture(params=EXPECTED["document"], ids=lambda expected: expected["id"][:3])
def expected(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = request.param
    return found


@pytest.fixture
def document(expected: dict[str, Any]) -> Document:
    found = {document.id: document for document in load([FOLDER], None).documents}
    assert found[expected["id"]].sha256 == expected["sha256"]
    return found[expected["id"]]


@pytest.fixture
def taken(document: Document) -> Split:
    return split(document)


def test_what_is_dropped_is_dropped_for_its_reason(taken: Split, expected: dict[str, Any]) -> None:
    found: dict[str, list[list[int]]] = {}
    for start, end, reason in taken.cleaned.deletions:
        found.setdefault(reason, []).append([start, end])
    assert found == expected.get("dropped", {})


def test_nothing_dropped_is_in_a_passage(taken: Split, expected: dict[str, Any]) -> None:
    dropped = [span for spans in expected.get("dropped", {}).values() for span in spans]
    for passage in taken.passages:
        gone = {at for start, end in passage.span.cuts for at in range(start, end)}
        shown = set(range(passage.span.start, passage.span.end)) - gone
        assert not any(shown & set(range(start, end)) for start, end in dropped)


def test_headings_are_found_also_where_they_are_glued(
    taken: Split, expected: dict[str, Any]
) -> None:
    spans = [
        taken.cleaned.span(section.heading.start, section.heading.end)
        for section in taken.sections
        if section.heading
    ]
    assert [[span.start, span.end] for span in spans] == expected["headings"]


def test_no_heading_is_glued_to_a_sentence(taken: Split, expected: dict[str, Any]) -> None:
    starts = {start for start, _ in expected["headings"]}
    for passage in taken.passages:
        assert not starts & set(range(passage.span.start, passage.span.end))


def test_no_sentence_of_substance_is_lost(taken: Split, document: Document) -> None:
    text = taken.cleaned.text
    kept = [False] * len(text)
    for section in taken.sections:
        pieces = [(unit.start, unit.end) for unit in section.units]
        pieces += [(section.heading.start, section.heading.end)] if section.heading else []
        for start, end in pieces:
            kept[start:end] = [True] * (end - start)
    lost = "".join(char for char, here in zip(text, kept, strict=True) if not here)
    assert not [line for line in lost.split("\n") if line.strip() and not MARKER.match(line + " x")]


def test_every_unit_can_be_quoted_unless_it_only_introduces(taken: Split) -> None:
    shown = [(p.span.start, p.span.end) for p in taken.passages]
    contexts = [(p.context.span.start, p.context.span.end) for p in taken.passages if p.context]
    for section in taken.sections:
        for unit in section.units:
            span = taken.cleaned.span(unit.start, unit.end)
            assert any(a <= span.start and span.end <= b for a, b in shown + contexts)
