"""How often help was shown, and what helped: for each such turn one line of JSON.

The lines answer "is the screen used, and for what" and "which quotes help", and nothing else: no
text, no time of day, no address, no identifier ever enters them.
"""

import json
import logging
import os
from datetime import date
from pathlib import Path

from bot.reply import Category, Level

log = logging.getLogger(__name__)


class Counts:
    """Appends to one file; without a path it counts nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def add(self, level: Level, category: Category | None) -> None:
        """Counts a turn from concern up. Never raises: a reply does not fail for the sake of it."""
        if level == "none":
            return
        self._write({"level": level, "kind": category})

    def add_helpful(self, is_helpful: bool, reply: str, document: str | None, level: Level) -> None:
        """Counts whether a reply of a kind, with its first quote's document, helped. Never raises."""
        self._write({"helpful": is_helpful, "reply": reply, "document": document, "level": level})

    def _write(self, counted: dict[str, str | bool | None]) -> None:
        if self._path is None:
            return
        line = {"date": date.today().isoformat(), **counted}
        try:
            self._append(self._path, json.dumps(line) + "\n")
        except OSError as error:
            log.error("a turn could not be counted in %s: %s", self._path, error.strerror)

    @staticmethod
    def _append(path: Path, line: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # One write in append mode: lines of several threads and processes do not mix.
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, line.encode())
        finally:
            os.close(file)
