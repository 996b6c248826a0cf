"""Loading a bot: the one place where torch is imported late, so that pages open before it."""

import logging
from typing import TYPE_CHECKING

from bot.answer import Bot
from bot.safety.reading import Reader
from bot.settings import Settings
from index.manifest import StaleIndexError
from index.search import Index

if TYPE_CHECKING:
    from index.multilingual_encoder import MultilingualEncoder
    from index.sentence_encoder import SentenceEncoder

log = logging.getLogger(__name__)


class ScreenOnlyError(Exception):
    """Nothing can be searched; `bot` screens all the same, with its model."""

    def __init__(self, bot: Bot, why: StaleIndexError) -> None:
        super().__init__(str(why))
        self.bot = bot


def load_bot(settings: Settings) -> Bot:
    """A bot that answers from the settings' index; ScreenOnlyError if that does not fit."""
    from index.multilingual_encoder import multilingual_model
    from index.sentence_encoder import SentenceEncoder, identity

    encoder, multilingual = SentenceEncoder(), multilingual_model()
    reader = _reader(encoder, multilingual[0] if multilingual else None)
    try:
        index = Index.load(settings.index, encoder, identity(), multilingual)
    except StaleIndexError as error:
        raise ScreenOnlyError(Bot(None, settings.country, reader), error) from error
    return Bot(index, settings.country, reader)


def load_reader() -> Reader | None:
    """The model of the screen without an index; none where it cannot be loaded, as the log says."""
    from index.multilingual_encoder import multilingual_model
    from index.sentence_encoder import SentenceEncoder

    multilingual = multilingual_model()
    return _reader(SentenceEncoder(), multilingual[0] if multilingual else None)


def _reader(
    encoder: "SentenceEncoder", multilingual: "MultilingualEncoder | None"
) -> Reader | None:
    from bot.safety.classifier import Classifier
    from bot.safety.tower import LowerLayers

    try:
        lower = LowerLayers(encoder.tokenizer, encoder.transformer)
        return Classifier.load(lower, multilingual.raw if multilingual else None)
    except Exception as error:
        # A screen by phrases alone is better than none.
        log.error("the screen works by phrases alone, its model cannot be loaded: %s", error)
        return None
