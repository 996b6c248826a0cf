"""python -m bot.safety.strangers: how the screen does on the held-out authors, whom it never learnt from.

They wrote a balanced mixture that is harder than what a clinic receives: many of their harmless
messages look like danger, and much of the danger is said between the lines.
"""

import json
import sys
from collections.abc import Sequence

import numpy as np

from bot.loading import load_reader
from bot.safety.choosing import shares
from bot.safety.example import LEVELS, Example, held_out
from bot.safety.fitting import levels
from bot.safety.screen import Conversation, Screen


def measured(screen: Screen, met: Sequence[Example]) -> dict[str, float]:
    """How many messages there are, each a conversation of its own, and the shares of what is shown."""
    screened = screen.all([Conversation(turns=(one.text,)) for one in met])
    rank = np.array([LEVELS.index(one.level) for one in screened])
    return {"messages": len(met)} | shares(rank, levels(met))


def main() -> int:
    """Prints it as JSON."""
    print(json.dumps(measured(Screen(load_reader()), held_out()), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
