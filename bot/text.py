"""A reply as plain text, for people at a terminal."""

from collections.abc import Iterator

from bot.reply import Quote, Reply
from bot.wording.words import words


def plain(reply: Reply) -> str:
    """What a visitor would read, with where each quote stands."""
    return "\n".join(_lines(reply))


def _lines(reply: Reply) -> Iterator[str]:
    yield reply.message
    page = words(reply.language).page
    for quote in reply.quotes:
        yield f"\n  {quote.side}:" if quote.side else ""
        if quote.context:
            yield f"  ({' '.join(quote.context.split())})"
        yield f"  “{quote.text}”"
        yield f"  — {_source(reply, quote)}"
        if quote.note:
            yield f"  {page.note} {quote.note}"
    if reply.suggestions:
        yield words(reply.language).not_found_suggestions
        yield from (f"  - {question}" for question in reply.suggestions)
    beside = {quote.note for quote in reply.quotes}
    notes = [note for note in reply.notes if note not in beside]
    yield from ("", *notes) if notes else ()
    if reply.contact:
        card = (reply.contact.phone, reply.contact.email, reply.contact.page)
        yield f"{words(reply.language).contact} {', '.join(way for way in card if way)}"
    for line in reply.helplines:
        ways = (line.call, line.text, line.chat, line.hours)
        yield f"  * {line.name}: {', '.join(way for way in ways if way)}"
    if reply.confidence is not None:
        yield f"\n[{reply.kind}, confidence {reply.confidence:.2f}]"


def _source(reply: Reply, quote: Quote) -> str:
    page = words(reply.language).page
    unnamed = page.handbook if quote.origin == "handbook" else page.unnamed_page
    publisher = quote.publisher or unnamed
    other = page.other_provider if quote.is_other_provider else None
    parts = (
        quote.title,
        publisher,
        other,
        quote.section,
        f"{quote.document}[{quote.start}:{quote.end}]",
    )
    return ", ".join(part for part in parts if part)
