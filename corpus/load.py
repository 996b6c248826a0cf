"""The handbook and folders of documents as one corpus.

A file that can't be used is one problem and nothing else: all the others load.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from corpus import sources_toml
from corpus.document import Document, Frozen, Publish
from corpus.duplicates import Seen
from corpus.errors import CorpusError, Problem, unreadable
from corpus.folder import Listing, listing, tree
from corpus.handbook_entry import HandbookEntry, parse
from corpus.source_entry import SourceEntry
from corpus.source_file import document, text_in
from corpus.textfile import decode, read_bytes, require_words

HANDBOOK = Path(__file__).parent / "handbook"


class Corpus(Frozen):
    """Every document that may be quoted, the handbook's first, and what was left out and why."""

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]


def load(
    sources: Sequence[Path],
    handbook: Path | None,
    clinic: str | None = None,
    quotes_handbook: bool = True,
) -> Corpus:
    """The documents of the folders; of two with one text or one name, the first is kept.

    Where a `clinic` is named, entries about other providers are left out. Unless the bot
    `quotes_handbook`, its entries only lead to other documents, and send people on.
    """
    shelf = _Shelf(quotes_handbook)
    if handbook is not None:
        shelf.put_handbook(handbook, clinic)
    # A folder that is named twice, by whatever path, is one folder.
    folders: dict[Path, Path] = {}
    for folder in sources:
        folders.setdefault(folder.resolve(), folder)
    for folder in folders.values():
        shelf.put_sources(folder)
    return Corpus(documents=tuple(shelf.documents), problems=tuple(shelf.problems))


def entries(folder: Path) -> dict[str, SourceEntry]:
    """What the folder's `sources.toml` tells, by file name."""
    return sources_toml.read(folder / sources_toml.NAME)


class _Shelf:
    def __init__(self, quotes_handbook: bool) -> None:
        self._quotes_handbook = quotes_handbook
        self.documents: list[Document] = []
        self.problems: list[Problem] = []
        self._seen = Seen()

    def put_handbook(self, folder: Path, clinic: str | None) -> None:
        for path in self._files(tree(folder, (".md",))):
            with self._noting_problems(path):
                entry, document = _handbook_document(path)
                if clinic is None or entry.provider in (None, clinic):
                    is_quotable = self._quotes_handbook or document.purpose != "answer"
                    self._put(document.model_copy(update={"quotable": is_quotable}))

    def put_sources(self, folder: Path) -> None:
        known: dict[str, SourceEntry] = {}
        # What can't be read may have asked that nothing be shown.
        publish: Publish | None = "link"
        with self._noting_problems(folder):
            known, publish = entries(folder), None
        for path in self._files(listing(folder)):
            with self._noting_problems(path):
                entry = known.get(path.name, SourceEntry(file=path.name, publish=publish))
                self._put(document(path, text_in(path), entry))
        for file, entry in known.items():
            if not (folder / file).exists():
                self.problems.append(_missing(folder, file))
            elif entry.publish == "link" and entry.url is None:
                self.problems.append(_leads_nowhere(folder, file))

    def _files(self, found: Listing) -> tuple[Path, ...]:
        self.problems.extend(found.problems)
        return found.files

    def _put(self, new: Document) -> None:
        self._seen.add(new)
        self.documents.append(new)

    @contextmanager
    def _noting_problems(self, path: Path) -> Iterator[None]:
        try:
            yield
        except CorpusError as error:
            self.problems.append(error.problem)
        except OSError as error:
            self.problems.append(unreadable(path, error))


def _handbook_document(path: Path) -> tuple[HandbookEntry, Document]:
    data = read_bytes(path)
    text = require_words(path, decode(path, data), "write the entry or remove the file")
    entry, body, _ = parse(path, text)
    return entry, Document(
        id=entry.id,
        title=entry.title,
        origin="handbook",
        reviewed=entry.reviewed,
        questions=entry.questions,
        language=entry.language,
        purpose=entry.kind,
        translates=entry.translates,
        path=path,
        sha256=sha256(data).hexdigest(),
        text=text,
        body=body,
    )


def _missing(folder: Path, file: str) -> Problem:
    return _of_entry(
        folder, file, f"tells about {file!r}, which is not there; add the file or remove the entry"
    )


def _leads_nowhere(folder: Path, file: str) -> Problem:
    """The document is used all the same, and its page shows no more than was asked for."""
    return _of_entry(
        folder,
        file,
        f"says publish = \"link\" for {file!r} without an address; expected its 'url'; "
        'add it, or write publish = "quotes"',
    )


def _of_entry(folder: Path, file: str, message: str) -> Problem:
    toml = folder / sources_toml.NAME
    return Problem(path=toml, line=sources_toml.line_of(toml, file), message=message)
