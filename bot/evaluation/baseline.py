"""A run boiled down to what later ones are compared with: no words of any document or visitor."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.evaluation.record import Outcome


def stripped(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """The outcomes without what checks say in words."""
    for one in outcomes:
        checks = tuple(
            check.model_copy(update={"expected": "", "found": ""}) for check in one.checks
        )
        yield one.model_copy(update={"checks": checks})


def write(outcomes: Iterable[Outcome], path: Path) -> int:
    """Writes a baseline, a line a turn; how many there are."""
    lines = [one.model_dump_json(exclude_defaults=True) for one in stripped(outcomes)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return len(lines)
