"""What the commands for annotators do: judge, put judgements into a set, compare two annotators."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.evaluation import labelling
from bot.evaluation.agreement import Agreement, agreement
from bot.evaluation.counted import counted
from bot.evaluation.judgements import GRADES, LabelError, read
from bot.evaluation.pool import SignalPool
from bot.evaluation.sets import load
from bot.loading import load_bot
from bot.settings import Settings


def label(set_: Path, annotator: str, out: Path, settings: Settings, include_all: bool) -> int:
    """Asks at the terminal; how many judgements are new. ScreenOnlyError without an index to search."""
    cases = load(set_)
    index = load_bot(settings).index
    if index is None:
        raise LabelError("there is nothing to search; build an index with `make index`")
    pool = SignalPool(index)
    return labelling.label(cases, pool, annotator, out, input, print, include_all=include_all)


def labelled(set_: Path, judgements: Sequence[Path], out: Path) -> str:
    """Writes the set with what most annotators judged; what came of it, in words."""
    cases = load(set_)
    judged = [one for path in judgements for one in read(path, _warn)]
    done = labelling.applied(cases, judged)
    for one in labelling.left_open(cases, judged):
        _warn(f"{one.id}, turn {one.turn + 1}: {one.why}")
    lines = [case.model_dump_json(exclude_defaults=True) for case in done]
    out.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    turns = [turn for case in done for turn in case.turns]
    known = sum(turn.is_answerable is not None for turn in turns)
    return f"{out}: labelled are {known} of {counted(len(turns), 'turn')}"


def agreed(a: Path, b: Path) -> str:
    """How far two annotators agree, in words."""
    return "\n".join(_lines(agreement(read(a, _warn), read(b, _warn))))


def _lines(found: Agreement) -> Iterator[str]:
    yield f"judged by both: {found.n}"
    if found.observed is not None:
        yield f"the same grade: {found.observed:.1%}"
    if found.kappa is None or found.weighted is None:
        yield f"no kappa: {found.why_no_kappa}"
    else:
        yield f"Cohen's kappa: {found.kappa:.3f}, with linear weights {found.weighted:.3f}"
    yield f"\n{'a, b:':8}" + "".join(f"{grade:6}" for grade in GRADES)
    for grade, row in zip(GRADES, found.table, strict=True):
        yield f"{grade:<8}" + "".join(f"{count:6}" for count in row)
    for one in found.differences:
        yield f"{one.id}, turn {one.turn + 1}, {one.place or 'no document'}: {one.a}, {one.b}"


def _warn(what: str) -> None:
    print(what, file=sys.stderr)
