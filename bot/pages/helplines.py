"""Helplines as HTML, with links that call, text or open a chat."""

import re
from collections.abc import Iterator, Sequence

from bot.pages.literal import link, literal
from bot.reply import Helpline
from bot.wording.words import PageWords

_NUMBER = re.compile(r"[*+]?\d[\d ()-]*\d")
_SMS = re.compile(r"(?P<number>[\d -]+?)(?: \((?P<keyword>\w+)\))?")


def helplines_html(helplines: Sequence[Helpline], page: PageWords) -> str:
    """A list in the order given, the first being the one to use; nothing where there are none."""
    items = "".join(f"<li>{''.join(_helpline(line, page))}</li>" for line in helplines)
    return f'<ul class="lines">{items}</ul>' if items else ""


def can_be_touched(line: Helpline) -> bool:
    """Whether any of its ways is a link."""
    return bool(tel(line.call) or sms(line.text) or https(line.chat))


def way(shown: str, address: str | None) -> str:
    """A link, or the same words where there is no address to follow."""
    return link(address, shown) if address else literal(shown)


def tel(call: str | None) -> str | None:
    """The address that dials; None for what is no number."""
    return f"tel:{re.sub(r'[^*+0-9]', '', call)}" if call and _NUMBER.fullmatch(call) else None


def sms(text: str | None) -> str | None:
    """The address that begins a message, with the keyword in it; None for what is no number."""
    found = _SMS.fullmatch(text) if text else None
    if not found:
        return None
    number = re.sub("[ -]", "", found["number"])
    # "?&" is the one form that both iPhones and Android phones take.
    return f"sms:{number}?&body={found['keyword']}" if found["keyword"] else f"sms:{number}"


def https(chat: str | None) -> str | None:
    """The address of a chat; None for what is no secure one."""
    return chat if chat and chat.startswith("https://") else None


def _helpline(line: Helpline, page: PageWords) -> Iterator[str]:
    yield f"<strong>{literal(line.name)}</strong>"
    if line.call:
        yield _way(f"{page.call} {line.call}", tel(line.call))
    if line.text:
        yield _way(f"{page.text} {line.text}", sms(line.text))
    if line.chat:
        yield _way(f"{page.chat} {line.chat.removeprefix('https://')}", https(line.chat))
    if line.hours:
        yield f'<span class="hours">{literal(line.hours)}</span>'


def _way(shown: str, address: str | None) -> str:
    return f'<span class="way">{way(shown, address)}</span>'
