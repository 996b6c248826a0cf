"""Files as text: what is too large, binary, not UTF-8 or empty is refused, not repaired."""

import re
import shlex
from pathlib import Path

from corpus.encodings import guess
from corpus.errors import CorpusError, unreadable

MAX_BYTES = 20 * 1024 * 1024

# A stray control character is a typing accident; more than one in a hundred is no text.
MAX_CONTROL_SHARE = 0.01
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_CONTROL_BYTES = bytes({*range(0x09), *range(0x0E, 0x20), 0x7F})


def read_bytes(path: Path) -> bytes:
    """The file's bytes, if it is a regular file of at most `MAX_BYTES`."""
    try:
        if not path.is_file():
            raise CorpusError(path, "is no regular file; expected a document; put one there")
        if (size := path.stat().st_size) > MAX_BYTES:
            found, most = f"has {size / 2**20:.1f} MiB", f"at most {MAX_BYTES // 2**20} MiB"
            raise CorpusError(path, f"{found}; expected {most}; split it")
        return path.read_bytes()
    except OSError as error:
        raise CorpusError(path, unreadable(path, error).message) from error


def decode(path: Path, data: bytes) -> str:
    """The text in the file's own code points: line ends and a byte order mark stay."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _not_utf8(path, data, 0)
    if b"\0" in data or _control_share(data) > MAX_CONTROL_SHARE:
        message = "holds binary data; expected text; give it the suffix of its kind or remove it"
        raise CorpusError(path, message)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(path, data, error.start) from error


def require_words(path: Path, text: str, next_step: str) -> str:
    """The text, unless there is nothing in it but white space."""
    if not text.strip("\ufeff \t\r\n\f\v\u00a0"):
        raise CorpusError(path, f"holds no text; expected at least one sentence; {next_step}")
    return text


def is_unreadable(text: str) -> bool:
    """Whether control characters stand where an extractor could not tell the letters."""
    return len(_CONTROL.findall(text)) > MAX_CONTROL_SHARE * len(text)


def _control_share(data: bytes) -> float:
    kept = len(data.translate(None, _CONTROL_BYTES))
    return (len(data) - kept) / max(len(data), 1)


def _not_utf8(path: Path, data: bytes, offset: int) -> CorpusError:
    line = data.count(b"\n", 0, offset) + 1
    found = f"byte 0x{data[offset]:02X} at offset {offset} is not UTF-8"
    likely = guess(data, offset)
    if likely is None:
        message = f"{found}, nor any usual encoding; save it as UTF-8 where it was written"
        return CorpusError(path, message, line)
    name, copy = shlex.quote(str(path)), shlex.quote(f"{path}.utf8")
    message = (
        f"{found}; probably {likely.name}, where it reads “{likely.sample}”; "
        f"run: iconv -f {likely.name} -t UTF-8 {name} > {copy} && mv {copy} {name}"
    )
    return CorpusError(path, message, line)
