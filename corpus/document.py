"""What the bot may say: documents, the spans inside them, and the passages that are searched.

A span refers to the code points of its document's text, line ends untouched. Cleaning may delete
characters inside a span and never does anything else, so `Span.of(document.text)` is the only way
to obtain words that are shown, and it is exact by construction.
"""

from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Origin = Literal["handbook", "source"]
Language = Literal["en", "es"]
# What a handbook entry is for: to be quoted, or to send those who ask it to the clinic, to a
# professional, or to what the bot says about itself.
Purpose = Literal["answer", "contact", "declined", "about"]
# What a visitor may read of a document on this site beside its quotes: all of it, the sections that
# hold a quote, or nothing.
Publish = Literal["full", "quotes", "link"]


class Frozen(BaseModel):
    """A value that crosses a border: it never changes, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Frozen):
    """`text[start:end]` without the characters in `cuts` (ascending, disjoint, inside the span)."""

    start: int
    end: int
    cuts: tuple[tuple[int, int], ...] = ()

    def of(self, text: str) -> str:
        """The words of this span in its document's text."""
        kept, at = [], self.start
        for cut_start, cut_end in self.cuts:
            kept.append(text[at:cut_start])
            at = cut_end
        return "".join([*kept, text[at : self.end]])


class Extract(Frozen):
    """Verbatim words with the place they were taken from."""

    text: str
    span: Span


def _as_its_origin_allows(known: dict[str, Any]) -> Publish:
    """The handbook is this site's own; what others wrote is theirs until they say more."""
    return "full" if known.get("origin") == "handbook" else "quotes"


class Document(Frozen):
    """A file that may be quoted. `id` is the file's stem and unique over all folders.

    Words before the offset `body` are about the document (its front matter) and never quoted.
    `language` is known of handbook entries only; `translates` is the id of the entry of which this
    one is the Spanish version. An entry that is not for an answer is never quoted; one that is not
    `quotable` only leads to passages of other documents. `publish` is what its page shows.
    """

    id: str
    title: str
    publisher: str | None = None
    url: str | None = None
    origin: Origin
    reviewed: date | None = None
    questions: tuple[str, ...] = ()
    language: Language | None = None
    purpose: Purpose = "answer"
    translates: str | None = None
    quotable: bool = True
    publish: Publish = Field(default_factory=_as_its_origin_allows)
    path: Path
    sha256: str
    text: str
    body: int = 0


class Passage(Frozen):
    """One to three sentences, or a list, of a document: the smallest thing that is found and quoted.

    `context` is what the passage needs to be understood but does not hold: the lead-in of its
    list, the speaker of a quotation, the clinic that says "we".
    """

    id: str
    document: str
    section: str | None
    text: str
    span: Span
    context: Extract | None = None
