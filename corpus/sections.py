"""Sections and units: what stands under a heading, sentence by sentence, and what each one leans on."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from corpus.blocks import Block
from corpus.clean import Cleaned
from corpus.sentences import MAX_WORDS, sentences

Range = tuple[int, int]


class Unit(NamedTuple):
    """One sentence or list item of a cleaned text.

    `lead` is the range without which it can't be understood: an item's lead-in, who is speaking,
    the question that "Yes" answers, the sentence that "this" refers to.
    """

    start: int
    end: int
    block: int
    is_item: bool
    lead: Range | None


class Section(NamedTuple):
    """The units under one heading; a title above a heading has none."""

    heading: Block | None
    units: list[Unit]


# These point back at the sentence before when a sentence opens with them.
_BACKWARD = re.compile(
    r"(this|that|these|those|such|it|its|they|their|he|she|his|her|instead|indeed|in addition|also|then|for example"
    r"|for instance|however|therefore|as a result|in these cases|together|ultimately|another|similarly|likewise"
    r"|esto|esta|este|estos|estas|eso|ello|ellos|ellas|además|sin embargo|por eso|así|también)\b",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"(yes|no|not|absolutely|of course|sí|no|claro)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"(what|who|how|why|when|where|is|can|does|do|will|qué|cómo|quién|cuándo|¿)\b", re.IGNORECASE
)
_PERSON = re.compile(r"(he|she|they|it|this|él|ella)\b", re.IGNORECASE)


def sections(cleaned: Cleaned, blocks: list[Block]) -> list[Section]:
    """The sections of a text, in order; the first may lack a heading."""
    found = [Section(None, [])]
    announced: Range | None = None
    for at, block in enumerate(blocks):
        section = found[-1]
        if block.kind == "heading":
            announced = _announced(cleaned, blocks, at, announced)
            found.append(Section(block, []))
        elif block.kind == "item":
            is_first = at == 0 or blocks[at - 1].kind != "item"
            lead = _lead_in(cleaned, blocks, at) if is_first else section.units[-1].lead
            section.units.extend(_item(cleaned, block, at, lead))
        else:
            section.units.extend(_sentences(cleaned, blocks, at, section, announced))
    return [section for section in found if section.units or section.heading]


def _announced(cleaned: Cleaned, blocks: list[Block], at: int, above: Range | None) -> Range | None:
    """The lead-in whose items are sections: it stands above their headings until one asks anew."""
    heading = blocks[at]
    if at and blocks[at - 1].kind == "paragraph" and _text(cleaned, blocks[at - 1]).endswith(":"):
        return _lead_in(cleaned, blocks, at)
    return None if _ASKS.match(_text(cleaned, heading)) else above


def _sentences(
    cleaned: Cleaned, blocks: list[Block], at: int, section: Section, announced: Range | None
) -> Iterator[Unit]:
    block = blocks[at]
    speaker = _lead_in(cleaned, blocks, at) if block.kind == "quotation" else None
    before = _before(blocks, section.units[-1]) if section.units else announced
    for start, end in sentences(_text(cleaned, block)):
        here = (block.start + start, block.start + end)
        words = cleaned.text[here[0] : here[1]]
        lead = speaker
        if lead is None and _ANSWER.match(words) and not section.units and section.heading:
            lead = (section.heading.start, section.heading.end)
        if lead is None and _BACKWARD.match(words):
            lead = before
        yield Unit(*here, at, False, lead)
        before = here


def _item(cleaned: Cleaned, block: Block, at: int, lead: Range | None) -> Iterator[Unit]:
    """An item is one unit; one that is too long to quote is read by sentences."""
    words = _text(cleaned, block)
    pieces = sentences(words) if len(words.split()) > MAX_WORDS else [(0, len(words))]
    for start, end in pieces:
        yield Unit(block.start + start, block.start + end, at, True, lead)


def _before(blocks: list[Block], unit: Unit) -> Range | None:
    """What a paragraph's first sentence can point back at: a quotation, or what a list is about.

    Across two paragraphs "this" seldom means the last sentence of the first.
    """
    if unit.is_item:
        return unit.lead
    return unit[:2] if blocks[unit.block].kind == "quotation" else None


def _lead_in(cleaned: Cleaned, blocks: list[Block], at: int) -> Range | None:
    """The sentence before a list or a quotation, or the heading right above it."""
    if at == 0:
        return None
    block = blocks[at - 1]
    if block.kind in ("heading", "item"):
        return block.start, block.end
    found = sentences(_text(cleaned, block))
    start, end = found[-1]
    # "He says:" needs the sentence that names him.
    if len(found) > 1 and _PERSON.match(cleaned.text[block.start + start : block.start + end]):
        start = found[-2][0]
    return block.start + start, block.start + end


def _text(cleaned: Cleaned, block: Block) -> str:
    return cleaned.text[block.start : block.end]
