"""Which files of a folder are documents."""

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from corpus.errors import CorpusError, Problem, unreadable

# The clinic's own documents; never committed.
SOURCES = Path(__file__).parent / "sources"
SUFFIXES = (".txt", ".md", ".html", ".htm", ".pdf", ".docx")

# "~$" is Word's mark of a document that is open.
_SKIPPED_STARTS = (".", "_", "~$")
_SKIPPED_NAMES = ("readme.md", "sources.toml")


class Listing(NamedTuple):
    """The documents by name, and what else lies there and will not be read."""

    files: tuple[Path, ...]
    problems: tuple[Problem, ...]


def listing(folder: Path, suffixes: Collection[str] = SUFFIXES) -> Listing:
    """The files directly in `folder`; those that are never documents are in neither list."""
    try:
        paths = sorted(path for path in folder.iterdir() if not is_skipped(path.name))
    except OSError as error:
        return Listing((), (unreadable(folder, error),))
    files: list[Path] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            files.append(check(path, suffixes))
        except CorpusError as error:
            problems.append(error.problem)
        except OSError as error:
            problems.append(unreadable(path, error))
    return Listing(tuple(files), tuple(problems))


def is_skipped(name: str) -> bool:
    """Whether a file of this name is hidden, ours, or tells about the folder."""
    return name.startswith(_SKIPPED_STARTS) or name.lower() in _SKIPPED_NAMES


def check(path: Path, suffixes: Collection[str] = SUFFIXES) -> Path:
    """The path, if something is there and has the name of a document."""
    if not path.exists():
        raise CorpusError(path, "is missing; expected a file or a link to one; check its name")
    if path.is_dir():
        message = "is a folder in a folder; expected files; move its documents up or give it alone"
        raise CorpusError(path, message)
    if path.suffix.lower() not in suffixes:
        found = f"has the suffix {path.suffix!r}" if path.suffix else "has no suffix"
        message = f"{found}; expected {', '.join(suffixes)}; save it as one of these"
        raise CorpusError(path, message)
    # The name becomes the document's id, which goes into JSON.
    if path.name != path.name.encode("utf-8", "replace").decode("utf-8"):
        raise CorpusError(path, "has a name that is not UTF-8; rename it")
    return path
