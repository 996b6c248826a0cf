"""What a visitor is shown when a turn may mean danger: a few sentences and the lines to reach.

A card is put together from parts, so that each kind of danger, each level, and someone else's
danger are spoken to in their own words, and what holds for all of them is written once.
"""

from bot.reply import Category, Helpline
from bot.safety.helplines import helplines_for
from bot.safety.screen import Screening
from bot.wording.words import CardWords, Urgency, words
from corpus.document import Frozen

# Where the danger is what another person does: someone may be watching the visitor's device.
ABUSE: frozenset[Category | None] = frozenset(
    {
        "domestic_violence",
        "child_abuse",
        "sexual_assault",
        "stalking",
        "trafficking",
        "online_exploitation",
        "elder_abuse",
        "professional_abuse",
    }
)


class Card(Frozen):
    """The message is one to three paragraphs, parted by an empty line; the first acknowledges.

    The first of the helplines is the one to use. `quick_exit` asks for a way to leave at once.
    """

    message: str
    helplines: tuple[Helpline, ...]
    quick_exit: bool = False


def card(screening: Screening, country: str, turn: int = 0) -> Card:
    """What to show for a screening at concern or above.

    No two cards of a conversation are the same word for word: the first is full, later ones are
    short and take turns. A first emergency after a crisis, and a new overdose, are told in full.
    `turn` counts the turns of the conversation: by it, the quiet lines of a concern take turns.
    """
    return Card(
        message=_message(screening, turn),
        helplines=helplines_for(country, screening.category, screening.level),
        quick_exit=screening.is_acute and screening.category in ABUSE,
    )


def _message(screening: Screening, turn: int) -> str:
    wording = words(screening.language)
    match screening.level:
        case "crisis" if screening.cards_before:
            return _again(screening, "crisis", wording.card)
        case "emergency" if screening.cards_before and not _is_news(screening):
            return _again(screening, "emergency", wording.card)
        case "crisis" | "emergency":
            return _full(screening, screening.level, wording.card)
        case "concern" if screening.after_disclosure:
            return wording.concern_after[turn % len(wording.concern_after)]
        case "concern":
            return wording.concern_line
        case "none":
            raise ValueError("a screening at level none has no card; ask for one from concern up")


def _is_news(screening: Screening) -> bool:
    before = screening.emergencies_before
    is_overdose = screening.category == "overdose_poisoning"
    return not before or (is_overdose and "overdose_poisoning" not in before)


def _full(screening: Screening, level: Urgency, texts: CardWords) -> str:
    whom = screening.third_party
    kind = texts.kinds[screening.category or "any"]
    is_abuse = screening.category in ABUSE
    steps = kind.steps or (texts.attack if is_abuse else texts.steps)
    people = kind.people or texts.people.at(level)
    paragraphs = (
        (kind.acknowledgement.to(whom),),
        (steps.at(level).to(whom), kind.note.to(whom), texts.devices if is_abuse else ""),
        (kind.page.to(whom) or texts.page, people.to(whom), texts.go_on.at(level)),
    )
    return "\n\n".join(" ".join(filter(None, parts)) for parts in paragraphs)


def _again(screening: Screening, level: Urgency, texts: CardWords) -> str:
    parts = texts.again.at(level)
    bodies = parts.other if screening.third_party else parts.own
    at = screening.cards_before - 1
    return f"{bodies[at % len(bodies)]}\n\n{parts.endings[at % len(parts.endings)]}"
