"""The address of an original page at the words of a quote, by a text fragment.

https://wicg.github.io/scroll-to-text-fragment/ says how: a browser that knows it goes to the words
and marks them, any other opens the page.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote as escaped

from bot.pages.source_marks import ranges
from corpus.document import Span
from corpus.lists import MARKER

# Words at either end by which a longer quote is found; all of it would fail at its first difference.
_WORDS = 5


def original(url: str | None, text: str, quote: Span | None) -> str | None:
    """The address at the quote of this text; None for what a browser should not follow."""
    if url is None or not re.match(r"https?://", url, re.IGNORECASE):
        return None
    found = _directive(text, quote) if quote else ""
    if not found:
        return url
    return f"{url}{'' if '#' in url else '#'}:~:text={found}"


def _directive(text: str, quote: Span) -> str:
    """The quote where it is short, else its first and its last words; nothing without words."""
    runs = [run.split() for run in _runs(text, quote)]
    if not runs:
        return ""
    if len(runs) == 1 and len(runs[0]) <= 2 * _WORDS:
        return _encoded(runs[0])
    return f"{_encoded(runs[0][:_WORDS])},{_encoded(runs[-1][-_WORDS:])}"


def _runs(text: str, quote: Span) -> Iterator[str]:
    """What stands together on the original page too: a footnote's number or a bullet may part it."""
    joined, at = "", quote.start
    for start, end in ranges(quote):
        joined += ("\n" if re.search(r"\w", text[at:start]) else "") + text[start:end]
        at = end
    for line in joined.splitlines():
        if re.search(r"\w", run := MARKER.sub("", line)):
            yield run


def _encoded(words: list[str]) -> str:
    """Percent-encoded; a dash would mean something here too."""
    return escaped(" ".join(words), safe="").replace("-", "%2D")
