"""What an index was made of, checked before it answers: a stale index quotes words that moved."""

from pathlib import Path

from pydantic import ValidationError

from corpus.document import Frozen

# Raise it when the files of an index change, or how their vectors are made of a passage.
FORMAT = 6
FILE = "manifest.json"


class StaleIndexError(Exception):
    """An index that does not fit the model, the splitter or the documents. Its text says what to run."""

    def __init__(self, folder: Path, what: str, expected: object, found: object) -> None:
        # All of it is kept, so that it can be raised again in another process.
        super().__init__(folder, what, expected, found)
        self.folder, self.what, self.expected, self.found = folder, what, expected, found

    def __str__(self) -> str:
        return (
            f"{self.folder}: {self.what}: expected {self.expected}, found {self.found}; "
            f"run `python -m index --out {self.folder}` with the sources you want (or `make index`)"
        )


class EncoderIdentity(Frozen):
    """A model by its name, the SHA-256 of its weights, and the length of its vectors."""

    name: str
    weights_sha256: str
    dimension: int


class Manifest(Frozen):
    """`rows` names the passage or the topic of each vector; `documents` the SHA-256 of each document's file.

    `spanish` is the model by which Spanish questions are compared with known ones, if there is one.
    """

    format: int = FORMAT
    generation: str
    encoder: EncoderIdentity
    spanish: EncoderIdentity | None
    splitter: int
    documents: dict[str, str]
    rows: tuple[str, ...]

    def check(self, folder: Path, encoder: EncoderIdentity, splitter: int) -> None:
        """StaleIndexError unless format, model and splitter are those of this program."""
        for what, expected, found in (
            ("index format", FORMAT, self.format),
            ("embedding model", encoder, self.encoder),
            ("splitter version", splitter, self.splitter),
        ):
            if expected != found:
                raise StaleIndexError(folder, what, expected, found)


def read(folder: Path) -> Manifest:
    """The manifest of an index folder; StaleIndexError if there is none that can be read."""
    try:
        return Manifest.model_validate_json((folder / FILE).read_bytes())
    except FileNotFoundError as error:
        raise StaleIndexError(folder, "no index here", FILE, "nothing") from error
    except ValidationError as error:
        raise StaleIndexError(folder, FILE, f"format {FORMAT}", "another format") from error
