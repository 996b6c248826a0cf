"""An index on disk: a manifest that names the folder of one generation, swapped in at once.

A reader sees the manifest of the old generation or of the new one; a build that is killed leaves
files that no manifest names, and the next build sweeps them away.
"""

import os
import shutil
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import BaseModel

from corpus import atomic
from corpus.document import Document, Passage
from index import manifest
from index.manifest import Manifest, StaleIndexError
from index.rows import Row
from index.vectors import VectorIndex

# Where `python -m index` writes and everything else reads unless told otherwise.
FOLDER = Path("var/index")

_DOCUMENTS, _PASSAGES, _ROWS = "documents.jsonl", "passages.jsonl", "rows.jsonl"
_SENTENCES = "sentences.jsonl"
_VECTORS, _SPANISH, _OF_SENTENCES = "vectors.faiss", "spanish.faiss", "sentences.faiss"

Model = TypeVar("Model", bound=BaseModel)


class Stored(NamedTuple):
    """Everything an index folder holds.

    `spanish` has a vector for each known question, by the model that reads Spanish; `of_sentences`
    one for each of the `sentences` of passages that are quoted whole.
    """

    manifest: Manifest
    documents: list[Document]
    passages: list[Passage]
    rows: list[Row]
    vectors: VectorIndex
    spanish: VectorIndex | None
    sentences: list[Passage]
    of_sentences: VectorIndex


def load(folder: Path) -> Stored:
    """What `save` wrote; StaleIndexError if files are missing or do not fit each other.

    The documents themselves are not looked at: see `check_documents`.
    """
    found = manifest.read(folder)
    try:
        stored = _read(folder, found)
    except OSError:
        # A build swapped in the next generation and swept this one away since the manifest was read.
        found = manifest.read(folder)
        stored = _read_or_stale(folder, found)
    _check(folder, stored)
    return stored


def save(folder: Path, stored: Stored) -> None:
    """Writes a generation beside the current one, swaps it in, and sweeps away all others.

    The current generation itself must not be saved again: it would be gone for a moment.
    """
    generation = folder / stored.manifest.generation
    unfinished = folder / f"{generation.name}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.rmtree(generation, ignore_errors=True)
    unfinished.mkdir(parents=True)
    _write_lines(unfinished / _DOCUMENTS, stored.documents)
    _write_lines(unfinished / _PASSAGES, stored.passages)
    _write_lines(unfinished / _ROWS, stored.rows)
    _write_lines(unfinished / _SENTENCES, stored.sentences)
    stored.vectors.save(unfinished / _VECTORS)
    stored.of_sentences.save(unfinished / _OF_SENTENCES)
    if stored.spanish is not None:
        stored.spanish.save(unfinished / _SPANISH)
    for path in (*unfinished.iterdir(), unfinished):
        _flush(path)
    unfinished.rename(generation)
    atomic.write(folder / manifest.FILE, stored.manifest.model_dump_json(indent=1).encode())
    for other in folder.iterdir():
        if other.is_dir() and other != generation:
            shutil.rmtree(other, ignore_errors=True)


def check_documents(folder: Path, documents: Sequence[Document]) -> None:
    """StaleIndexError if a document's file is gone, or changed since it was indexed."""
    for document in documents:
        try:
            found = sha256(document.path.read_bytes()).hexdigest()
        except OSError:
            found = "no file that can be read"
        if found != document.sha256:
            raise StaleIndexError(folder, str(document.path), document.sha256, found)


def _read_or_stale(folder: Path, found: Manifest) -> Stored:
    try:
        return _read(folder, found)
    except OSError as error:
        raise StaleIndexError(folder, "index files", found.generation, error) from error


def _read(folder: Path, found: Manifest) -> Stored:
    """OSError if a file is missing, StaleIndexError if one is damaged."""
    generation = folder / found.generation
    try:
        return Stored(
            found,
            _lines(generation / _DOCUMENTS, Document),
            _lines(generation / _PASSAGES, Passage),
            _lines(generation / _ROWS, Row),
            VectorIndex.load(generation / _VECTORS),
            VectorIndex.load(generation / _SPANISH) if found.spanish else None,
            _lines(generation / _SENTENCES, Passage),
            VectorIndex.load(generation / _OF_SENTENCES),
        )
    except ValueError as error:
        raise StaleIndexError(folder, "index files", found.generation, "a damaged file") from error


def _lines(path: Path, model: type[Model]) -> list[Model]:
    with path.open("rb") as lines:
        return [model.model_validate_json(line) for line in lines]


def _check(folder: Path, stored: Stored) -> None:
    rows = stored.manifest.rows
    questions = len(rows) - len(stored.passages)
    hashes = {document.id: document.sha256 for document in stored.documents}
    for what, expected, found in (
        ("number of vectors", len(rows), len(stored.vectors)),
        ("number of sentences", len(stored.sentences), len(stored.of_sentences)),
        (
            "number of Spanish vectors",
            questions if stored.manifest.spanish else 0,
            len(stored.spanish) if stored.spanish is not None else 0,
        ),
        (
            "passages in row order",
            _short(rows),
            _short(row.passage or row.topic for row in stored.rows),
        ),
        ("document hashes", _short(stored.manifest.documents.items()), _short(hashes.items())),
    ):
        if expected != found:
            raise StaleIndexError(folder, what, expected, found)


def _short(values: Iterable[object]) -> str:
    return sha256(repr(tuple(values)).encode()).hexdigest()[:12]


def _write_lines(path: Path, models: Sequence[BaseModel]) -> None:
    path.write_text("".join(model.model_dump_json() + "\n" for model in models), encoding="utf-8")


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
