"""What a visitor is shown when a turn may mean danger: a few sentences and the lines to reach."""

from bot.reply import Category, Helpline
from bot.safety.helplines import helplines_for
from bot.safety.screen import Screening
from bot.wording.words import CardWords, words
from corpus.document import Frozen

# Where the danger is what another person does to the visitor.
_ABUSE: frozenset[Category | None] = frozenset(
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
    """The message stands first; the first of the helplines is the one to use."""

    message: str
    helplines: tuple[Helpline, ...]


def _emergency(screening: Screening, earlier: bool, texts: CardWords) -> str:
    # A new overdose is told in full, whatever was shown before: it has to be acted on today.
    if screening.category == "overdose_poisoning" and not screening.is_remembered:
        return texts.overdose
    return texts.again_emergency if earlier else texts.emergency


def _crisis(screening: Screening, earlier: bool, texts: CardWords) -> str:
    if earlier:
        return texts.again
    if screening.third_party:
        return texts.third_party
    return texts.abuse if screening.category in _ABUSE else texts.crisis


def card(screening: Screening, country: str, earlier: bool) -> Card:
    """What to show for a screening at concern or above.

    `earlier` says that this conversation already holds a card, which is never repeated word for
    word. At concern the message is the one quiet line that goes with an ordinary answer.
    """
    wording = words(screening.language)
    match screening.level:
        case "emergency":
            message = _emergency(screening, earlier, wording.card)
        case "crisis":
            message = _crisis(screening, earlier, wording.card)
        case "concern" if screening.is_remembered or earlier:
            message = wording.concern_after
        case "concern":
            message = wording.concern_line
        case "none":
            raise ValueError("a screening at level none has no card; ask for one from concern up")
    lines = helplines_for(country, screening.category, screening.level)
    return Card(message=message, helplines=lines)
