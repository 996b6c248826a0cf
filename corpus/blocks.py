"""Blocks: the headings, paragraphs, list items and quotations that a text is made of."""

from typing import Literal, NamedTuple

Kind = Literal["heading", "paragraph", "item", "quotation"]


class Block(NamedTuple):
    """A range of a cleaned text. An item starts behind its bullet; a heading has no marks."""

    kind: Kind
    start: int
    end: int
