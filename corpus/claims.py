"""What documents claim: topics on which they may differ, and claims that a clinician would qualify.

Both are files for an editor (`differences.yaml`, `qualifications.yaml`). Sentences are recognised
by cues, so that they also work on documents that nobody has read yet.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, TypeVar

import yaml
from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from corpus.document import Frozen, Language, Passage
from corpus.errors import CorpusError, Problem
from corpus.fields import describe, first_error
from corpus.sentences import sentences
from corpus.stems import stems

DIFFERENCES = Path(__file__).with_name("differences.yaml")
QUALIFICATIONS = Path(__file__).with_name("qualifications.yaml")
MOST_WORDS_OF_A_NOTE = 50

_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Both = dict[Language, _Words]
_Cues = Annotated[tuple[_Words, ...], Field(min_length=1)]


class Side(Frozen):
    """What one side of a topic says, and the words by which its sentences are recognised."""

    says: _Both
    cues: _Cues


class Difference(Frozen):
    """A topic on which documents may differ; `unlike` asks for something else that sounds close."""

    id: _Words
    topic: _Both
    asked: Annotated[tuple[_Words, ...], Field(min_length=5)]
    asked_es: tuple[_Words, ...] = ()
    unlike: Annotated[tuple[_Words, ...], Field(min_length=5)]
    sides: Annotated[tuple[Side, ...], Field(min_length=2, max_length=3)]


class Qualification(Frozen):
    """A claim, by its cues, and what is said beside a quote that makes it."""

    id: _Words
    facts: tuple[_Words, ...] = ()
    cues: _Cues
    note: _Both
    entry: _Words | None = None


# Passages of one sentence by their positions, as the stems of their words.
Said = dict[int, frozenset[str]]
Model = TypeVar("Model", Difference, Qualification)


@lru_cache(maxsize=1)
def differences(path: Path = DIFFERENCES) -> tuple[Difference, ...]:
    """All topics; CorpusError with the line of the first item that is wrong."""
    return _read(path, Difference)


@lru_cache(maxsize=1)
def qualifications(path: Path = QUALIFICATIONS) -> tuple[Qualification, ...]:
    """All claims; CorpusError with the line of the first item that is wrong."""
    return _read(path, Qualification)


# The same passages are quoted again and again.
@lru_cache(maxsize=4096)
def qualified(text: str) -> tuple[Qualification, ...]:
    """The claims that a sentence of `text` makes, in the order of the file."""
    everywhere = frozenset(stems(text))
    # Few texts hold the words of any cue: the others are not cut into sentences.
    likely = {at for wanted, at in _wanted() if wanted <= everywhere}
    if not likely:
        return ()
    said = [frozenset(stems(text[start:end])) for start, end in sentences(text)]
    claims = [qualifications()[at] for at in sorted(likely)]
    return tuple(one for one in claims if any(makes(one.cues, words) for words in said))


@lru_cache(maxsize=1)
def _wanted() -> list[tuple[frozenset[str], int]]:
    """The stems that each cue of a qualification needs, with the qualification's position."""
    return [(_cue(cue)[0], at) for at, one in enumerate(qualifications()) for cue in one.cues]


def makes(cues: Sequence[str], words: frozenset[str]) -> bool:
    """Whether the stems of a sentence satisfy one of the cues."""
    return any(wanted <= words and not unwanted & words for wanted, unwanted in map(_cue, cues))


def taking(side: Side, said: Said) -> list[int]:
    """Which of the passages that were read take a side."""
    return [at for at, words in said.items() if makes(side.cues, words)]


def read(passages: Sequence[Passage]) -> Said:
    """The passages of one sentence by their positions, as the stems of their words."""
    return {
        at: frozenset(stems(passage.text))
        for at, passage in enumerate(passages)
        if len(sentences(passage.text)) == 1
    }


def differing(passages: Sequence[Passage]) -> list[tuple[Difference, list[tuple[Side, list[int]]]]]:
    """The topics of which at least two sides are taken, and the passages that take each."""
    said, found = read(passages), []
    for one in differences():
        sides = [(side, taking(side, said)) for side in one.sides]
        taken = [(side, at) for side, at in sides if at]
        if len(taken) > 1:
            found.append((one, taken))
    return found


def report(passages: Sequence[Passage]) -> Iterator[str]:
    """What the cues match in these passages, for an editor to read."""
    said = read(passages)
    for one in differences():
        counts = [len(taking(side, said)) for side in one.sides]
        if any(counts):
            yield f"{one.id}: {' + '.join(map(str, counts))} sentences on its sides"
    for claim in qualifications():
        made = [at for at, words in said.items() if makes(claim.cues, words)]
        yield from (f"{claim.id}: {passages[at].text}" for at in made)


def conflicts(passages: Sequence[Passage]) -> Iterator[Problem]:
    """Sentences that take two sides of one topic."""
    said = read(passages)
    for one in differences():
        taken = Counter(at for side in one.sides for at in taking(side, said))
        for at in sorted(at for at, sides in taken.items() if sides > 1):
            text = " ".join(passages[at].text.split())
            message = f"two sides of {one.id!r} match: {text}; expected one; narrow a cue"
            yield Problem(path=DIFFERENCES, message=message)


@cache
def _cue(cue: str) -> tuple[frozenset[str], frozenset[str]]:
    words = cue.split()
    wanted = " ".join(word for word in words if not word.startswith("-"))
    unwanted = " ".join(word for word in words if word.startswith("-"))
    return frozenset(stems(wanted)), frozenset(stems(unwanted))


def _read(path: Path, model: type[Model]) -> tuple[Model, ...]:
    text = path.read_text("utf-8")
    try:
        lines = _lines(path, yaml.compose(text, yaml.SafeLoader))
        items: TypeAdapter[tuple[Model, ...]] = TypeAdapter(tuple[model, ...])  # type: ignore[valid-type]
        found = items.validate_python(yaml.safe_load(text))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise CorpusError(
            path, f"is not valid YAML ({error.problem}); correct this line", line
        ) from error
    except ValidationError as error:
        first = first_error(error)
        at = first["loc"][0] if first["loc"] else 0
        line = lines[at] if isinstance(at, int) and at < len(lines) else 1
        raise CorpusError(path, describe(first, model.model_fields), line) from error
    seen: set[str] = set()
    for one, line in zip(found, lines, strict=True):
        if one.id in seen:
            message = f"a second {one.id!r}; expected each id once; join them"
            raise CorpusError(path, message, line)
        seen.add(one.id)
    return found


def _lines(path: Path, root: yaml.Node | None) -> list[int]:
    if not isinstance(root, yaml.SequenceNode):
        raise CorpusError(path, "holds no list; expected items that begin with `- id:`", 1)
    return [item.start_mark.line + 1 for item in root.value]
