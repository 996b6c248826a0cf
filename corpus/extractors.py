"""Which library takes the text from which kind of file, and where that text is kept."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from corpus import docx_text, html_text, pdf_text
from corpus.textfile import decode, require_words


class Extractor(NamedTuple):
    """How one kind of file becomes text, and the suffix of that text."""

    name: str
    version: str
    suffix: str
    run: Callable[[Path, bytes], str]


_HTML = Extractor("trafilatura", html_text.VERSION, ".md", html_text.text)
EXTRACTORS = {
    ".html": _HTML,
    ".htm": _HTML,
    ".pdf": Extractor("pypdf", pdf_text.VERSION, ".txt", pdf_text.text),
    ".docx": Extractor("mammoth+markdownify", docx_text.VERSION, ".md", docx_text.text),
}


def text_of(path: Path, data: bytes) -> str:
    """The text of a file that holds these bytes; nothing is stored."""
    extractor = EXTRACTORS.get(path.suffix.lower())
    if extractor is not None:
        return extractor.run(path, data)
    return require_words(path, decode(path, data), "write its text or remove the file")


def text_path(path: Path) -> Path:
    """The file that spans of a document refer to: its own, or the stored text beside it."""
    extractor = EXTRACTORS.get(path.suffix.lower())
    return path.with_name(f"_{path.name}{extractor.suffix}") if extractor else path


def original_path(path: Path) -> Path:
    """The file that somebody put there, given the file that spans refer to."""
    return path.with_name(path.stem.removeprefix("_")) if path.name.startswith("_") else path
