"""python -m bot.safety.strangers: how the screen does on the held-out authors, whom it never learnt from.

They wrote a balanced mixture that is harder than what a clinic receives: many of their harmless
messages look like danger, and much of the danger is said between the lines.
"""

import json
import sys

import numpy as np

from bot.loading import load_reader
from bot.safety.example import LEVELS, held_out
from bot.safety.fitting import levels
from bot.safety.retrain import shares
from bot.safety.screen import Conversation, Screen


def main() -> int:
    """Prints the shares as JSON."""
    met = held_out()
    screened = Screen(load_reader()).all([Conversation(turns=(one.text,)) for one in met])
    rank = np.array([LEVELS.index(one.level) for one in screened])
    print(json.dumps({"messages": len(met)} | shares(rank, levels(met)), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
