"""The desk at which visitors ask: it screens from the first second, and answers once it can search."""

import logging
import threading
from collections.abc import Callable
from typing import Literal

from bot.answer import Bot
from bot.loading import ScreenOnlyError

log = logging.getLogger(__name__)

Status = Literal["warming", "ready", "failed"]


class Desk:
    """`screening` never searches. `bot` is the best there is now: the same, and then the loaded one,
    whose screen is then the one that `screening` uses.

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
            bot = load()
            self.screening, self.bot = bot.without_index(), bot
            self.status = "ready"
        except Exception as error:
            if isinstance(error, ScreenOnlyError):
                self.screening = self.bot = error.bot
            log.error("only the screen works, nothing can be searched: %s", error)
            self.reason = type(error.__cause__ or error).__name__
            self.status = "failed"
        finally:
            self._settled.set()
