"""No text twice, and no name twice: a quote must stand in one place."""

from pathlib import Path

from corpus.document import Document
from corpus.errors import CorpusError
from corpus.extractors import original_path


class Seen:
    """The documents so far, by their text and by their id."""

    def __init__(self) -> None:
        self._by_hash: dict[str, Path] = {}
        self._by_id: dict[str, Path] = {}

    def same_text(self, document: Document) -> Path | None:
        """The earlier file with the same text."""
        return self._by_hash.get(document.sha256)

    def check(self, document: Document, path: Path) -> None:
        """CorpusError about `path` names the earlier file with the same text or the same name."""
        if (same := self.same_text(document)) is not None:
            raise CorpusError(path, f"holds the same text as {same}; expected it once; remove one")
        if (namesake := self._by_id.get(document.id)) is not None:
            message = f"has the same name as {namesake}, up to the suffix; rename one of them"
            raise CorpusError(path, message)

    def add(self, document: Document) -> None:
        """Remember a document that passes `check`."""
        path = original_path(document.path)
        self.check(document, path)
        self._by_hash[document.sha256] = path
        self._by_id[document.id] = path
