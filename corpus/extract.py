"""The text of .html, .pdf and .docx files, stored beside the original.

Spans refer to the stored text, so it must not move under them: it is used again while the
original, the text and the extractor are what the sidecar says, and never written over by us once
somebody has edited it.
"""

import errno
import shlex
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from corpus import atomic
from corpus.document import Frozen
from corpus.errors import CorpusError
from corpus.extractors import EXTRACTORS, text_of, text_path
from corpus.textfile import read_bytes


class Sidecar(Frozen):
    """What a stored text was made of and by what. The hashes are SHA-256 of the files' bytes."""

    original_sha256: str
    text_sha256: str
    extractor: str
    version: str


class ExtractedText(NamedTuple):
    """The file that spans refer to, and its text."""

    path: Path
    text: str


def extract(path: Path) -> ExtractedText:
    """The stored text of a file, made or made again where it is missing or out of date."""
    data = read_bytes(path)
    stored, sidecar = _stored(path), _sidecar(path)
    if stored is not None and sidecar == _expected(path, data, stored):
        return ExtractedText(text_path(path), stored.decode("utf-8"))
    text = text_of(path, data)
    # What we would write now is ours as well: a kill came before its sidecar.
    ours = {_hash(text.encode("utf-8")), sidecar.text_sha256 if sidecar else None}
    if stored is not None and _hash(stored) not in ours:
        message = f"was edited; expected the words of {path.name}; delete it, or restore it"
        raise CorpusError(text_path(path), message)
    return store(path, data, text)


def store(path: Path, data: bytes, text: str) -> ExtractedText:
    """Put an extracted text and its sidecar beside the original of these bytes."""
    encoded = text.encode("utf-8")
    sidecar = _expected(path, data, encoded).model_dump_json(indent=2) + "\n"
    try:
        atomic.write(text_path(path), encoded)
        atomic.write(_sidecar_path(path), sidecar.encode("utf-8"))
    except OSError as error:
        raise CorpusError(path, _unwritable(path, error)) from error
    return ExtractedText(text_path(path), text)


def _stored(path: Path) -> bytes | None:
    stored = text_path(path)
    return stored.read_bytes() if stored.exists() else None


def _sidecar_path(path: Path) -> Path:
    return path.with_name(f"_{path.name}.json")


def _sidecar(path: Path) -> Sidecar | None:
    """A sidecar that can't be read is as good as none: it is made again."""
    try:
        return Sidecar.model_validate_json(_sidecar_path(path).read_bytes())
    except (OSError, ValidationError):
        return None


def _expected(path: Path, data: bytes, text: bytes) -> Sidecar:
    extractor = EXTRACTORS[path.suffix.lower()]
    return Sidecar(
        original_sha256=_hash(data),
        text_sha256=_hash(text),
        extractor=extractor.name,
        version=extractor.version,
    )


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()


def _unwritable(path: Path, error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        copy = f"python -m corpus add {shlex.quote(str(path))}"
        return f"needs its text stored beside it, but the folder is read-only; run: {copy}"
    return f"can't have its text stored beside it ({error.strerror}); make room in the folder"
