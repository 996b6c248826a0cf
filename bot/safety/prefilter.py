"""Which of many patterns can occur in a text, found in one pass over it by RE2.

RE2 reads all patterns together in time that grows with the text alone, but knows no lookaround:
without it a pattern matches more, never less, so that those it names are then tried by `re`.
"""

import re
from collections.abc import Iterable

import re2

_LOOKAROUND = re.compile(r"(?<!\\)\(\?<?[=!]")
_TOKEN = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|[()]", re.DOTALL)
# RE2's \w knows the letters of ASCII only; with all of Unicode's the sets would not fit the memory.
_FOREIGN_LETTER = re.compile(r"[^\W\x00-\x7f]")
_MEMORY = 64 << 20  # bytes; a set that needs more would fall back to trying every pattern


def _end(pattern: str, start: int) -> int:
    """Behind the group that opens at `start`."""
    depth = 0
    for token in _TOKEN.finditer(pattern, start):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 0:
            return token.end()
    raise ValueError(f"no end of the group at {start}: {pattern}")


def _without_lookaround(pattern: str) -> str:
    while found := _LOOKAROUND.search(pattern):
        pattern = pattern[: found.start()] + pattern[_end(pattern, found.start()) :]
    return pattern


class Prefilter:
    """Made of patterns that `re` can compile."""

    def __init__(self, patterns: Iterable[str]) -> None:
        options = re2.Options()
        options.max_mem = _MEMORY
        options.never_capture = True
        self._set = re2.Set.SearchSet(options)
        self.size = 0
        for pattern in patterns:
            self._set.Add(_without_lookaround(pattern))
            self.size += 1
        self._set.Compile()

    def __call__(self, text: str) -> list[int]:
        """Positions of all patterns that occur in the text, and of few others, in order.

        A pattern that has foreign letters of its own beside `\\w` can be missed.
        """
        readings = {text} if text.isascii() else {text, _FOREIGN_LETTER.sub("x", text)}
        return sorted({at for reading in readings for at in self._set.Match(reading) or ()})
