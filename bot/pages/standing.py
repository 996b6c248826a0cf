"""The constant line: whom to call in danger, on every page and on every refusal."""

from collections.abc import Iterator
from typing import NamedTuple

from bot.pages.helplines import https, sms, tel, way
from bot.pages.literal import literal
from bot.reply import Helpline
from bot.safety.helplines import standing
from bot.wording.words import StandingWords, words
from corpus.document import Language

# How the files of helplines begin the hours of a line that never closes.
_ALWAYS = "24/7"


class _Piece(NamedTuple):
    """A sentence; what stands in it where the template has a place, and where that leads."""

    template: str
    shown: str = ""
    address: str | None = None


def standing_text(country: str, language: Language) -> str:
    """The line as plain text."""
    pieces = _pieces(country, words(language).standing)
    return " ".join(
        piece.template.format(number=piece.shown, address=piece.shown) for piece in pieces
    )


def standing_html(country: str, language: Language) -> str:
    """The line as HTML, with numbers that a touch calls."""
    return " ".join(map(_html, _pieces(country, words(language).standing)))


def _html(piece: _Piece) -> str:
    before, _, rest = piece.template.partition("{")
    after = rest.partition("}")[2]
    return literal(before) + (way(piece.shown, piece.address) if rest else "") + literal(after)


def _pieces(country: str, texts: StandingWords) -> Iterator[_Piece]:
    always = standing(country)
    if always.emergency:
        yield _Piece(texts.emergency, always.emergency, tel(always.emergency))
    else:
        yield _Piece(texts.emergency_anywhere)
    yield _Piece(texts.crisis)
    yield from _ways(always.national, texts)


def _ways(line: Helpline, texts: StandingWords) -> Iterator[_Piece]:
    """One way, or calling and writing where their numbers differ; hours where it is not always open."""
    is_always_open = not line.hours or line.hours.startswith(_ALWAYS)
    hours = "." if is_always_open else f", {line.hours}."
    if line.call and line.call == line.text:
        yield _Piece(texts.call_or_text + hours, line.call, tel(line.call))
    elif line.call:
        yield _Piece(texts.call + hours, line.call, tel(line.call))
    elif line.text:
        yield _Piece(texts.text + hours, line.text, sms(line.text))
    elif line.chat:
        yield _Piece(texts.chat, line.chat.removeprefix("https://"), https(line.chat))
