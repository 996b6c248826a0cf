"""Passages: windows of one to three sentences, single items and whole lists, each with its span.

The handbook's paragraphs are written to be quoted, so each is one passage.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from corpus import markdown, plain
from corpus.blocks import Block
from corpus.clean import Cleaned, Deletion
from corpus.document import Document, Passage
from corpus.footnotes import footnote_marks
from corpus.rules import not_content
from corpus.sections import Section, Unit, sections
from corpus.sentences import MAX_WORDS

# Raise it whenever the same file would be cut into other passages: a stored index is then stale.
SPLITTER_VERSION = 2
MAX_SENTENCES = 3

# A byte-order mark, control characters, and the bullets of symbol fonts that no other font has.
_UNSEEN = re.compile(r"[\ufeff\u200b\x00-\x08\x0b\x0e-\x1f\x7f\ue000-\uf8ff]+")
_FIRST_PERSON = re.compile(r"\b(we|us|our|ours|nosotros|nuestr[oa]s?)\b", re.IGNORECASE)

Range = tuple[int, int]


class Split(NamedTuple):
    """A document taken apart: what was left of it, its sections, and the passages to search.

    `sentences` are those of paragraphs that are quoted whole, so that the one which answers can be
    told from the others; they are not searched.
    """

    cleaned: Cleaned
    sections: list[Section]
    passages: list[Passage]
    sentences: list[Passage]


def split(document: Document) -> Split:
    """Clean a document and cut it into passages; overlapping ones are meant to compete in search."""
    cleaned, blocks = _structure(document)
    found = sections(cleaned, blocks)
    namings = _namings(cleaned, found, document.publisher)
    passages: dict[Range, Passage] = {}
    for section in found:
        windows = [*_windows(cleaned, section, by_paragraph=document.origin == "handbook")]
        if document.purpose != "answer":
            # Who is sent on is told so in full, and nothing of it is a quote.
            windows = windows[:1]
        for start, end, lead in windows:
            lead = lead or _speaker(cleaned, (start, end), namings)
            passage = _passage(document, cleaned, section, (start, end), lead)
            passages.setdefault((passage.span.start, passage.span.end), passage)
    is_whole = document.origin == "handbook" and document.purpose == "answer"
    sentences = list(_sentences(document, cleaned, found)) if is_whole else []
    return Split(cleaned, found, list(passages.values()), sentences)


def _sentences(document: Document, cleaned: Cleaned, found: list[Section]) -> Iterator[Passage]:
    for section in found:
        prose = [unit for unit in section.units if not unit.is_item]
        for _, group in groupby(prose, key=lambda unit: unit.block):
            units = list(group)
            for unit in units if len(units) > 1 else ():
                yield _passage(document, cleaned, section, (unit.start, unit.end), None)


def _structure(document: Document) -> tuple[Cleaned, list[Block]]:
    """The text without what is no content, and its blocks, by the kind of file it is."""
    text = document.text
    dropped = list(_dropped(document))
    if document.path.suffix != ".md":
        cleaned = Cleaned(text, dropped)
        return cleaned, plain.blocks(cleaned.text)
    blocks, marks = markdown.blocks(text, document.body)
    cleaned = Cleaned(text, [*dropped, *marks])
    return cleaned, list(_moved(cleaned, blocks))


def _dropped(document: Document) -> Iterator[Deletion]:
    """What is no content. The handbook is written for this bot and only has front matter."""
    for match in _UNSEEN.finditer(document.text):
        yield Deletion(match.start(), match.end(), "control character")
    if document.body:
        yield Deletion(0, document.body, "front matter")
    if document.origin == "source":
        yield from not_content(document.text)
        yield from footnote_marks(document.text)


def _moved(cleaned: Cleaned, blocks: list[Block]) -> Iterator[Block]:
    """Blocks of the source as blocks of the cleaned text; what was deleted whole is gone."""
    for block in blocks:
        start, end = cleaned.position(block.start), cleaned.position(block.end)
        words = cleaned.text[start:end]
        if words.strip():
            start += len(words) - len(words.lstrip())
            yield Block(block.kind, start, start + len(words.strip()))


def _windows(
    cleaned: Cleaned, section: Section, by_paragraph: bool
) -> Iterator[tuple[int, int, Range | None]]:
    """Start, end and lead of each passage of a section."""
    for (_, is_list), group in groupby(
        section.units, key=lambda unit: (0 if unit.is_item else unit.block, unit.is_item)
    ):
        units = list(group)
        if is_list:
            yield from _list_windows(cleaned, units)
            continue
        if by_paragraph and _fits(cleaned, units[0].start, units[-1].end):
            yield units[0].start, units[-1].end, units[0].lead
            continue
        for at, first in enumerate(units):
            for last in units[at : at + MAX_SENTENCES]:
                if _fits(cleaned, first.start, last.end) and not _is_bare(cleaned, first, last):
                    yield first.start, last.end, first.lead


def _list_windows(cleaned: Cleaned, units: list[Unit]) -> Iterator[tuple[int, int, Range | None]]:
    """Each item, and the whole list with its lead-in; a long list in runs of items that fit."""
    for unit in units:
        yield unit.start, unit.end, unit.lead
    lead = units[0].lead
    if lead and _fits(cleaned, lead[0], units[-1].end):
        yield lead[0], units[-1].end, None
        return
    run = units[:1]
    for unit in units[1:]:
        if not _fits(cleaned, run[0].start, unit.end):
            yield run[0].start, run[-1].end, lead
            run = []
        run.append(unit)
    yield run[0].start, run[-1].end, lead


def _fits(cleaned: Cleaned, start: int, end: int) -> bool:
    return len(cleaned.text[start:end].split()) <= MAX_WORDS


def _is_bare(cleaned: Cleaned, first: Unit, last: Unit) -> bool:
    """Whether a window is a lead-in ("It helps people who:") or a "No." that says nothing alone."""
    words = cleaned.text[first.start : first.end]
    return first == last and (words.endswith(":") or len(words.split()) == 1)


def _namings(cleaned: Cleaned, found: list[Section], publisher: str | None) -> list[Range]:
    """Where the publisher is named: whoever says "we" there is that clinic."""
    units = [unit for section in found for unit in section.units]
    return [u[:2] for u in units if publisher and publisher in cleaned.text[u.start : u.end]]


def _speaker(cleaned: Cleaned, window: Range, namings: list[Range]) -> Range | None:
    """For a window that says "we" without a name, the nearest sentence that gives it."""
    if not _FIRST_PERSON.search(cleaned.text[window[0] : window[1]]):
        return None
    if any(window[0] <= start and end <= window[1] for start, end in namings):
        return None
    return min(namings, key=lambda naming: abs(naming[0] - window[0]), default=None)


def _passage(
    document: Document, cleaned: Cleaned, section: Section, window: Range, lead: Range | None
) -> Passage:
    extract = cleaned.extract(*window)
    heading = section.heading
    return Passage(
        id=f"{document.id}:{extract.span.start}-{extract.span.end}",
        document=document.id,
        section=cleaned.text[heading.start : heading.end] if heading else None,
        text=extract.text,
        span=extract.span,
        context=cleaned.extract(*lead) if lead else None,
    )
