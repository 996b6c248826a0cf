"""What a visitor may see of a document: all of it, the sections of a quote, or none of its text."""

import re
from hashlib import sha256
from typing import NamedTuple

from bot.pages.source_marks import Piece, Range, pieces, ranges
from bot.pages.source_text import Block, Text, around, taken_apart, whole
from corpus.clean import Cleaned
from corpus.document import Document, Span

_ASKED = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)


class View(NamedTuple):
    """A document with the part of its text that is shown, and the quote that is looked at.

    `is_gone`: a quote was asked for that is not there, or not any more.
    """

    document: Document
    text: Text
    quote: Span | None
    is_gone: bool

    def pieces(self, block: Block) -> list[Piece]:
        """A block with the quote's characters marked; characters that a quote leaves out are not."""
        quoted = ranges(self.quote) if self.quote else []
        return pieces(self.document.text, block.span, quoted)

    @property
    def marked(self) -> list[Range]:
        """Where the marked pieces stand, in order."""
        return [
            (piece.start, piece.end)
            for part in self.text.parts
            for block in part.all
            for piece in self.pieces(block)
            if piece.is_marked and not piece.text.isspace()
        ]


def view(document: Document, asked: str | None) -> View:
    """What is shown of a document; `asked` is the quote as its address names it, `START-END`."""
    # As with quotes: what the file does not say any more is not shown, whatever the index holds.
    if not _stands(document):
        return View(document, _nothing(document), None, is_gone=asked is not None)
    quote = _quote(document, asked) if asked is not None else None
    seen = View(document, _text(document, quote), quote, asked is not None and quote is None)
    if quote is None or document.publish == "link" or seen.marked:
        return seen
    return View(document, _text(document, None), None, is_gone=True)


def _text(document: Document, quote: Span | None) -> Text:
    if document.publish == "full":
        return whole(document)
    if document.publish == "quotes" and quote:
        return around(document, ranges(quote))
    return _nothing(document)


def _nothing(document: Document) -> Text:
    return Text(Cleaned(document.text), ())


def _quote(document: Document, asked: str) -> Span | None:
    """The asked span, without what the quote with this span leaves out; None for no quote.

    Of a text that is not ours to show, only what can be quoted counts: the address can't ask for more.
    """
    found = _ASKED.fullmatch(asked)
    start, end = (int(found[1]), int(found[2])) if found else (0, 0)
    spans = [passage.span for passage in taken_apart(document).passages]
    exact = next((span for span in spans if (span.start, span.end) == (start, end)), None)
    if exact or not document.body <= start < end <= len(document.text):
        return exact
    if document.publish == "full" or any(s.start <= start and end <= s.end for s in spans):
        return Span(start=start, end=end)
    return None


def _stands(document: Document) -> bool:
    """Whether the file is the one that was indexed."""
    try:
        return sha256(document.path.read_bytes()).hexdigest() == document.sha256
    except OSError:
        return False
