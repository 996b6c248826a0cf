"""What an entry of the handbook must be beyond its form: findable, sourced, plain, of the right size."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from corpus.document import Language
from corpus.errors import CorpusError, Problem
from corpus.folder import tree
from corpus.handbook_entry import HandbookEntry, ParsedEntry, parse
from corpus.reading_grade import HARDEST_GRADE, LOWEST_SCORE, Reading, reading
from corpus.textfile import decode, read_bytes

# Words of the answer that is quoted whole, and of the sections below it.
OPENING = (40, 60)
DETAIL = (80, 250)
# An entry that only sends people on has no sections and may be shorter.
SENDING_ON = (15, 60)
# How many ways of asking each entry lists.
FEWEST_QUESTIONS: dict[Language, int] = {"en": 10, "es": 8}

_HEADING = re.compile(r"^#+ .*$", re.MULTILINE)
_NOT_A_WORD = re.compile(r"[\W_]+")
_BANNED: dict[Language, dict[str, str]] = tomllib.loads(
    resources.files("corpus").joinpath("banned.toml").read_text("utf-8")
)  # type: ignore[assignment]


class _File(NamedTuple):
    path: Path
    text: str
    parsed: ParsedEntry

    @property
    def entry(self) -> HandbookEntry:
        return self.parsed.entry

    @property
    def body(self) -> str:
        return self.text[self.parsed.body :]

    def reading(self) -> Reading:
        return reading(self.body, self.entry.language)

    def problem(self, message: str, *place: int | str) -> Problem:
        return Problem(path=self.path, line=self.parsed.head.line(place), message=message)

    def problem_at(self, offset: int, message: str) -> Problem:
        return Problem(path=self.path, line=self.text.count("\n", 0, offset) + 1, message=message)


class Linted(NamedTuple):
    """What was found, and how hard each entry is to read, by id."""

    problems: tuple[Problem, ...]
    readings: dict[str, Reading]


def lint(handbook: Path) -> Linted:
    """Check every entry that can be parsed; what can't be is a problem of `load`."""
    files = list(_files(handbook))
    problems = [
        *(problem for file in files for problem in _alone(file)),
        *_links(files),
        *_same_questions(files),
    ]
    problems.sort(key=lambda problem: (problem.path, problem.line or 0))
    return Linted(tuple(problems), {file.entry.id: file.reading() for file in files})


def same_words(question: str) -> str:
    """What two ways of asking share that differ in case and punctuation only."""
    return _NOT_A_WORD.sub(" ", question.casefold()).strip()


def _files(handbook: Path) -> Iterator[_File]:
    for path in tree(handbook, (".md",)).files:
        try:
            text = decode(path, read_bytes(path))
            yield _File(path, text, parse(path, text))
        except (CorpusError, OSError):
            continue


def _alone(file: _File) -> Iterator[Problem]:
    yield from _questions(file)
    yield from _sizes(file)
    yield from _banned(file)
    entry = file.entry
    if entry.kind == "answer" and not entry.sources:
        yield file.problem("names no source; expected at least one; add it", "sources")
    is_about_provider = file.path.parent.name == "providers"
    if is_about_provider and entry.provider is None:
        yield file.problem("stands in providers/ and has no 'provider'; add the clinic's name")
    found = file.reading()
    if entry.kind == "answer" and not found.is_plain:
        limit = (
            f"at least {LOWEST_SCORE:g}" if entry.language == "es" else f"at most {HARDEST_GRADE:g}"
        )
        message = f"is hard to read ({found}); expected {limit}; shorten sentences and words"
        yield file.problem_at(file.parsed.body, message)


def _questions(file: _File) -> Iterator[Problem]:
    entry = file.entry
    fewest = FEWEST_QUESTIONS[entry.language]
    if len(entry.questions) < fewest:
        message = f"lists {len(entry.questions)} ways of asking; expected {fewest}; add some"
        yield file.problem(message, "questions")


def _sizes(file: _File) -> Iterator[Problem]:
    opening, *detail = _HEADING.split(file.body)
    is_answer = file.entry.kind == "answer"
    limits = OPENING if is_answer else SENDING_ON
    start = file.parsed.body
    yield from _size(file, start, "the opening", len(opening.split()), limits)
    if "\n\n" in opening.replace("\r\n", "\n").strip():
        message = "the opening has several paragraphs; expected one; put the rest under a heading"
        yield file.problem_at(start, message)
    words = sum(len(part.split()) for part in detail)
    if is_answer:
        yield from _size(file, start + len(opening), "the detail below", words, DETAIL)
    elif words:
        message = "an entry that sends people on has only an opening; remove what is below it"
        yield file.problem_at(start + len(opening), message)


def _size(
    file: _File, offset: int, part: str, words: int, limits: tuple[int, int]
) -> Iterator[Problem]:
    fewest, most = limits
    if not fewest <= words <= most:
        message = f"{part} has {words} words; expected {fewest} to {most}; change its length"
        yield file.problem_at(offset, message)


def _banned(file: _File) -> Iterator[Problem]:
    for phrase, instead in _BANNED[file.entry.language].items():
        for match in re.finditer(rf"\b{re.escape(phrase)}\b", file.body, re.IGNORECASE):
            message = f"says {match[0]!r}; write {instead!r} or the like"
            yield file.problem_at(file.parsed.body + match.start(), message)


def _links(files: Sequence[_File]) -> Iterator[Problem]:
    known = {file.entry.id: file.entry for file in files}
    for file in files:
        for at, other in enumerate(file.entry.see_also):
            if other not in known or other == file.entry.id:
                message = f"'see_also' names {other!r}; expected another entry's id; correct it"
                yield file.problem(message, "see_also", at)
        original = file.entry.translates
        if original is not None and (original not in known or file.entry.language != "es"):
            message = f"'translates' is {original!r}; expected, in a Spanish entry, an English one"
            yield file.problem(f"{message}; correct it", "translates")


def _same_questions(files: Sequence[_File]) -> Iterator[Problem]:
    """Two entries that list one way of asking compete for it, and one of them answers wrongly."""
    first: dict[str, str] = {}
    for file in files:
        for at, question in enumerate(file.entry.questions):
            owner = first.setdefault(same_words(question), file.entry.id)
            if owner != file.entry.id:
                message = f"{question!r} is asked of {owner!r}, too; expected one entry; remove one"
                yield file.problem(message, "questions", at)
