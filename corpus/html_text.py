"""A saved web page as Markdown, without its navigation, by trafilatura."""

import codecs
import logging
import re
from pathlib import Path

import trafilatura

from corpus.errors import CorpusError
from corpus.textfile import decode, require_words

# The number behind the slash counts the changes of our own options below.
VERSION = f"{trafilatura.__version__}/1"

# Its complaints about a page repeat, less plainly, the one line we report.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)


def text(path: Path, data: bytes) -> str:
    """The page's main text; visitors' comments and links are left out."""
    found = trafilatura.extract(
        _decoded(path, data),
        output_format="markdown",
        favor_recall=True,
        include_comments=False,
        include_links=False,
        include_images=False,
        with_metadata=False,
    )
    next_step = "save the page again once it has loaded, or copy its words into a .txt file"
    return require_words(path, found or "", next_step).strip() + "\n"


def _decoded(path: Path, data: bytes) -> str:
    """UTF-8 where it is valid, since many saved pages declare what they no longer are."""
    try:
        return decode(path, data)
    except CorpusError:
        # Browsers look at the first 1024 bytes: https://html.spec.whatwg.org/#prescan
        declared = _CHARSET.search(data[:1024])
        if declared is None:
            raise
        try:
            return data.decode(_python_name(declared[1].decode("ascii")))
        except (LookupError, UnicodeDecodeError):
            pass
        raise


def _python_name(label: str) -> str:
    """The web's Latin-1 is Windows-1252: https://encoding.spec.whatwg.org/#names-and-labels"""
    name = codecs.lookup(label).name
    return "cp1252" if name in ("iso8859-1", "ascii") else name
