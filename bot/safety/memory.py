"""What the turns of a conversation leave to those after them."""

from typing import NamedTuple

from bot.reply import Category
from bot.safety.told import Told, is_taken_back, is_unsafe_answer, rank


class Before(NamedTuple):
    """What the turns so far leave to the next one.

    It comes to `floor` whatever it says, and to what `last` came to if it goes on with that.
    """

    floor: Told = Told("none")
    last: Told = Told("none")
    cards: int = 0
    emergencies: tuple[Category | None, ...] = ()

    def least(self, turn: str, goes_on: bool) -> Told:
        """What the next turn comes to at the least."""
        if not self.last.is_acute:
            return self.floor
        # The card asked whether the person is safe, and this may be the reply to it.
        if is_unsafe_answer(turn):
            return self.last._replace(level="emergency", findings=())
        is_on = goes_on and not is_taken_back(turn)
        return self.last._replace(findings=()) if is_on else self.floor

    def then(self, turn: Told) -> "Before":
        """The same for the turn after one that came to this.

        A disclosure is kept up as a concern, an overdose as the emergency that it is.
        """
        if not turn.is_acute:
            return self._replace(last=turn)
        is_overdose = turn.is_overdose or self.floor.level == "emergency"
        floor = (
            Told("emergency", "overdose_poisoning")
            if is_overdose
            else Told("concern", turn.category)
        )
        is_emergency = turn.level == "emergency"
        emergencies = (*self.emergencies, turn.category) if is_emergency else self.emergencies
        return Before(floor, turn, self.cards + 1, emergencies)


def higher(told: Told, least: Told) -> Told:
    """What a turn comes to that tells this by itself."""
    return least if rank(least.level) > rank(told.level) else told
