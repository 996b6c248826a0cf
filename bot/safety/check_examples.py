"""python -m bot.safety.check_examples: whether the examples are enough, varied, our own, and agreed on."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from sklearn.metrics import cohen_kappa_score

from bot.safety.example import CATEGORIES, LEVELS, Example, ExampleError, examples
from bot.safety.sequel import sequels
from bot.safety.similar import ALIKE, groups, matches

MESSAGES, SPANISH, IN_A_CELL, LABELLED_TWICE = 6_000, 1_500, 60, 500
# From here on a line of ours is thought to repeat a line that the screen is measured with.
TOO_NEAR_THE_SETS = 0.7
SECOND_LABELS = Path(__file__).with_name("examples") / "second_label.txt"
_SPANISH = ("es", "mixed")


def digest(text: str) -> str:
    """The key of a text in the file of second labels."""
    return sha256(text.encode()).hexdigest()[:16]


def _distinct(all_of_them: Sequence[Example]) -> list[Example]:
    """One example of each group of near-duplicates."""
    numbers = groups([example.text for example in all_of_them])
    return list(dict(zip(numbers.tolist(), all_of_them, strict=True)).values())


def _table(kept: Sequence[Example], name: str, of: Callable[[Example], str | None]) -> None:
    counts = Counter((of(example) or "-", example.level) for example in kept)
    print(f"\n{name:22}" + "".join(f"{level:>11}" for level in LEVELS))
    for row in sorted({row for row, _ in counts}):
        print(f"{row:22}" + "".join(f"{counts[row, level] or '':>11}" for level in LEVELS))


def _full(kept: Sequence[Example]) -> None:
    counts = Counter(
        (example.level, example.category or "-", example.language, example.style)
        for example in kept
    )
    print("\nlevel × kind × language × style")
    for cell, number in sorted(counts.items()):
        print(*cell, number, sep="\t")


def _texts(row: dict[str, object]) -> Iterator[str]:
    turns = row.get("turns")
    for turn in turns if isinstance(turns, list) else [row]:
        if text := turn.get("text"):
            yield str(text)


def _sets(folder: Path) -> list[str]:
    lines = (
        line for path in sorted(folder.glob("*.jsonl")) for line in path.open(encoding="utf-8")
    )
    return [text for line in lines for text in _texts(json.loads(line))]


def _kappa(all_of_them: Sequence[Example]) -> tuple[int, float, float]:
    """How many were labelled twice, and Cohen's kappa: plain, and weighted by squared distance."""
    level = {digest(example.text): LEVELS.index(example.level) for example in all_of_them}
    rows = [line.split("\t") for line in SECOND_LABELS.read_text("utf-8").splitlines()]
    pairs = [(level[key], LEVELS.index(second)) for key, second in rows if key in level]
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    plain = cohen_kappa_score(first, second)
    return len(pairs), float(plain), float(cohen_kappa_score(first, second, weights="quadratic"))


def _short(name: str, found: int, needed: int) -> str | None:
    return f"{name}: {found}, at least {needed} are needed" if found < needed else None


def _thin(kept: Sequence[Example]) -> Iterator[str | None]:
    cells = Counter((example.category, example.level) for example in kept)
    for category in CATEGORIES:
        for level in ("concern",) if category == "hopelessness" else LEVELS[1:]:
            yield _short(f"{category} at {level}", cells[category, level], IN_A_CELL)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if all is well; 1 with one line for each thing that is not."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.safety.check_examples", description=__doc__
    )
    parser.add_argument("--sets", type=Path, help="folder of *.jsonl that no example may repeat")
    parser.add_argument("--full", action="store_true", help="also the table of all four fields")
    options = parser.parse_args(arguments)
    try:
        all_of_them, after = examples(), sequels()
    except ExampleError as error:
        print(error, file=sys.stderr)
        return 1
    kept = _distinct(all_of_them)
    authors, voices = ({getattr(e, of) for e in kept} for of in ("author", "voice"))
    print(
        f"{len(all_of_them)} messages by {len(authors)} authors in {len(voices)} voices; {len(kept)} "
        f"after near-duplicates (cosine {ALIKE} of masked character 3- to 5-grams) count once"
    )
    print(f"{len(after)} turns after a disclosure, by {len({one.voice for one in after})} authors")
    _table(kept, "kind", lambda example: example.category)
    _table(kept, "language", lambda example: example.language)
    _table(kept, "style", lambda example: example.style)
    _table(kept, "about", lambda example: example.about)
    if options.full:
        _full(kept)
    spanish = sum(example.language in _SPANISH for example in kept)
    wrong = [_short("messages", len(kept), MESSAGES), _short("in Spanish", spanish, SPANISH)]
    wrong += _thin(kept)
    if SECOND_LABELS.exists():
        number, plain, weighted = _kappa(all_of_them)
        print(f"\nsecond, blind label on {number}: kappa {plain:.3f}, quadratic {weighted:.3f}")
        wrong.append(_short("labelled twice", number, LABELLED_TWICE))
    if options.sets:
        ours = [(example.voice, example.text) for example in all_of_them]
        ours += [(one.voice, text) for one in after for text in (one.disclosure, one.turn)]
        near = matches([text for _, text in ours], _sets(options.sets), TOO_NEAR_THE_SETS)
        print(f"\n{len(near)} within {TOO_NEAR_THE_SETS} of a line in {options.sets}")
        for at, _, cosine in near:
            wrong.append(f"{ours[at][0]}: too near a set ({cosine:.2f}): {ours[at][1]}")
    for line in filter(None, wrong):
        print(line, file=sys.stderr)
    return int(any(wrong))


if __name__ == "__main__":
    sys.exit(main())
