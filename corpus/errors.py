"""What keeps a file out of the corpus, said in one line that names the file and the next step."""

from pathlib import Path

from corpus.document import Frozen


class Problem(Frozen):
    """A file that could not be used. `message` says what was found, expected, and what to do."""

    path: Path
    line: int | None = None
    message: str

    def __str__(self) -> str:
        place = str(self.path) if self.line is None else f"{self.path}:{self.line}"
        # A file name may hold a line break, or bytes that are no UTF-8 and can't be printed.
        line = " ".join(f"{place}: {self.message}".splitlines())
        return line.encode("utf-8", "backslashreplace").decode("utf-8")


def unreadable(path: Path, error: OSError) -> Problem:
    """The problem of a file or folder that the system does not let us read."""
    message = f"can't be read ({error.strerror}); check its name and its permissions"
    return Problem(path=path, message=message)


class CorpusError(Exception):
    """A `Problem` on its way to whoever can go on without the file."""

    def __init__(self, path: Path, message: str, line: int | None = None) -> None:
        self.problem = Problem(path=path, line=line, message=message)
        super().__init__(str(self.problem))

    @property
    def path(self) -> Path:
        """The file that was read."""
        return self.problem.path

    @property
    def line(self) -> int | None:
        """The line in that file, from 1, where there is one to name."""
        return self.problem.line

    @property
    def message(self) -> str:
        """The sentence without the place."""
        return self.problem.message
