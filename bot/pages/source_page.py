"""A document as a page to read, filled in by Jinja: whatever a document holds shows as typed."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.pages.addresses import MARKED, chat_address
from bot.pages.source_marks import Piece
from bot.pages.source_text import Block, Part
from bot.pages.source_view import View
from bot.pages.standing import standing_html
from bot.pages.text_fragment import original
from bot.wording.words import words
from corpus.blocks import Kind
from corpus.document import Document, Language
from corpus.errors import CorpusError
from corpus.handbook_entry import Reference, parse
from corpus.language import detect

# The deepest heading that HTML has; the page's own is the first.
_DEEPEST = 6
# Characters that tell a language.
_ENOUGH = 5_000
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Line(NamedTuple):
    """A block in pieces; `level` is that of a heading."""

    pieces: list[Piece]
    level: int
    number: int | None


class Group(NamedTuple):
    """Blocks of one kind that follow each other: the items of a list, or one of anything else."""

    kind: Kind
    lines: list[Line]

    @property
    def is_numbered(self) -> bool:
        """Whether it is a list with numbers of its own."""
        return self.lines[0].number is not None


def document_html(view: View, country: str, language: Language, other: str) -> str:
    """The page of a document; `other` is its address in the other language."""
    document = view.document
    return _html(
        "source.html.jinja",
        country,
        language,
        view=view,
        marked=MARKED,
        first=next((start for start, _ in view.marked), None),
        groups=list(_groups(view)),
        original=original(document.url, document.text, view.quote),
        spoken=document.language or detect(document.text[document.body :][:_ENOUGH]),
        references=_references(document),
        other=other,
    )


def refusal_html(title: str, text: str, country: str, language: Language) -> str:
    """A page that says why there is no document."""
    return _html("source_refusal.html.jinja", country, language, title=title, text=text)


def _html(template: str, country: str, language: Language, **values: object) -> str:
    return _ENVIRONMENT.get_template(template).render(
        values,
        language=language,
        words=words(language),
        standing=Markup(standing_html(country, language)),
        chat=chat_address(language),
    )


def _groups(view: View) -> Iterator[Group]:
    parts = [_untitled(view, at, part) for at, part in enumerate(view.text.parts)]
    blocks = [block for part in parts for block in part.all]
    depths = [block.depth for block in blocks if block.kind == "heading"]
    least = min(depths, default=0)
    for (kind, _, _), group in groupby(enumerate(blocks), key=_apart):
        lines = [
            Line(view.pieces(block), min(2 + block.depth - least, _DEEPEST), block.number)
            for _, block in group
        ]
        yield Group(kind, lines)


def _apart(placed: tuple[int, Block]) -> tuple[Kind, int, bool]:
    """What parts two blocks: only items of one kind of list stand together."""
    at, block = placed
    is_item = block.kind == "item"
    return block.kind, -1 if is_item else at, is_item and block.number is not None


def _untitled(view: View, at: int, part: Part) -> Part:
    """The first part without a heading that only repeats the title above it."""
    heading = part.heading
    if at or heading is None or any(piece.is_marked for piece in view.pieces(heading)):
        return part
    text = heading.span.of(view.document.text)
    is_title = " ".join(text.split()).casefold() == view.document.title.casefold()
    return part._replace(heading=None) if is_title else part


def _references(document: Document) -> tuple[Reference, ...]:
    """What a handbook entry rests on, by its front matter."""
    if document.origin != "handbook":
        return ()
    try:
        return parse(document.path, document.text).entry.sources
    except CorpusError:
        return ()
