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


def listing(
    folder: Path, suffixes: Collection[str] = SUFFIXES, besides: Collection[Path] = ()
) -> Listing:
    """The files directly in `folder`; those that are never documents are in neither list.

    A folder in it is a problem unless it is one of `besides`.
    """
    try:
        paths = sorted(
            path for path in folder.iterdir() if not is_skipped(path.name) and path not in besides
        )
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


def tree(folder: Path, suffixes: Collection[str]) -> Listing:
    """`listing` of a folder and of all folders in it, a folder's own files first."""
    try:
        inner = sorted(path for path in folder.iterdir() if _is_subfolder(path))
    except OSError as error:
        return Listing((), (unreadable(folder, error),))
    here = listing(folder, suffixes, besides=inner)
    parts = [here, *(tree(path, suffixes) for path in inner)]
    return Listing(
        tuple(file for part in parts for file in part.files),
        tuple(problem for part in parts for problem in part.problems),
    )


def _is_subfolder(path: Path) -> bool:
    return path.is_dir() and not is_skipped(path.name)


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
