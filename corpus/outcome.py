"""What became of a file that somebody wanted in the corpus. `str()` is the line for people."""

import shlex
from pathlib import Path

from corpus.document import Frozen
from corpus.errors import Problem
from corpus.folder import SOURCES
from corpus.sources_toml import NAME


class Added(Frozen):
    """A file that is in a folder of sources now. `without_text` are pages of a PDF, from 1."""

    path: Path
    title: str
    words: int
    without_text: tuple[int, ...] = ()

    def __str__(self) -> str:
        parts = [f"added {self.path.name}: title “{self.title}”, {self.words:,} words"]
        if self.without_text:
            pages = ", ".join(map(str, self.without_text))
            parts.append(f"no text on page {pages} (if scanned: ocrmypdf --skip-text)")
        into = self.path.parent
        folder = "" if into == SOURCES else f" --sources {shlex.quote(str(into))}"
        return "; ".join([*parts, f"next: python -m index{folder}"])


class Unchanged(Frozen):
    """A file whose text is there already, as `existing`; nothing was written."""

    path: Path
    existing: Path

    def __str__(self) -> str:
        told = self.existing.with_name(NAME)
        found = f"{self.path}: the same text is there as {self.existing}; nothing changed"
        return f"{found}; to give it another title, edit {told}"


Outcome = Added | Unchanged | Problem
