"""What a document's page shows, block by block, each with the characters of the document it is."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from corpus.blocks import Block as Found
from corpus.blocks import Kind
from corpus.clean import Cleaned
from corpus.document import Document, Span
from corpus.sections import Section, Unit
from corpus.split import Split, split

Range = tuple[int, int]

# Words of a section that may be shown around a quote: some pages are one long section.
MOST_AROUND = 250
_NUMBER = re.compile(r"(\d{1,9})[.)]\s+$")


class Block(NamedTuple):
    """A heading, paragraph, list item or quotation.

    `depth` counts the marks before a heading of Markdown; `number` is that of a numbered item.
    """

    kind: Kind
    span: Span
    depth: int = 0
    number: int | None = None


class Part(NamedTuple):
    """What stands under one heading, or before the first."""

    heading: Block | None
    blocks: tuple[Block, ...]

    @property
    def all(self) -> tuple[Block, ...]:
        """The blocks with the heading before them."""
        return (self.heading, *self.blocks) if self.heading else self.blocks


class Text(NamedTuple):
    """A document without what is not shown of it, and its parts."""

    cleaned: Cleaned
    parts: tuple[Part, ...]

    def span(self, part: Part) -> Span:
        """From the first block of a part to the end of its last; nothing under a bare heading."""
        blocks = part.blocks
        if not blocks:
            at = part.all[-1].span.end
            return Span(start=at, end=at)
        first, last = blocks[0].span.start, blocks[-1].span.end - 1
        return self.cleaned.span(self.cleaned.position(first), self.cleaned.position(last) + 1)


@lru_cache(maxsize=64)
def taken_apart(document: Document) -> Split:
    """A document as it was indexed."""
    return split(document)


@lru_cache(maxsize=64)
def whole(document: Document) -> Text:
    """Everything but marks of Markdown, front matter and control characters."""
    # Of the handbook nothing is taken for boilerplate, and its footnotes stay.
    return _text(document, taken_apart(document.model_copy(update={"origin": "handbook"})))


def around(document: Document, ranges: Sequence[Range]) -> Text:
    """What the index holds of the sections in which these characters stand, near to them."""
    text = _text(document, taken_apart(document))
    holding = (part for part in text.parts if any(is_in(block, ranges) for block in part.all))
    return text._replace(parts=tuple(_near(document, part, ranges) for part in holding))


def is_in(block: Block, ranges: Sequence[Range]) -> bool:
    """Whether any of a block's characters are in the ranges."""
    return any(start < block.span.end and block.span.start < end for start, end in ranges)


def _text(document: Document, taken: Split) -> Text:
    return Text(taken.cleaned, tuple(_part(document, taken.cleaned, one) for one in taken.sections))


def _part(document: Document, cleaned: Cleaned, section: Section) -> Part:
    heading = section.heading
    return Part(
        _block(document, cleaned, heading) if heading else None,
        tuple(_block(document, cleaned, one) for one in _blocks(section.units)),
    )


def _blocks(units: Sequence[Unit]) -> Iterator[Found]:
    """Paragraphs and items of the sentences that they were cut into."""
    for _, group in groupby(units, key=lambda unit: unit.block):
        sentences = list(group)
        kind: Kind = "item" if sentences[0].is_item else "paragraph"
        yield Found(kind, sentences[0].start, sentences[-1].end)


def _block(document: Document, cleaned: Cleaned, found: Found) -> Block:
    """A block of the cleaned text, with what the marks before it on its line say."""
    span = cleaned.span(found.start, found.end)
    line = document.text.rfind("\n", 0, span.start) + 1
    marks = document.text[line : span.start]
    if found.kind == "heading":
        return Block("heading", span, depth=marks.count("#"))
    if found.kind == "paragraph" and document.path.suffix == ".md" and marks.strip() == ">":
        return Block("quotation", span)
    number = _NUMBER.search(marks) if found.kind == "item" else None
    return Block(found.kind, span, number=int(number[1]) if number else None)


def _near(document: Document, part: Part, ranges: Sequence[Range]) -> Part:
    """A part with as many blocks on both sides of the quote as may be shown."""
    blocks = part.blocks
    inside = [at for at, block in enumerate(blocks) if is_in(block, ranges)] or [0]
    first, last = inside[0], inside[-1] + 1
    words = [len(block.span.of(document.text).split()) for block in blocks]
    room = MOST_AROUND - sum(words[first:last])
    is_growing = True
    while is_growing:
        is_growing = False
        if first and words[first - 1] <= room:
            first, room, is_growing = first - 1, room - words[first - 1], True
        if last < len(blocks) and words[last] <= room:
            last, room, is_growing = last + 1, room - words[last], True
    return part._replace(blocks=blocks[first:last])
