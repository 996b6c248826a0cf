"""Bringing documents in: `python -m corpus add PATH…` checks and copies them, file by file."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from corpus import atomic, pdf_text, sources_toml
from corpus.duplicates import Seen
from corpus.errors import CorpusError, Problem, unreadable
from corpus.extract import store
from corpus.extractors import EXTRACTORS, text_of
from corpus.fields import describe, first_error
from corpus.folder import SOURCES, check, is_skipped, listing
from corpus.load import entries, load
from corpus.outcome import Added, Outcome, Unchanged
from corpus.source_entry import SourceEntry
from corpus.source_file import document
from corpus.textfile import read_bytes


def add(
    paths: Sequence[Path],
    into: Path = SOURCES,
    title: str | None = None,
    publisher: str | None = None,
    url: str | None = None,
) -> tuple[Outcome, ...]:
    """Copy files, and the files of folders, into a folder of sources; one outcome for each.

    What is given here wins over the `sources.toml` beside a file. No other file that is there is
    overwritten, and a kill leaves whole files only.
    """
    files, problems = _files(paths)
    if (title or url) and len(files) > 1:
        message = f"one title or url for {len(files)} files; expected one file; add them singly"
        return (Problem(path=paths[0], message=message),)
    given = {"title": title, "publisher": publisher, "url": url}
    desk = _Desk(into, {key: value for key, value in given.items() if value})
    return (*problems, *(desk.take(path) for path in files))


def _files(paths: Sequence[Path]) -> tuple[list[Path], list[Problem]]:
    files: list[Path] = []
    problems: list[Problem] = []
    for path in paths:
        if path.is_dir():
            found = listing(path)
            files.extend(found.files)
            problems.extend(found.problems)
            if not any(found):
                problems.append(Problem(path=path, message="holds no documents; check its name"))
        elif is_skipped(path.name):
            message = "has the name of a file that is never read; rename it to add it"
            problems.append(Problem(path=path, message=message))
        else:
            files.append(path)
    return files, problems


class _Desk:
    """Where each file is checked before it goes into the folder."""

    def __init__(self, into: Path, given: dict[str, str]) -> None:
        self._into = into
        self._given = given
        self._seen = Seen()
        for known in load([into], None).documents if into.exists() else ():
            self._seen.add(known)

    def take(self, path: Path) -> Outcome:
        try:
            return self._take(path)
        except CorpusError as error:
            return error.problem
        except OSError as error:
            return unreadable(path, error)

    def _take(self, path: Path) -> Outcome:
        data = read_bytes(check(path))
        text = text_of(path, data)
        target = self._into / path.name
        entry = self._entry(path)
        new = document(target, text, entry)
        if (existing := self._seen.same_text(new)) is not None:
            return Unchanged(path=path, existing=existing)
        self._seen.check(new, path)
        if target.exists():
            message = f"has the name of {target}, which differs; rename one, or remove that one"
            raise CorpusError(path, message)
        self._write(target, data, text, entry.model_copy(update={"title": new.title}))
        self._seen.add(new)
        pages = pdf_text.pages_without_text(text) if path.suffix.lower() == ".pdf" else ()
        return Added(path=target, title=new.title, words=len(text.split()), without_text=pages)

    def _entry(self, path: Path) -> SourceEntry:
        """What is told here, else beside the file, else in the folder it goes to."""
        told: dict[str, object] = {"file": path.name}
        for folder in (self._into, path.parent):
            try:
                known = entries(folder).get(path.name)
            except CorpusError as error:
                raise CorpusError(path, f"is not added, because of {error}") from error
            told |= known.model_dump(exclude_none=True) if known else {}
        try:
            return SourceEntry.model_validate(told | self._given)
        except ValidationError as error:
            message = describe(first_error(error), SourceEntry.model_fields)
            raise CorpusError(path, message) from error

    def _write(self, target: Path, data: bytes, text: str, entry: SourceEntry) -> None:
        """The entry first: if a kill comes now, the next check says that its file is missing."""
        try:
            self._into.mkdir(parents=True, exist_ok=True)
            sources_toml.put(self._into / sources_toml.NAME, entry)
            atomic.write(target, data)
        except OSError as error:
            message = f"can't be written to ({error.strerror}); choose another folder with --into"
            raise CorpusError(self._into, message) from error
        if target.suffix.lower() in EXTRACTORS:
            store(target, data, text)
