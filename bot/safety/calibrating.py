"""python -m bot.safety.calibrating: fit fusions and thresholds to what the shipped models make of strangers.

Those are the calibration authors, from whom no model learns.
"""

import json
import sys

from bot.safety.choosing import Allowed, chosen
from bot.safety.example import to_calibrate
from bot.safety.fitting import read_by
from bot.safety.fusion import FILE
from bot.safety.models import Models
from bot.safety.reading import THRESHOLDS

# Many of their harmless messages were written to be mistaken for danger. Fewer cards cost recall fast,
# more bring little (docs/screen.md).
ALLOWED = Allowed(routed=0.079, alarmed=0.08)


def main() -> int:
    """Writes what `Classifier.load` reads, and prints the figures of fits to other authors as JSON."""
    met = to_calibrate()
    found = chosen(met, read_by(Models.load(), met), ALLOWED)
    FILE.write_text(found.fusions.model_dump_json(indent=1) + "\n", "utf-8")
    THRESHOLDS.write_text(found.thresholds.model_dump_json(indent=1) + "\n", "utf-8")
    print(json.dumps(found.thresholds.model_dump() | found.figures, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
