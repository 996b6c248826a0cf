"""The desk at which visitors ask: it screens from the first second, and answers once it can search."""

import logging
import threading
from collections.abc import Callable
from typing import Literal

from bot.answer import Bot

log = logging.getLogger(__name__)

Status = Literal["warming", "ready", "failed"]


class Desk:
    """`screening` needs no index. `bot` is the best there is now: the same, and then the loaded one.

    `reason` names the error if loading failed; its text may hold paths and goes to the log alone.
    """

    def __init__(self, screening: Bot) -> None:
        self.screening = screening
        self.bot = screening
        self.status: Status = "warming"
        self.reason: str | None = None
        self._settled = threading.Event()

    def open(self, load: Callable[[], Bot]) -> None:
        """Loads in a thread of its own; whatever goes wrong there, the desk stays open."""
        threading.Thread(target=self._load, args=(load,), name="load", daemon=True).start()

    def wait(self, seconds: float) -> None:
        """Returns when loading has ended, well or not, and after `seconds` at the latest."""
        self._settled.wait(seconds)

    def _load(self, load: Callable[[], Bot]) -> None:
        try:
            self.bot = load()
            self.status = "ready"
        except Exception as error:
            log.error("only the screen works, nothing can be searched: %s", error)
            self.reason = type(error).__name__
            self.status = "failed"
        finally:
            self._settled.set()
