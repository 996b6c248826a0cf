"""The sets that staff may run: those that they uploaded, and those that the project ships."""

import re
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.evaluation.sets import SetError, load
from corpus.document import Frozen

ENDINGS = (".jsonl", ".csv", ".yaml", ".yml", ".xlsx")
SHIPPED = Path(__file__).parents[1] / "evaluation" / "own"
_LONGEST = 60  # characters of a name: at four bytes each, fewer than a disk allows
_UNSAFE = re.compile(r"[^\w.-]+")


class KnownSet(Frozen):
    """A set that is there. `key` names it in forms, with where it is from."""

    key: str
    path: Path

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name


class Shelf:
    """Sets and gates on disk; whatever a request names is looked up here, and never made a path."""

    def __init__(self, uploads: Path, shipped: Path) -> None:
        self._uploads = uploads
        self._shipped = shipped

    @property
    def uploaded(self) -> list[KnownSet]:
        """Those that staff added, by name."""
        return _sets("uploaded", self._uploads)

    @property
    def shipped(self) -> list[KnownSet]:
        """Those that come with the project, by name."""
        return _sets("shipped", self._shipped)

    @property
    def gates(self) -> list[Path]:
        """The gates that lie beside the uploaded sets, by name."""
        return sorted(self._uploads.glob("*.toml"))

    def find(self, key: str) -> KnownSet | None:
        """The set that a form named, if it is there."""
        return next((one for one in (*self.uploaded, *self.shipped) if one.key == key), None)

    def find_gate(self, name: str) -> Path | None:
        """The gate that a form named, if it is there."""
        return next((path for path in self.gates if path.name == name), None)

    def keep(self, name: str, content: bytes) -> KnownSet:
        """Adds a set, or replaces the one of that name. SetError if it is none; then nothing is kept."""
        safe = _safe(name)
        self._uploads.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self._uploads, prefix=".") as folder:
            path = Path(folder) / safe
            path.write_bytes(content)
            try:
                load(path)
            except SetError as error:
                # Staff know the file by its own name.
                raise SetError(str(error).replace(str(path), safe)) from error
            path.replace(self._uploads / safe)
        return KnownSet(key=f"uploaded/{safe}", path=self._uploads / safe)


def _sets(where: str, folder: Path) -> list[KnownSet]:
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return [
        KnownSet(key=f"{where}/{path.name}", path=path)
        for path in found
        if path.suffix in ENDINGS and path.is_file() and not path.name.startswith(".")
    ]


def _safe(name: str) -> str:
    """The last part of a path, without what means something to a shell, an address or a command line."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = _UNSAFE.sub("-", last).lstrip(".-").rpartition(".")
    suffix = f"{dot}{ending}".lower()
    if not stem or suffix not in ENDINGS:
        raise SetError(
            f"{last or 'no file'}: expected a set ({', '.join(ENDINGS)}); choose such a file"
        )
    return stem[:_LONGEST] + suffix
