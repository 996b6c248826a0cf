"""One file of somebody's own as a Document."""

import re
from hashlib import sha256
from pathlib import Path

from corpus.document import Document
from corpus.extract import extract
from corpus.extractors import EXTRACTORS, text_of, text_path
from corpus.source_entry import SourceEntry
from corpus.textfile import read_bytes

_FIRST_HEADING = re.compile(r"^\ufeff?# +(\S.*?)[ #\t\r]*$", re.MULTILINE)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])|(?:\*|`)+")


def text_in(path: Path) -> str:
    """The file's own characters, or what an extractor took from it, stored beside it."""
    if path.suffix.lower() in EXTRACTORS:
        return extract(path).text
    return text_of(path, read_bytes(path))


def document(path: Path, text: str, entry: SourceEntry) -> Document:
    """The document of a file with this text, as far as `entry` tells about it."""
    where = text_path(path)
    return Document(
        id=path.stem,
        title=entry.title or _heading(where, text) or re.sub("[_-]+", " ", path.stem).strip(),
        publisher=entry.publisher,
        url=entry.url,
        origin="source",
        reviewed=entry.reviewed,
        publish=entry.publish or "quotes",
        path=where,
        sha256=sha256(text.encode("utf-8")).hexdigest(),
        text=text,
    )


def _heading(path: Path, text: str) -> str | None:
    """The first `# ` heading of Markdown without its marks; a plain text has none."""
    found = _FIRST_HEADING.search(text) if path.suffix.lower() == ".md" else None
    return _ESCAPE.sub(r"\1", found[1]) if found else None
