"""A run for other programs: JUnit for build servers, CSV, JSON, and Markdown for a pull request."""

import re
from collections.abc import Iterable, Iterator, Sequence
from csv import writer
from io import BytesIO, StringIO
from pathlib import PurePath

from junitparser import Failure, JUnitXml, TestCase, TestSuite

from bot.evaluation.cases import Turn
from bot.evaluation.compare import Comparison, Difference
from bot.evaluation.counted import counted
from bot.evaluation.metrics import Figure, Group
from bot.evaluation.record import Check, Info, Outcome, Record
from bot.evaluation.run_folder import RunFolder
from corpus.document import Frozen

Row = tuple[str, ...]

COLUMNS = (
    "id",
    "turn",
    "question",
    "tags",
    "kind",
    "level",
    "confidence",
    "rank",
    "passed",
    "failed checks",
    "documents",
)
# A spreadsheet takes a cell that begins so for a formula, and runs it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MOST_FAILED = 20


class Everything(Frozen):
    """What the JSON holds; `turns` are in the order of the sets."""

    info: Info
    groups: tuple[Group, ...]
    turns: tuple[Outcome, ...]


def value(figure: Figure) -> str:
    """A figure's value as people read it: shares in percent, counts and words whole."""
    if figure.value is None:
        return "–"
    if figure.low is not None or figure.name.startswith("coverage"):
        return f"{figure.value:.1%}"
    if figure.name.startswith("ms "):
        return f"{figure.value:.1f}"
    return f"{figure.value:g}" if figure.value == int(figure.value) else f"{figure.value:.3f}"


def interval(figure: Figure) -> str:
    """The interval of a share in percent; nothing for other figures."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{100 * figure.low:.1f}–{figure.high:.1%}"


def failed_checks(outcome: Outcome) -> tuple[Check, ...]:
    """What was expected and not met."""
    return tuple(check for check in outcome.checks if not check.is_met)


def for_xml(text: str) -> str:
    """XML has no place for control characters, not even escaped."""
    return _NOT_XML.sub("\ufffd", text)


def junit(run: RunFolder) -> str:
    """A suite with a test case for each turn of which something was expected; its time in seconds."""
    times = {(one.id, one.turn): one.milliseconds / 1000 for one in run.times()}
    sets = " ".join(PurePath(path).name for path in run.info.sets)
    suite, file = TestSuite(for_xml(run.path.name)), BytesIO()
    suite.add_testcases(
        [
            _test_case(one, sets, times.get((one.id, one.turn)))
            for one in run.outcomes()
            if one.checks
        ]
    )
    whole = JUnitXml("bot.evaluation")
    whole.add_testsuite(suite)
    whole.write(file)
    return file.getvalue().decode()


def _test_case(one: Outcome, sets: str, seconds: float | None) -> TestCase:
    name = f"{one.id}/turn {one.turn + 1}" if one.turn else one.id
    case = TestCase(for_xml(name), classname=for_xml(sets), time=seconds)
    failed = failed_checks(one)
    if failed:
        failure = Failure(", ".join(check.name for check in failed), "expectation")
        told = (f"{of.name}: expected {of.expected}; found {of.found}" for of in failed)
        failure.text = for_xml("\n".join(told))
        case.result = [failure]
    return case


def csv(run: RunFolder) -> str:
    """A row a turn, in which several values are parted as in a set."""
    file = StringIO()
    rows = writer(file)
    rows.writerow(COLUMNS)
    turns = (turn for case in run.cases() for turn in case.turns)
    # A run that goes on may have more turns than outcomes.
    for turn, outcome, record in zip(turns, run.outcomes(), run.records(), strict=False):
        rows.writerow([_safe(cell) for cell in _cells(turn, outcome, record)])
    return file.getvalue()


def _cells(turn: Turn, one: Outcome, record: Record) -> Iterator[str]:
    yield one.id
    yield f"{one.turn + 1}"
    yield turn.question
    yield " | ".join(one.tags)
    yield one.kind
    yield one.level
    yield "" if one.confidence is None else f"{one.confidence:.4f}"
    yield "" if one.rank is None else f"{one.rank}"
    yield ("yes" if one.is_passed else "no") if one.checks else ""
    yield " | ".join(check.name for check in failed_checks(one))
    yield " | ".join(dict.fromkeys(quote.document for quote in record.reply.quotes))


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def json(run: RunFolder, groups: Sequence[Group]) -> str:
    """What ran, all figures, and what came of each turn."""
    everything = Everything(info=run.info, groups=tuple(groups), turns=tuple(run.outcomes()))
    return everything.model_dump_json(indent=1) + "\n"


def markdown(
    groups: Sequence[Group],
    comparison: Comparison | None = None,
    verdict: Sequence[str] = (),
    failed: Sequence[tuple[str, int]] = (),
) -> str:
    """The figures of all turns, what differs from another run, breaches of the gate and some failures."""
    first = [_code(f"{id}, turn {turn + 1}") for id, turn in failed[:_MOST_FAILED]]
    more = [f"and {len(failed) - len(first)} more"] if failed[_MOST_FAILED:] else []
    lines = (
        *_listed("The gate is broken", [_code(breach) for breach in verdict]),
        *_table(("figure", "value", "95% interval", "turns"), _summary(groups[0])),
        *(_compared(comparison) if comparison else ()),
        *_listed(f"{counted(len(failed), 'turn')} failed", [*first, *more]),
    )
    return "\n".join(lines)


def _summary(group: Group) -> Iterator[Row]:
    for one in group.figures:
        yield one.name, value(one), interval(one), f"{one.n}"


def _compared(found: Comparison) -> Iterator[str]:
    yield from (f"{_code(found.a)} → {_code(found.b)}: {found.verdict}", "")
    rows = [
        (one.metric, f"{one.a:.3f}", f"{one.b:.3f}", f"{one.wins}", f"{one.losses}", _p(one))
        for one in found.differences
        if one.wins or one.losses
    ]
    if rows:
        yield from _table(("metric", "before", "now", "won", "lost", "corrected p"), rows)


def _p(one: Difference) -> str:
    return f"{one.p_corrected:.2g}{' *' if one.is_significant else ''}"


def _table(columns: Row, rows: Iterable[Row]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|---{'|---:' * (len(columns) - 1)}|"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


def _listed(heading: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield from (f"**{heading}**", "", *(f"- {item}" for item in items), "")


def _code(text: str) -> str:
    """Words that are not ours, so that nothing in them is markup or calls a person."""
    return f"`{' '.join(text.replace('`', chr(39)).split())}`"
