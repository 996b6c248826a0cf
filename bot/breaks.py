"""The lines of a quote as its page meant them: where a fixed width broke a line, it goes on."""

from collections.abc import Iterator
from itertools import pairwise

from corpus.lists import END_OF_SENTENCE, is_lead_in, is_marked

Range = tuple[int, int]

# A shorter line that stops in mid-sentence is an item of a list, not the width of a page.
_NARROWEST = 45
# A line is full if the next one's first word would have gone beyond this part of the widest.
_FULL = 0.85


def lines(text: str) -> list[Range]:
    """The half-open ranges of the lines to show; a line end inside one of them stands for a space."""
    written = list(_written(text))
    if not written:
        return []
    width = max(end - start for start, end in written)
    is_wrapped = any(_breaks_a_sentence(text, *two) for two in pairwise(written))
    shown = [written[0]]
    for before, after in pairwise(written):
        if is_wrapped and _goes_on(text, before, after, width):
            shown[-1] = (shown[-1][0], after[1])
        else:
            shown.append(after)
    return shown


def _written(text: str) -> Iterator[Range]:
    """The lines that hold more than white space, without the white space around them."""
    at = 0
    for line in text.splitlines(keepends=True):
        if words := line.strip():
            start = at + line.index(words)
            yield start, start + len(words)
        at += len(line)


def _breaks_a_sentence(text: str, before: Range, after: Range) -> bool:
    """Whether nothing but a fixed width can have ended the line before."""
    line = text[slice(*before)]
    return (
        len(line) >= _NARROWEST
        and _is_one_paragraph(text, before, after)
        and text[after[0]].islower()
        and not END_OF_SENTENCE.search(line)
    )


def _goes_on(text: str, before: Range, after: Range, width: int) -> bool:
    line, first_word = text[slice(*before)], text[slice(*after)].split()[0]
    return _is_one_paragraph(text, before, after) and (
        _breaks_a_sentence(text, before, after) or len(line) + 1 + len(first_word) > _FULL * width
    )


def _is_one_paragraph(text: str, before: Range, after: Range) -> bool:
    return (
        not is_marked(text[slice(*after)])
        and not is_lead_in(text[slice(*before)])
        and len(f"{text[before[1] : after[0]]}|".splitlines()) == 2
    )
