"""Lines that a fixed width broke, as a PDF or an old mail has them, joined to paragraphs again."""

from collections.abc import Iterator
from itertools import pairwise
from statistics import quantiles

from corpus.lists import END_OF_SENTENCE, LONE_MARK, is_lead_in, is_marked
from corpus.rules import Line

# Wrapped text has few lines above this width, and most of its lines stop in mid-sentence.
MAX_WIDTH = 130
MIN_LINES = 4


def joined(text: str, lines: list[Line]) -> Iterator[Line]:
    """The lines of a text; where it is hard-wrapped, one for each paragraph or list item."""
    if not lines:
        return
    width = _width(lines)
    paragraph = lines[0]
    for before, line in pairwise(lines):
        # Some PDFs give a bullet a line of its own.
        if LONE_MARK.match(before.text) or (width and _continues(text, before, line, width)):
            paragraph = Line(paragraph.start, line.end, text[paragraph.start : line.end])
        else:
            yield paragraph
            paragraph = line
    yield paragraph


def _width(lines: list[Line]) -> float | None:
    """The width at which a text is wrapped, or None if it is not."""
    if len(lines) < MIN_LINES:
        return None
    width = quantiles((len(line.text) for line in lines), n=20)[-1]
    long = [line for line in lines if len(line.text) > 0.7 * width]
    broken = sum(not END_OF_SENTENCE.search(line.text) for line in long)
    return width if 30 < width <= MAX_WIDTH and broken > len(long) / 2 else None


def _continues(text: str, before: Line, line: Line, width: float) -> bool:
    if "\n" in text[before.end : line.start].replace("\n", "", 1) or is_marked(line.text):
        return False
    if is_lead_in(before.text):
        return False
    starts_small = line.text[0].islower()
    # The next line's first word did not fit any more; otherwise the break was meant.
    was_full = len(before.text) + 1 + len(line.text.split()[0]) > 0.85 * width
    return (
        starts_small
        or (was_full and not END_OF_SENTENCE.search(before.text))
        or (was_full and len(before.text) > 0.8 * width and len(line.text) > 0.4 * width)
    )
