"""Which runs are worth comparing: those of the same set, a newer one with the one before it."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.pages.evaluation_runs import Run


class Others(NamedTuple):
    """What a run can be compared with: earlier runs first, the newest of them before the others."""

    of_its_set: tuple[Run, ...]
    of_other_sets: tuple[Run, ...]


def others(run: Run, runs: Sequence[Run]) -> Others:
    """All finished runs but this one; `runs` are given newest first."""
    finished = [one for one in runs if one.is_finished and one.name != run.name]
    ordered = sorted(finished, key=lambda one: one.started > run.started)
    alike = tuple(one for one in ordered if one.sets == run.sets)
    return Others(alike, tuple(one for one in ordered if one.sets != run.sets))


def likely_pair(runs: Sequence[Run]) -> tuple[str, str]:
    """The names of the newest run that an earlier one has the set of, and of that; else any two.

    `runs` are two or more finished ones, newest first.
    """
    for at, run in enumerate(runs):
        before = next((one for one in runs[at + 1 :] if one.sets == run.sets), None)
        if before:
            return run.name, before.name
    return runs[0].name, runs[1].name
