"""How to reach the clinic, as HTML."""

from bot.pages.helplines import tel, way
from bot.pages.literal import link, literal
from bot.reply import ContactCard
from bot.wording.words import Wording


def contact_html(card: ContactCard, wording: Wording) -> str:
    """A paragraph with the clinic's name and links; addresses are shown as the operator wrote them."""
    ways = []
    if card.phone:
        ways.append(way(card.phone, tel(card.phone)))
    if card.email:
        ways.append(link(f"mailto:{card.email}", card.email))
    if card.page:
        ways.append(link(card.page, card.page))
    name = f"<strong>{literal(card.clinic)}</strong> · " if card.clinic else ""
    return f'<p class="contact">{literal(wording.contact)} {name}{" · ".join(ways)}</p>'
