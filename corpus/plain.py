"""The structure of plain text, read off its lines: nothing else says what is a heading or a list."""

from collections.abc import Iterator

from corpus.blocks import Block
from corpus.lists import (
    END_OF_SENTENCE,
    MARKER,
    MAX_RUN,
    SPEAKS,
    count_items,
    is_lead_in,
    is_marked,
)
from corpus.rules import Line, lines_of
from corpus.sentences import sentences
from corpus.wrapping import joined

MAX_HEADING_WORDS = 12
# Three bare short lines in a row are a list under the first; two are a title and a subtitle.
MIN_BARE_ITEMS = 3


def blocks(text: str) -> list[Block]:
    """The blocks of a cleaned plain text, in order; white space and bullets lie between them."""
    lines = [piece for line in joined(text, lines_of(text)) for piece in _unglued(line)]
    found: list[Block] = []
    at = 0
    while at < len(lines):
        taken = _block(lines, at)
        found += taken
        at += max(1, sum(block.kind == "item" for block in taken[1:]) + 1)
    return found


def _block(lines: list[Line], at: int) -> list[Block]:
    """The block at a line, with the items it announces."""
    line, following = lines[at], [later.text for later in lines[at + 1 : at + 1 + MAX_RUN]]
    if is_marked(line.text):
        return [_item(line)]
    if is_lead_in(line.text) and not SPEAKS.search(line.text):
        items = lines[at + 1 : at + 1 + count_items(following)]
        return [Block("paragraph", line.start, line.end), *map(_item, items)]
    if is_lead_in(line.text):
        return [Block("paragraph", line.start, line.end)]
    if at and _introduces(lines[at - 1].text) and END_OF_SENTENCE.search(line.text):
        return [Block("quotation", line.start, line.end)]
    if not _is_heading(line.text) or not following:
        return [Block("paragraph", line.start, line.end)]
    bare = 0
    while bare < len(following) and _is_heading(following[bare]):
        bare += 1
    items = lines[at + 1 : at + 1 + bare] if bare >= MIN_BARE_ITEMS else []
    return [Block("heading", line.start, line.end), *map(_item, items)]


def _item(line: Line) -> Block:
    marker = MARKER.match(line.text)
    return Block("item", line.start + (marker.end() if marker else 0), line.end)


def _introduces(line: str) -> bool:
    """Whether a paragraph ends by handing over to somebody else's words."""
    return line.endswith((":", ","))


def _is_heading(line: str) -> bool:
    return (
        len(line.split()) <= MAX_HEADING_WORDS
        and not is_marked(line)
        and (line[0].isupper() or line[0].isdigit() or line[0] in '“"¿¡')
        and (line.endswith("?") or not END_OF_SENTENCE.search(line))
        and not line.endswith((":", ",", ";"))
    )


def _unglued(line: Line) -> Iterator[Line]:
    """A line, and apart from it the heading that lost its line break ("… stressors.Depression")."""
    start, _ = sentences(line.text)[-1]
    tail = line.text[start:]
    if start and not line.text[start - 1].isspace() and _is_heading(tail) and _is_title(tail):
        yield Line(line.start, line.start + start, line.text[:start])
        yield Line(line.start + start, line.end, tail)
    else:
        yield line


def _is_title(words: str) -> bool:
    """Whether the words that carry meaning are capitalised."""
    long = [word for word in words.split() if len(word) > 3]
    return sum(word[0].isupper() for word in long) >= 0.6 * len(long)
