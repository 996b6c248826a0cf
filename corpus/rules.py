"""Which lines, paragraphs and sentences of a text are not content. Every rule only deletes."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from corpus import boilerplate
from corpus.clean import Deletion
from corpus.lists import END_OF_SENTENCE, MARKER, MAX_RUN, count_items, is_lead_in
from corpus.sentences import sentences

# A line that stands this often in one document is boilerplate.
MIN_COPIES = 3
MIN_COPY_LENGTH = 4


class Line(NamedTuple):
    """A non-blank line without the white space and the Markdown or bullet marks around its words."""

    start: int
    end: int
    text: str


def lines_of(text: str) -> list[Line]:
    """The non-blank lines of a text, by "\\n"; "\\r" and "\\f" count as white space."""
    found, at = [], 0
    for raw in text.split("\n"):
        words = raw.strip().lstrip("#>").strip()
        if words:
            start = at + raw.rindex(words)
            found.append(Line(start, start + len(words), words))
        at += len(raw) + 1
    return found


def not_content(text: str) -> Iterator[Deletion]:
    """Everything in `text` that is boilerplate, in no order, possibly overlapping."""
    lines = lines_of(text)
    copies = list(_copies(lines))
    yield from copies
    # What is left when a glued copy is gone is a line of its own for the other rules.
    lines = list(_without(lines, copies))
    yield from _contents(lines)
    yield from _references(lines)
    for line in lines:
        yield from _paragraph(line)
    yield from _lost_questions(lines)
    yield from _lost_lists(lines)


def _copies(lines: list[Line]) -> Iterator[Deletion]:
    counts = Counter(line.text for line in lines if len(line.text) >= MIN_COPY_LENGTH)
    for words in (words for words, count in counts.items() if count > 1):
        copies = [line for line in lines if _opens_with(line.text, words)]
        if len(copies) < MIN_COPIES or MARKER.match(words + " x"):
            continue
        is_action = bool(boilerplate.CALL_TO_ACTION.search(words)) or not END_OF_SENTENCE.search(
            words
        )
        reason = "call to action" if boilerplate.CALL_TO_ACTION.search(words) else "repeated line"
        for line in copies if is_action else copies[1:]:
            yield Deletion(line.start, line.start + len(words), reason)


def _opens_with(line: str, words: str) -> bool:
    """Whether a line is `words`, alone or with another line glued behind ("Call Us 24/7How …")."""
    glued = line[len(words) : len(words) + 1]
    return line.startswith(words) and (not glued or (glued.isupper() and not words[-1].isupper()))


def _without(lines: Iterable[Line], deletions: Iterable[Deletion]) -> Iterator[Line]:
    gone = {deletion.start: deletion.end for deletion in deletions}
    for line in lines:
        start = gone.get(line.start, line.start)
        if start < line.end:
            yield Line(start, line.end, line.text[start - line.start :])


def _contents(lines: list[Line]) -> Iterator[Deletion]:
    for at, line in enumerate(lines):
        if not boilerplate.CONTENTS.fullmatch(line.text):
            continue
        yield _whole(line, "table of contents")
        for entry in lines[at + 1 :]:
            words = MARKER.sub("", entry.text)
            if not any(later.start > entry.start and words in later.text for later in lines):
                break
            yield _whole(entry, "table of contents")


def _references(lines: list[Line]) -> Iterator[Deletion]:
    under_heading = False
    for line in lines:
        if boilerplate.REFERENCE_HEADING.fullmatch(line.text):
            under_heading = True
            yield _whole(line, "reference list")
        elif boilerplate.is_reference(line.text) or (
            under_heading and boilerplate.REFERENCE_YEAR.search(line.text)
        ):
            yield _whole(line, "reference list")
        else:
            under_heading = False


def _paragraph(line: Line) -> Iterator[Deletion]:
    if boilerplate.NAVIGATION.fullmatch(line.text):
        yield _whole(line, "navigation")
        return
    if boilerplate.is_legal(line.text):
        yield _whole(line, "advertising or legal paragraph")
        return
    found = sentences(line.text)
    if all(boilerplate.TEASER.fullmatch(line.text[start:end]) for start, end in found):
        yield _whole(line, "advertising teaser")
        return
    for start, end in found:
        if boilerplate.CLICK_HERE.fullmatch(line.text[start:end]):
            yield Deletion(line.start + start, line.start + end, "click-here sentence")


def _lost_questions(lines: list[Line]) -> Iterator[Deletion]:
    asked = False
    for line in lines:
        particle = boilerplate.LOST_QUESTION.match(line.text)
        if particle and not asked:
            end = line.start + particle.end()
            yield Deletion(line.start, end, "answer without its question")
        asked = line.text.endswith("?")


def _lost_lists(lines: list[Line]) -> Iterator[Deletion]:
    for at, line in enumerate(lines):
        if not is_lead_in(line.text):
            continue
        start, end = sentences(line.text)[-1]
        following = [later.text for later in lines[at + 1 : at + 1 + MAX_RUN]]
        if boilerplate.NEEDS_ITEMS.fullmatch(line.text[start:end]) and not _has_items(following):
            yield Deletion(line.start + start, line.start + end, "lead-in without its list")


def _has_items(following: list[str]) -> bool:
    """Items, or the short headings of the sections that take their place."""
    return bool(following) and (
        count_items(following) > 0
        or (len(following[0].split()) <= 6 and not END_OF_SENTENCE.search(following[0]))
    )


def _whole(line: Line, reason: str) -> Deletion:
    return Deletion(line.start, line.end, reason)
