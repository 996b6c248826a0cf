"""A card as HTML of its own, outside of Gradio, which would send each link to a new tab.

It holds nothing that a visitor wrote.
"""

from collections.abc import Sequence

from bot.pages.helplines import can_be_touched, helplines_html
from bot.pages.literal import literal
from bot.reply import Crisis, Helpline
from bot.wording.words import words


def card_html(reply: Crisis) -> str:
    """The acknowledgement, at once the first line that can be touched, then everything else."""
    page = words(reply.language).page
    lead, *rest = reply.message.split("\n\n")
    first, others = _split(reply.helplines)
    title = f'<p class="lines-title">{literal(page.helplines_title)}</p>' if others else ""
    # What was written in an emergency is not answered: its card alone is the reply.
    go_on = page.go_on if reply.level == "crisis" else page.ask_on
    leave = f'<p><button type="button" class="leave">{literal(page.leave)}</button></p>'
    return (
        f'<div class="card {reply.level}" lang="{reply.language}">'
        f'<p class="lead">{literal(lead)}</p>'
        f'<div class="first">{helplines_html(first, page)}</div>'
        f"{leave if reply.quick_exit else ''}"
        f"{''.join(f'<p>{literal(paragraph)}</p>' for paragraph in rest)}"
        f"{title}{helplines_html(others, page)}"
        f'<p><button type="button" class="go-on">{literal(go_on)}</button></p></div>'
    )


def _split(lines: Sequence[Helpline]) -> tuple[Sequence[Helpline], Sequence[Helpline]]:
    """The lines up to the first that can be touched, and those after it."""
    at = next((at for at, line in enumerate(lines, start=1) if can_be_touched(line)), len(lines))
    return lines[:at], lines[at:]
