"""Where things are on this site, and where a quote stands in its source."""

from urllib.parse import quote as escaped

from bot.reply import Quote
from corpus.document import Language

CHAT: dict[Language, str] = {"en": "/chat", "es": "/chat/es"}
SAFETY: dict[Language, str] = {"en": "/safety", "es": "/safety/es"}
API = "/api"
SOURCE = "/source"
# What is marked on a source's page has this name, so that the browser goes to it.
MARKED = "quote"


def chat_address(language: Language) -> str:
    """The chat in this language, whatever the browser would rather read."""
    return f"{CHAT[language]}/?lang={language}"


def source_address(quote: Quote, language: Language) -> str:
    """The page of the document with the quote marked; it names the span and nothing that was asked.

    `language` is that of the page around the document's words.
    """
    document = escaped(quote.document, safe="")
    spot = f"quote={quote.start}-{quote.end}"
    return f"{SOURCE}/{document}?{spot}&lang={language}#{MARKED}"
