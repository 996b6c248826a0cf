"""Helplines as HTML, with links that call, text or open a chat."""

import re
from collections.abc import Iterator, Sequence

from bot.pages.literal import link, literal
from bot.reply import Helpline
from bot.wording.words import PageWords

_NUMBER = re.compile(r"\+?\d[\d ()-]*\d")
_SHORT_NUMBER = re.compile(r"\b\d{3}\b")
_SMS = re.compile(r"(?P<number>[\d-]+)(?: \((?P<keyword>\w+)\))?")


def dialable(sentence: str) -> str:
    """A sentence whose three-digit numbers can be called by a touch."""
    at, parts = 0, []
    for number in _SHORT_NUMBER.finditer(sentence):
        parts += [literal(sentence[at : number.start()]), link(f"tel:{number[0]}", number[0])]
        at = number.end()
    return "".join([*parts, literal(sentence[at:])])


def helplines_html(helplines: Sequence[Helpline], page: PageWords) -> str:
    """A list in the order given, the first being the one to use; nothing where there are none."""
    items = "".join(f"<li>{''.join(_helpline(line, page))}</li>" for line in helplines)
    return f'<ul class="lines">{items}</ul>' if items else ""


def _helpline(line: Helpline, page: PageWords) -> Iterator[str]:
    yield f"<strong>{literal(line.name)}</strong>"
    if line.call:
        yield _way(f"{page.call} {line.call}", _tel(line.call))
    if line.text:
        yield _way(f"{page.text} {line.text}", _sms(line.text))
    if line.chat:
        address = line.chat if line.chat.startswith("https://") else None
        yield _way(f"{page.chat} {line.chat.removeprefix('https://')}", address)
    if line.hours:
        yield f'<span class="hours">{literal(line.hours)}</span>'


def _way(shown: str, address: str | None) -> str:
    return f'<span class="way">{link(address, shown) if address else literal(shown)}</span>'


def _tel(call: str) -> str | None:
    return f"tel:{re.sub(r'[^+0-9]', '', call)}" if _NUMBER.fullmatch(call) else None


def _sms(text: str) -> str | None:
    found = _SMS.fullmatch(text)
    if not found:
        return None
    number = found["number"].replace("-", "")
    # "?&" is the one form that both iPhones and Android phones take.
    return f"sms:{number}?&body={found['keyword']}" if found["keyword"] else f"sms:{number}"
