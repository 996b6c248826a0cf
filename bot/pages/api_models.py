"""What the API takes and gives; a reply is the line that `python -m bot --jsonl` writes."""

from typing import Annotated, Literal

from pydantic import Field

from bot.reply import Category, Crisis, Helpline, Level
from bot.safety.screen import Conversation
from corpus.document import Frozen, Language

# Each turn is screened anew with every message.
MOST_TURNS = 40


class Asked(Frozen):
    """A conversation so far, oldest turn first, of which the last is to be answered.

    The server keeps nothing: the client sends it whole, or its last turns, with the highest `level`
    that a reply to a turn left out had, and the `category` of that reply. Without a `language`, it
    is told from the words. `card_seen` asks for the answer to a turn whose card the visitor was shown.
    """

    turns: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST_TURNS)]
    language: Language | None = None
    level: Level = "none"
    category: Category | None = None
    card_seen: bool = False

    @property
    def conversation(self) -> Conversation:
        """The same for the bot. Half surrogate pairs, which JSON can hold, could not be sent back."""
        return Conversation(
            turns=tuple(turn.encode("utf-8", "replace").decode() for turn in self.turns),
            language=self.language,
            level_before=self.level,
            category_before=self.category,
            card_seen=self.card_seen,
        )


class Screened(Frozen):
    """How urgent the last turn is; `card` is what to show first at `crisis` and `emergency`."""

    level: Level
    category: Category | None
    language: Language
    helplines: tuple[Helpline, ...]
    card: Crisis | None


class Helpful(Frozen):
    """Whether a reply helped; nothing that anyone wrote is in it."""

    helpful: bool
    kind: Literal["quoted", "not_found", "declined", "contact", "about"]
    level: Level = "none"
    document: str | None = None


class Refused(Frozen):
    """Why there is no reply, and whom to call in danger all the same."""

    detail: str
    help: str
