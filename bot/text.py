"""A reply as plain text, for people at a terminal."""

from collections.abc import Iterator

from bot.reply import Quote, Reply
from bot.wording.words import words


def plain(reply: Reply) -> str:
    """What a visitor would read, with where each quote stands."""
    return "\n".join(_lines(reply))


def _lines(reply: Reply) -> Iterator[str]:
    yield reply.message
    for quote in reply.quotes:
        yield ""
        if quote.context:
            yield f"  ({' '.join(quote.context.split())})"
        yield f"  “{quote.text}”"
        yield f"  — {_source(reply, quote)}"
    if reply.suggestions:
        yield words(reply.language).not_found_suggestions
        yield from (f"  - {question}" for question in reply.suggestions)
    yield from ("", *reply.notes) if reply.notes else ()
    for line in reply.helplines:
        ways = (line.call, line.text, line.chat, line.hours)
        yield f"  * {line.name}: {', '.join(way for way in ways if way)}"
    if reply.confidence is not None:
        yield f"\n[{reply.kind}, confidence {reply.confidence:.2f}]"


def _source(reply: Reply, quote: Quote) -> str:
    page = words(reply.language).page
    unnamed = page.handbook if quote.origin == "handbook" else page.unnamed_page
    publisher = quote.publisher or unnamed
    parts = (quote.title, publisher, quote.section, f"{quote.document}[{quote.start}:{quote.end}]")
    return ", ".join(part for part in parts if part)
