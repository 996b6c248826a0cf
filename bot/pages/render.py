"""A reply as HTML for the chat: the message, the quotes with where they stand, the human lines."""

import re

from bot.breaks import Range
from bot.pages.addresses import source_address
from bot.pages.contact import contact_html
from bot.pages.helplines import helplines_html
from bot.pages.literal import link, literal
from bot.reply import Crisis, Declined, NotFound, Quote, Quoted, Reply
from bot.wording.words import PageWords, words
from corpus.document import Language
from corpus.language import detect


def reply_html(reply: Reply, is_newest: bool = False) -> str:
    """One line of HTML. Suggestions are only announced: the page makes buttons of them.

    A card is what the conversation keeps of it; the alert itself stands above (`pages/card.py`).
    The newest answer asks whether it helped.
    """
    wording = words(reply.language)
    is_card = isinstance(reply, Crisis)
    message = "".join(f"<p>{literal(text)}</p>" for text in reply.message.split("\n\n"))
    if isinstance(reply, NotFound) and reply.looked_for:
        looked_for = wording.looked_for.format(question=reply.looked_for)
        message += f'<p class="looked-for">{literal(looked_for)}</p>'
    if reply.contact:
        message += contact_html(reply.contact, wording)
    if reply.suggestions:
        message += f"<p>{literal(wording.not_found_suggestions)}</p>"
    answer = message + "".join(
        _quote(quote, wording.page, reply.language) for quote in reply.quotes
    )
    human = _human(reply, wording.page.helplines_title if is_card else None, wording.page)
    # What was said earlier comes before the answer, what a topic only touches after it.
    is_after = not set(wording.concern_after).isdisjoint(reply.notes)
    parts = human + answer if is_after else answer + human
    if is_newest and isinstance(reply, Quoted | Declined):
        parts += _helpful(wording.page)
    # page.js reads the classes: Gradio lets no other attribute through.
    kind = "reply card" if is_card else f"reply {reply.kind} level-{reply.level}"
    return f'<div class="{kind}" lang="{reply.language}">{parts}</div>'


def _helpful(page: PageWords) -> str:
    """The question with its two buttons, which page.js listens to."""
    buttons = "".join(
        f'<button type="button" class="{name}">{literal(shown)}</button>'
        for name, shown in (("yes", page.helpful_yes), ("no", page.helpful_no))
    )
    return f'<p class="helpful" role="group"><span>{literal(page.helpful)}</span> {buttons}</p>'


def _human(reply: Reply, title: str | None, page: PageWords) -> str:
    beside = {quote.note for quote in reply.quotes}
    notes = "".join(
        f'<p class="note">{literal(note)}</p>' for note in reply.notes if note not in beside
    )
    if title:
        notes += f'<p class="lines-title">{literal(title)}</p>'
    return notes + helplines_html(reply.helplines, page)


def _quote(quote: Quote, page: PageWords, shown_in: Language) -> str:
    language = detect(quote.text)
    context = ""
    if quote.context:
        said = f'<q lang="{language}">{_joined(quote.context)}</q>'
        context = f'<p class="context">{literal(page.context)} {said}</p>'
    side = f'<p class="side">{literal(quote.side)}</p>' if quote.side else ""
    note = (
        f'<p class="qualified"><span>{literal(page.note)}</span> {literal(quote.note)}</p>'
        if quote.note
        else ""
    )
    return (
        f'<div class="quote{"" if quote.highlight else " whole"}">{side}{context}'
        f'<blockquote lang="{language}">{_passage(quote)}</blockquote>'
        f'<p class="source">{_source(quote, page)}</p>'
        f'<p class="in-source">{link(source_address(quote, shown_in), page.in_source)}</p>'
        f"{note}</div>"
    )


def _passage(quote: Quote) -> str:
    marked = quote.highlight or (0, len(quote.text))
    return "".join(f"<p>{_line(quote.text, line, marked)}</p>" for line in quote.lines)


def _line(text: str, line: Range, marked: Range) -> str:
    """A line of the quote, with what answers in it marked."""
    start, end = line
    first, last = (min(max(at, start), end) for at in marked)
    inside = _joined(text[first:last])
    mark = f"<mark>{inside}</mark>" if inside else ""
    return _joined(text[start:first]) + mark + _joined(text[last:end])


def _joined(text: str) -> str:
    return literal(re.sub(r"\s*[\r\n]+\s*", " ", text))


def _source(quote: Quote, page: PageWords) -> str:
    is_ours = quote.origin == "handbook"
    unnamed = page.handbook if is_ours else page.unnamed_page
    parts = [f"<cite>{literal(quote.title)}</cite>", literal(quote.publisher or unnamed)]
    if quote.reviewed:
        parts.append(literal(page.reviewed.format(date=quote.reviewed)))
    elif is_ours:
        parts.append(literal(page.not_reviewed))
    if quote.is_other_provider:
        parts.append(f"<strong>{literal(page.other_provider)}</strong>")
    if quote.section:
        parts.append(f"{literal(page.section)}: {literal(quote.section)}")
    return " · ".join(parts)
