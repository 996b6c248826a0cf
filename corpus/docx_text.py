"""A Word document as Markdown: mammoth makes HTML of its styles, markdownify Markdown of that."""

import io
import re
import zipfile
from importlib.metadata import version
from pathlib import Path

import mammoth
from markdownify import markdownify

from corpus.errors import CorpusError
from corpus.textfile import MAX_BYTES, require_words

# The number behind the slash counts the changes of our own options below.
VERSION = f"{version('mammoth')}+{version('markdownify')}/1"

# A document packs to a tenth; one that unpacks to this much is made to fill the memory.
MAX_UNPACKED = 20 * MAX_BYTES

_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
"""
# mammoth's own marks at footnotes and its arrows back; no words of the document.
_NOTE_MARKS = re.compile(
    r'<sup><a href="#(?:foot|end)note-[^>]*>\[\d+\]</a></sup>'
    r'|\s*<a href="#(?:foot|end)note-ref-[^>]*>↑</a>'
)


def text(path: Path, data: bytes) -> str:
    """The document's text with headings and lists; pictures and comments are left out."""
    html = _NOTE_MARKS.sub("", _html(path, data))
    found = markdownify(html, heading_style="ATX", bullets="-", escape_misc=True, strip=["a"])
    next_step = "if it holds pictures of text, type the words or export it to PDF and run ocrmypdf"
    return require_words(path, found, next_step).strip() + "\n"


def _html(path: Path, data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > MAX_UNPACKED:
            found = f"unpacks to {unpacked // 2**20} MiB; expected at most {MAX_UNPACKED // 2**20}"
            raise CorpusError(path, f"{found}; remove its pictures")
        no_pictures = {"convert_image": lambda _: [], "style_map": _STYLES}
        return str(mammoth.convert_to_html(io.BytesIO(data), **no_pictures).value)
    except CorpusError:
        raise
    # A damaged document surfaces as errors of zip, XML, or of whatever part is missing.
    except Exception as error:
        message = f"can't be read as a Word document ({error}); open it and save it again as .docx"
        raise CorpusError(path, message) from error
