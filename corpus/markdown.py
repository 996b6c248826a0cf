"""The structure of Markdown, by pulldown-cmark, and its marks as deletions."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pyromark

from corpus.blocks import Block, Kind
from corpus.clean import Deletion

_TEXT = ("Text", "Code", "SoftBreak", "HardBreak")
_KINDS: dict[str, Kind] = {
    "Heading": "heading",
    "Item": "item",
    "BlockQuote": "quotation",
    "TableHead": "paragraph",
    "TableRow": "item",
}
_EDGES = ("Paragraph", "List", *_KINDS)
_WORDLESS = {"CodeBlock", "Image", "HtmlBlock"}

Range = tuple[int, int]


def blocks(text: str, body: int = 0) -> tuple[list[Block], list[Deletion]]:
    """The blocks of `text` from offset `body` on, and the marks inside them, in its characters.

    A table's row is an item, its cells with the bars between them. Code blocks, images and raw HTML
    are no words to quote and belong to no block.
    """
    found: list[Block] = []
    marks: list[Deletion] = []
    for kind, pieces in _leaves(text[body:]):
        start, end = pieces[0][0] + body, pieces[-1][1] + body
        found.append(Block(kind, start, end))
        for (_, left), (right, _) in pairwise(pieces):
            if left < right:
                marks.append(Deletion(left + body, right + body, "markup"))
    return found, marks


def _leaves(text: str) -> Iterator[tuple[Kind, list[Range]]]:
    """Each innermost block with the ranges of its text, without what stands between them."""
    chars = _char_offsets(text)
    stack: list[str] = []
    pieces: list[Range] = []
    for event, place in pyromark.events_with_range(text, options=pyromark.Options.ENABLE_TABLES):
        name, tag = _name(event)
        if name in _TEXT and not _WORDLESS & set(stack):
            pieces.append(_inner(text, name, chars[place["start"]], chars[place["end"]]))
        elif name in ("Start", "End") and tag in _EDGES and pieces:
            is_row = "Table" in stack
            yield _kind(stack), [(pieces[0][0], pieces[-1][1])] if is_row else pieces
            pieces = []
        if name == "Start":
            stack.append(tag)
        elif name == "End":
            stack.pop()


def _name(event: Any) -> tuple[str, str]:
    """An event's name and, of a start or an end, its tag's: the binding gives strings or dicts."""
    if isinstance(event, str):
        return event, ""
    name, value = next(iter(event.items()))
    if name not in ("Start", "End"):
        return name, ""
    return name, value if isinstance(value, str) else next(iter(value))


def _kind(stack: list[str]) -> Kind:
    return next((_KINDS[tag] for tag in reversed(stack) if tag in _KINDS), "paragraph")


def _inner(text: str, name: str, start: int, end: int) -> Range:
    """Code without its backticks; everything else as it is."""
    if name != "Code":
        return start, end
    ticks = len(text[start:end]) - len(text[start:end].lstrip("`"))
    return start + ticks, end - ticks


def _char_offsets(text: str) -> list[int] | range:
    """The character at each UTF-8 byte, since the parser counts bytes."""
    if text.isascii():
        return range(len(text) + 1)
    offsets = [at for at, char in enumerate(text) for _ in char.encode()]
    return [*offsets, len(text)]
