"""Lists in plain text: marked by bullets or numbers, or unmarked lines after a lead-in."""

import re
from collections.abc import Callable, Sequence

LONE_MARK = re.compile(r"[•◦▪‣·●○]$")
MARKER = re.compile(r"\s*(?:[•◦▪‣·●○*+–-]|\d{1,2}[.)]|[a-z][.)])\s+(?=\S)")
END_OF_SENTENCE = re.compile(r"[.!?…][\"”’')\]]*\s*$")

# What these announce is one person's words, however short its lines are.
SPEAKS = re.compile(
    r"\b(says|said|explains?|explained|writes?|wrote|asks?|describes?|adds?|notes?|puts it|dice"
    r"|explica)\b[^.:]*[:,]\s*$",
    re.IGNORECASE,
)

# An unmarked item is at most this long: the longest seen in pages whose bullets were lost has 13
# words, and the paragraphs that follow such lists have more.
MAX_ITEM_WORDS = 15
# How many lines behind a lead-in are looked at.
MAX_RUN = 200


def is_marked(line: str) -> bool:
    """Whether a line carries a bullet or a number of its own."""
    return bool(MARKER.match(line))


def is_lead_in(line: str) -> bool:
    """Whether a line announces what follows it."""
    return line.rstrip().endswith(":")


def count_items(lines: Sequence[str]) -> int:
    """How many of the non-blank `lines` that follow a lead-in are its items; 0 if it has none.

    Unmarked items are two or more short lines of one kind: all fragments or all sentences, all with
    a capital or all without.
    """
    if lines and is_marked(lines[0]):
        return _leading(lines, is_marked)
    if not lines:
        return 0
    count = _leading(lines, lambda line: _is_like(line, lines[0]))
    return count if count >= 2 else 0


def _is_like(line: str, first: str) -> bool:
    return (
        len(line.split()) <= MAX_ITEM_WORDS
        and bool(END_OF_SENTENCE.search(line)) == bool(END_OF_SENTENCE.search(first))
        and line[0].islower() == first[0].islower()
        and not is_lead_in(line)
        and not is_marked(line)
        and not line.rstrip().endswith("?")
    )


def _leading(lines: Sequence[str], belongs: Callable[[str], bool]) -> int:
    count = 0
    while count < len(lines) and belongs(lines[count]):
        count += 1
    return count
