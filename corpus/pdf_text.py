"""The text layer of a PDF by pypdf. The page of a position is the "\\f" before it, plus one."""

import io
import logging
import shlex
from pathlib import Path

import pypdf
from pypdf.errors import DependencyError, FileNotDecryptedError

from corpus.errors import CorpusError
from corpus.textfile import is_unreadable, require_words

# The number behind the slash counts the changes of what we do with its output.
VERSION = f"{pypdf.__version__}/1"
PAGE_BREAK = "\n\f\n"

# Its warnings about a damaged file repeat, less plainly, the one line we report.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def text(path: Path, data: bytes) -> str:
    """The pages' text in order; refused where there is none, as in a scan."""
    name = shlex.quote(str(path))
    pages = PAGE_BREAK.join(_pages(path, data))
    ocr = f"if it is a scan, run: ocrmypdf {name} {name}"
    require_words(path, pages, ocr)
    if is_unreadable(pages):
        message = f"has text without readable letters; run: ocrmypdf --force-ocr {name} {name}"
        raise CorpusError(path, message)
    return pages + "\n"


def pages_without_text(pages: str) -> tuple[int, ...]:
    """The pages, from 1, of which nothing can be found: blank ones, or pictures of text."""
    return tuple(at for at, page in enumerate(pages.split("\f"), 1) if not page.strip())


def _pages(path: Path, data: bytes) -> list[str]:
    try:
        return [_tidy(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    except (FileNotDecryptedError, DependencyError) as error:
        message = "is encrypted; expected a PDF that opens without a password; save it without one"
        raise CorpusError(path, message) from error
    # pypdf.errors: "broken PDF files might cause other Exceptions".
    except Exception as error:
        message = f"can't be read as a PDF ({error}); open it and print it to a new PDF"
        raise CorpusError(path, message) from error


def _tidy(page: str) -> str:
    """One kind of line end, no form feed of its own, and no half of a surrogate pair."""
    whole = page.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "\n".join(whole.splitlines()).strip()
