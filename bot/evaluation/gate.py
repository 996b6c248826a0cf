"""Whether a version may go live: figures that must be reached, and a baseline that must not be undercut.

A gate is a TOML file:

    baseline = "baseline.jsonl"         # beside this file; a run's folder will do, too

    [[require]]
    metric = "hit@1"
    tag = "kind:paraphrase"             # without a tag, of all turns
    least = 0.7                         # or `most`, for what should be small

    [[not_worse]]
    metric = "nDCG@10"                  # than the baseline, unless by chance
"""

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator
from scipy.stats import false_discovery_control

from bot.evaluation.compare import Comparison, Difference
from bot.evaluation.counted import counted
from bot.evaluation.metrics import Group
from corpus.document import Frozen

Text = Annotated[str, Field(min_length=1)]


class GateError(Exception):
    """A gate that cannot be applied: not of this form, or about what was not measured."""


class Requirement(Frozen):
    """A figure that must be `least` or more, or `most` or less."""

    metric: Text
    tag: str = ""
    least: float | None = Field(default=None, allow_inf_nan=False)
    most: float | None = Field(default=None, allow_inf_nan=False)

    @model_validator(mode="after")
    def _has_a_bound(self) -> Self:
        if self.least is None and self.most is None:
            raise ValueError(f"{self.metric}: expected `least` or `most`; add one of them")
        return self

    def breach(self, value: float) -> str | None:
        """What is wrong with a value, if anything."""
        name = f"{self.metric} of {self.tag}" if self.tag else self.metric
        if self.least is not None and value < self.least:
            return f"{name}: {value:.3f} is less than {self.least:g}"
        if self.most is not None and value > self.most:
            return f"{name}: {value:.3f} is more than {self.most:g}"
        return None


class NotWorse(Frozen):
    """A metric that must not be significantly worse than the baseline's, at the corrected `p`."""

    metric: Text
    p: float = Field(default=0.05, gt=0, lt=1)


class Gate(Frozen):
    """All that a version must meet."""

    baseline: Path | None = None
    require: tuple[Requirement, ...] = ()
    not_worse: tuple[NotWorse, ...] = ()

    @model_validator(mode="after")
    def _has_a_baseline(self) -> Self:
        if not self.require and not self.not_worse:
            raise ValueError("expected something to hold; write a [[require]] or a [[not_worse]]")
        if self.not_worse and self.baseline is None:
            raise ValueError("`not_worse` needs a `baseline`; name a run's folder or its baseline")
        return self

    @classmethod
    def load(cls, path: Path) -> "Gate":
        """A gate from its file, in whose folder a relative baseline stands. GateError if it is none."""
        try:
            given = tomllib.loads(path.read_text("utf-8"))
            gate = cls.model_validate(given)
        except OSError as error:
            raise GateError(f"{path}: {error.strerror}; name a gate file in TOML") from error
        except ValidationError as error:
            wrong = "; ".join(
                f"{'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}"
                for one in error.errors(include_url=False)
            )
            raise GateError(f"{path}: {wrong}; correct the gate") from error
        except ValueError as error:
            raise GateError(f"{path}: not TOML: {error}; correct the line") from error
        if gate.baseline is None:
            return gate
        return gate.model_copy(update={"baseline": path.parent / gate.baseline})

    def breaches(
        self, groups: Sequence[Group], comparison: Comparison | None = None
    ) -> Iterator[str]:
        """A line for each requirement that is not met. GateError if one cannot be judged."""
        by_tag = {group.tag: group for group in groups}
        for required in self.require:
            breach = required.breach(_value(required, by_tag.get(required.tag)))
            if breach:
                yield breach
        yield from self._worse(comparison)

    def _worse(self, comparison: Comparison | None) -> Iterator[str]:
        """What is worse than the baseline; p-values are corrected over what this gate asks about."""
        found = [_difference(bound, comparison) for bound in self.not_worse]
        corrected = false_discovery_control([one.p for one in found]) if found else ()
        for bound, one, p in zip(self.not_worse, found, corrected, strict=True):
            if one.is_worse and p < bound.p:
                yield (
                    f"{bound.metric}: {one.b:.3f} is worse than the baseline's {one.a:.3f} "
                    f"(p = {p:.2g}, {one.wins} won, {one.losses} lost)"
                )


def _value(required: Requirement, group: Group | None) -> float:
    if group is None:
        raise GateError(f"no turn has the tag {required.tag!r}; correct the gate, or run its set")
    figure = group.figure(required.metric)
    if figure is None or figure.value is None:
        known = ", ".join(one.name for one in group.figures)
        where = f"turns with the tag {required.tag}" if required.tag else "this run"
        raise GateError(f"{required.metric!r} was not measured of {where}; measured were: {known}")
    return figure.value


def _difference(bound: NotWorse, comparison: Comparison | None) -> Difference:
    if comparison and (comparison.only_a or comparison.only_b):
        raise GateError(
            f"the baseline has {counted(comparison.only_a, 'turn')} that this run has not, or has "
            f"otherwise, and this run {comparison.only_b} that it has not; make a new baseline of "
            "these sets"
        )
    found = comparison.difference(bound.metric) if comparison else None
    if found is None:
        raise GateError(f"{bound.metric!r} cannot be compared: no turn of the baseline bears on it")
    return found
