"""Loading a bot: the one place where torch is imported late, so that pages open before it."""

from bot.answer import Bot
from bot.settings import Settings
from index.search import Index


def load_bot(settings: Settings) -> Bot:
    """A bot that answers from the settings' index; StaleIndexError if that does not fit."""
    from index.sentence_encoder import SentenceEncoder, identity

    return Bot(Index.load(settings.index, SentenceEncoder(), identity()), settings.country)
