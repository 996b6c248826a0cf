"""python -m corpus: check every document; `python -m corpus add PATH…` brings sources in."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from corpus import claims
from corpus.add import add
from corpus.document import Document
from corpus.errors import Problem
from corpus.folder import SOURCES
from corpus.lint import Linted, lint
from corpus.load import HANDBOOK, load
from corpus.reading_grade import Reading
from corpus.split import split


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if every file is fine, 1 if one is not."""
    options = _parser().parse_args(arguments)
    if options.command == "add":
        return _add(options)
    return _check(options)


def _check(options: argparse.Namespace) -> int:
    handbook = None if options.no_handbook else HANDBOOK
    corpus = load(options.sources or [SOURCES], handbook, options.clinic)
    linted = lint(handbook) if handbook else Linted((), {})
    for document in corpus.documents:
        print(_report(document, linted.readings.get(document.id)))
    passages = [
        passage
        for document in corpus.documents
        if document.origin == "source"
        for passage in split(document).passages
    ]
    for line in claims.report(passages):
        print(line)
    problems = [*corpus.problems, *linted.problems, *claims.conflicts(passages)]
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(corpus.documents)} documents, {len(problems)} problems")
    return 1 if problems else 0


def _report(document: Document, reading: Reading | None) -> str:
    taken = split(document)
    grade = f", {reading}" if reading else ""
    lines = [
        f"{document.id}: {document.title} ({document.publisher or document.origin}{grade})",
        f"  {len(taken.sections)} sections, {len(taken.passages)} passages",
    ]
    counts = Counter(deletion.reason for deletion in taken.cleaned.deletions)
    for reason, count in counts.items():
        first = next(d for d in taken.cleaned.deletions if d.reason == reason)
        words = " ".join(document.text[first.start : first.end].split())
        example = words if len(words) <= 60 else words[:59] + "…"
        lines.append(f"  dropped {count} × {reason}: {example}")
    return "\n".join(lines)


def _add(options: argparse.Namespace) -> int:
    outcomes = add(options.paths, options.into, options.title, options.publisher, options.url)
    for outcome in outcomes:
        is_problem = isinstance(outcome, Problem)
        print(outcome, file=sys.stderr if is_problem else sys.stdout)
    return 1 if any(isinstance(outcome, Problem) for outcome in outcomes) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m corpus",
        description="Check every document, and print what cleaning dropped.",
    )
    parser.add_argument(
        "--sources",
        type=Path,
        action="append",
        metavar="DIR",
        help=f"a folder of documents; may be given again (default: {SOURCES})",
    )
    parser.add_argument("--no-handbook", action="store_true", help="leave the handbook out")
    parser.add_argument("--clinic", metavar="NAME", help="leave out entries about other providers")
    commands = parser.add_subparsers(dest="command", metavar="add")
    adding = commands.add_parser("add", help="bring documents in: .txt .md .html .pdf .docx")
    adding.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file or a folder")
    adding.add_argument("--into", type=Path, default=SOURCES, metavar="DIR", help="where they go")
    for name in ("title", "publisher", "url"):
        adding.add_argument(f"--{name}", help=f"the {name}, if no sources.toml tells it")
    return parser


if __name__ == "__main__":
    sys.exit(main())
