"""Whom a question names: the publishers of the indexed documents."""

import re
from collections.abc import Mapping

from corpus.document import Document

_WORD = re.compile(r"[^\W_]+")


class Providers:
    """Knows each publisher by its whole name, and by its first word if no other begins with it."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        names = {d.publisher for d in documents.values() if d.publisher and d.origin == "source"}
        first = [_words(name)[:1] for name in names]
        self._names = {
            name: [
                _words(name),
                *([_words(name)[:1]] if first.count(_words(name)[:1]) == 1 else []),
            ]
            for name in sorted(names)
        }
        self._publishers = {id: document.publisher for id, document in documents.items()}

    def named(self, question: str) -> frozenset[str]:
        """The publishers that a question names."""
        said = _words(question)
        return frozenset(
            name
            for name, forms in self._names.items()
            if any(_holds(said, form) for form in forms if form)
        )

    def publisher(self, document: str) -> str | None:
        """Who publishes a document."""
        return self._publishers[document]


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))


def _holds(words: tuple[str, ...], part: tuple[str, ...]) -> bool:
    return any(words[at : at + len(part)] == part for at in range(len(words) - len(part) + 1))
