"""Documents of the BEIR benchmark, and the folder in which each of them becomes a file.

A document's id becomes the name of a file, which ends in `~` and has none elsewhere: since sets name
documents by the beginning of an id, no id may be the beginning of another.
"""

import re
from hashlib import sha256
from pathlib import Path

from bot.evaluation.beir_lines import BeirError, Line

# Files whose names begin with a dot or an underscore are no documents.
_UNSAFE = re.compile(r"^[._-]|[^A-Za-z0-9._-]")
_LONGEST = 120  # characters of a name; file systems take 255 bytes


class BeirDocument(Line):
    """A document of the collection."""

    title: str | None = None
    text: str

    @property
    def written(self) -> str:
        """The title in a line of its own, where there is one, and the text."""
        # A file with a zero byte in it would be taken for binary.
        text = self.text.replace("\0", " ").strip()
        parts = (" ".join((self.title or "").replace("\0", " ").split()), text)
        return "\n\n".join(part for part in parts if part)


class Shelf:
    """The folder of documents; `first` has their names by the SHA-256 of their words.

    BeirError names the folder if files are in it already.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise BeirError(f"{folder}: found files; expected an empty folder; choose another")
        self._folder = folder
        self.first: dict[bytes, str] = {}
        self.empty = self.doubles = 0

    def put(self, document: BeirDocument) -> str | None:
        """The stem of the file that has the document's words; None if it has none.

        BeirError names a file that is there for another document of this id.
        """
        text = document.written.encode()
        if not text:
            self.empty += 1
            return None
        digest = sha256(text).digest()
        if digest in self.first:
            self.doubles += 1
        else:
            self.first[digest] = _stem(document.id)
            self._write(self._folder / f"{self.first[digest]}.txt", text)
        return self.first[digest]

    def _write(self, path: Path, text: bytes) -> None:
        try:
            with path.open("xb") as file:
                file.write(text + b"\n")
        except FileExistsError as error:
            step = "remove one of the two, which may differ in small and capital letters"
            raise BeirError(f"{path}: found this id again; expected it once; {step}") from error


def _stem(id: str) -> str:
    safe = _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), id)
    if len(safe) > _LONGEST:
        safe = f"{safe[:_LONGEST]}%-{sha256(id.encode()).hexdigest()[:16]}"
    return f"{safe}~"
