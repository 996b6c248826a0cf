"""What a run's process said, as staff read it."""

import re
from pathlib import Path

LOG = "run.log"
_BAR = re.compile(r"\d+%\||turn/s|s/turn|it/s|s/it")
_LAST_LINES = 20
_LAST_BYTES = 16_384


def last_lines(path: Path) -> list[str]:
    """What a run said last, without its progress bars."""
    if not path.exists():
        return []
    text = path.read_bytes()[-_LAST_BYTES:].decode("utf-8", "replace")
    lines = re.split(r"[\r\n]+", text)
    return [line for line in lines if line.strip() and not _BAR.search(line)][-_LAST_LINES:]
