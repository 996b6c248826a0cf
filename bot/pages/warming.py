"""The desk at which visitors ask: it screens from the first second, and answers once it can search."""

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Literal

from bot.answer import Bot
from bot.loading import ScreenOnlyError
from bot.safety.told import compile_phrases

log = logging.getLogger(__name__)

Status = Literal["warming", "ready", "failed"]
# Seconds between two looks at whether the index was built anew.
LOOK = 2.0


class Desk:
    """`phrases` stays as it was handed in: it screens by phrases alone, in every status.

    `screening` never searches. `bot` is the best there is now: the same, and then the loaded one,
    whose screen is then the one that `screening` uses.

    `reason` names the error if loading failed; its text may hold paths and goes to the log alone.
    `generation` is that of the index that was loaded last.
    """

    def __init__(self, screening: Bot) -> None:
        self.phrases = screening
        self.screening = screening
        self.bot = screening
        self.status: Status = "warming"
        self.reason: str | None = None
        self.generation: str | None = None
        self._settled = threading.Event()

    def open(
        self, load: Callable[[], Bot], generation: Callable[[], str | None] | None = None
    ) -> None:
        """Loads in a thread of its own; whatever goes wrong there, the desk stays open.

        Whenever `generation` of what is loaded changes, it is loaded anew.
        """
        run = partial(self._run, load, generation)
        threading.Thread(target=run, name="load", daemon=True).start()

    def wait(self, seconds: float) -> None:
        """Returns when loading has ended, well or not, and after `seconds` at the latest."""
        self._settled.wait(seconds)

    def _run(self, load: Callable[[], Bot], generation: Callable[[], str | None] | None) -> None:
        # The first message takes half a second longer: the language is told by a model of its own.
        self.phrases.reply(["hello"])
        self.generation = generation() if generation else None
        self._load(load)
        compile_phrases()
        while generation:
            time.sleep(LOOK)
            found = generation()
            if found not in (None, self.generation):
                self.generation = found
                self._load(load)

    def _load(self, load: Callable[[], Bot]) -> None:
        try:
            bot = load()
            self.screening, self.bot = bot.without_index(), bot
            self.status, self.reason = "ready", None
        except Exception as error:
            if isinstance(error, ScreenOnlyError):
                self.screening = self.bot = error.bot
            log.error("only the screen works, nothing can be searched: %s", error)
            self.reason = type(error.__cause__ or error).__name__
            self.status = "failed"
        finally:
            self._settled.set()
