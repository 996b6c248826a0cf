"""Which of many patterns occur in a text.

RE2 looks for the words that each pattern needs, all together, in time that grows with the text
alone; the few patterns whose words it finds are then tried by `re`.
"""

import re
from collections.abc import Iterable, Sequence

import re2

_LOOKAROUND = re.compile(r"(?<!\\)\(\?<?[=!]")
_TOKEN = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|[()]", re.DOTALL)
_MEMORY = 64 << 20  # bytes


def _end(pattern: str, start: int) -> int:
    """Behind the group that opens at `start`."""
    depth = 0
    for token in _TOKEN.finditer(pattern, start):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 0:
            return token.end()
    raise ValueError(f"no end of the group at {start}: {pattern}")


def _without_lookaround(pattern: str) -> str:
    """RE2 knows no lookaround; without it a pattern matches more, never less."""
    while found := _LOOKAROUND.search(pattern):
        pattern = pattern[: found.start()] + pattern[_end(pattern, found.start()) :]
    return pattern


def _matcher(is_literal: bool) -> re2.Set | re2.Filter:
    if not is_literal:
        return re2.Filter()
    # A filter has no memory for thousands of literals, and a set of them needs no filter.
    options = re2.Options()
    options.max_mem = _MEMORY
    return re2.Set.SearchSet(options)


class Pattern:
    """A regular expression that is compiled when a text first needs it, or ahead of time.

    Whether it can be is known before: RE2 refuses a bad one when the prefilter takes it.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._compiled: re.Pattern[str] | None = None

    def compiled(self) -> re.Pattern[str]:
        self._compiled = self._compiled or re.compile(self.pattern)
        return self._compiled


class Prefilter:
    """Made of groups of patterns, or of groups of literals as strings.

    ValueError with the message and the pattern where that is none.
    """

    def __init__(self, groups: Iterable[Sequence[str | Pattern]], is_literal: bool = False) -> None:
        self._is_literal = is_literal
        self._matcher = _matcher(is_literal)
        self._patterns = [(at, one) for at, patterns in enumerate(groups) for one in patterns]
        for _, pattern in self._patterns:
            source = pattern if isinstance(pattern, str) else pattern.pattern
            try:
                self._matcher.Add(_without_lookaround(source))
            except re2.error as error:
                raise ValueError(f"{error}: {source}", pattern) from error
        if self._patterns:
            self._matcher.Compile()

    def __call__(self, text: str) -> list[int]:
        """Positions of the groups of which a pattern occurs in the text.

        Of literals some are named that have other words around them than their group allows.
        """
        if not self._patterns:
            return []
        how = () if self._is_literal else (True,)  # True: ask for the words only
        likely = [self._patterns[at] for at in self._matcher.Match(text, *how) or ()]
        return sorted(
            {at for at, one in likely if isinstance(one, str) or one.compiled().search(text)}
        )

    def compile(self) -> None:
        """Compiles what texts would need one by one."""
        for _, one in self._patterns:
            if isinstance(one, Pattern):
                one.compiled()
