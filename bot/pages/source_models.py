"""What the API tells of a document: its text as far as it may be shown, and where the quote stands."""

from datetime import date

from bot.pages.source_text import Part
from bot.pages.source_view import View
from bot.pages.text_fragment import original
from corpus.document import Frozen, Publish


class SourceSection(Frozen):
    """What stands under a heading. `file[start:end]` without `cuts` is `text`."""

    heading: str | None
    text: str
    start: int
    end: int
    cuts: tuple[tuple[int, int], ...] = ()


class SourceText(Frozen):
    """A document. `marked` are half-open ranges of its characters: the quote, as far as it is shown.

    Of a document that is not published in full, only sections with the quote are there, or none.
    """

    id: str
    title: str
    publisher: str | None
    url: str | None
    reviewed: date | None
    publish: Publish
    sections: tuple[SourceSection, ...]
    marked: tuple[tuple[int, int], ...]


def source_text(view: View) -> SourceText:
    """The same as the page shows."""
    document = view.document
    return SourceText(
        id=document.id,
        title=document.title,
        publisher=document.publisher,
        url=original(document.url, document.text, None),
        reviewed=document.reviewed,
        publish=document.publish,
        sections=tuple(_section(view, part) for part in view.text.parts),
        marked=tuple(view.marked),
    )


def _section(view: View, part: Part) -> SourceSection:
    span, text = view.text.span(part), view.document.text
    heading = part.heading.span.of(text) if part.heading else None
    return SourceSection(
        heading=heading, text=span.of(text), start=span.start, end=span.end, cuts=span.cuts
    )
