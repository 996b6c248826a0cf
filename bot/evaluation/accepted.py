"""What answers a question, and whether a quote is that: words, places, documents, entries."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from bot.evaluation.cases import HALF, Place, Turn, Words
from bot.reply import Quote
from corpus.document import Document, Frozen

# Of words that answer, so much in one run is as good as all of them; shorter ones must be whole.
MOST_OF, LEAST_RUN = 0.7, 6
# A quote that is a part of them must be so much of them, and no fragment.
LEAST_PART = 5

_PLAIN = str.maketrans("’‘“”–—\u00a0", "''\"\"-- ")
_WORD = re.compile(r"[^\W\d_]+|\d+")
# A footnote's mark that extraction left behind a word or its stop.
_FOOTNOTE = re.compile(r"(?<=[a-z.,;:!?\"'])\d(?=\s|$|[A-Za-z\"“”])")


class Accepted(Frozen):
    """One thing that answers. `name` is the expectation it comes from, `text` says it to people.

    With `words`, a quote must have them; with `place`, it must cover that; else any quote of one of
    the `documents` will do.
    """

    name: str
    text: str
    grade: int = 1
    words: tuple[str, ...] = ()
    place: Place | None = None
    documents: tuple[str, ...] | None = None

    def is_met_by(self, quote: Quote) -> bool:
        """Whether the quote answers."""
        return self.is_met_at(quote.document, quote.start, quote.end, quote.text)

    def is_met_at(self, document: str, start: int, end: int, text: str) -> bool:
        """Whether words of a document, from `start` to `end`, answer."""
        if self.place is not None:
            return self.place.is_met_at(document, start, end)
        if self.documents is not None and document not in self.documents:
            return False
        return self.name != "expect_quote" or _answers(words(text), self.words)

    def is_whole_in(self, quote: Quote) -> bool:
        """Whether the quote shows all the words."""
        is_there = self.documents is None or quote.document in self.documents
        return is_there and _contains(words(quote.text), self.words)

    def f1(self, text: str) -> float:
        """The words' F1: twice those in common, as bags, over both."""
        found = words(text)
        common = sum((Counter(found) & Counter(self.words)).values())
        return 2 * common / (len(found) + len(self.words)) if found else 0.0


def accepted(turn: Turn, documents: Mapping[str, Document]) -> list[Accepted]:
    """Everything that answers a turn; ValueError if a place no longer has the words it was labelled with."""
    found = [_of_quote(one, documents) for one in turn.expect_quote]
    for right in turn.expect_document:
        ids = tuple(id for id in documents if id.startswith(right.id))
        found.append(
            Accepted(name="expect_document", text=right.id, grade=right.grade, documents=ids)
        )
    for entry in turn.expect_entry:
        ids = tuple(id for id, one in documents.items() if entry in (id, one.translates))
        found.append(Accepted(name="expect_entry", text=entry, documents=ids))
    return found


def unmeetable(turn: Turn, documents: Mapping[str, Document]) -> Iterator[str]:
    """What a turn expects that no document can meet."""
    try:
        right = accepted(turn, documents)
    except ValueError as error:
        yield str(error)
        return
    for one in right:
        if one.documents == ():
            known = ", ".join(sorted(documents)[:5])
            yield (
                f"{one.name} {one.text}: no document of the index is meant; it has {known}"
                f"{', …' if len(documents) > 5 else ''}; correct the set, or index that document"
            )


def most_telling(found: Sequence[Accepted]) -> list[Accepted]:
    """What ranks are judged by: words where words are expected, else entries, else documents."""
    for name in ("expect_quote", "expect_entry", "expect_document"):
        of_name = [one for one in found if one.name == name]
        if of_name:
            return of_name
    return []


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """The words of a text without case, signs and footnotes' marks."""
    plain = unicodedata.normalize("NFKC", text).translate(_PLAIN).lower()
    return tuple(_WORD.findall(_FOOTNOTE.sub(" ", plain)))


def _of_quote(one: Words | Place, documents: Mapping[str, Document]) -> Accepted:
    if isinstance(one, Words):
        text, ids = f"“{one.words}”", None
        if one.document:
            text = f"{one.document}: {text}"
            ids = tuple(id for id in documents if id.startswith(one.document))
        return Accepted(name="expect_quote", text=text, words=words(one.words), documents=ids)
    return Accepted(
        name="expect_quote", text=str(one), words=words(one.words(documents)), place=one
    )


def _answers(found: Sequence[str], right: Sequence[str]) -> bool:
    if _contains(found, right):
        return True
    if len(found) >= LEAST_PART and len(found) >= HALF * len(right) and _contains(right, found):
        return True
    run = max(4, int(MOST_OF * len(right)))
    return len(right) >= LEAST_RUN and any(
        _contains(found, right[at : at + run]) for at in range(len(right) - run + 1)
    )


def _contains(long: Sequence[str], short: Sequence[str]) -> bool:
    return bool(short) and f" {' '.join(short)} " in f" {' '.join(long)} "
