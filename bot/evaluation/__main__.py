"""python -m bot.evaluation: judge the bot on labelled sets, fit it to our own, export, write the schema."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bot import confidence
from bot.evaluation import answers, handbook
from bot.evaluation.export import SetError, export
from bot.evaluation.own_questions import HELD_OUT, own_questions
from bot.evaluation.safety import Judged, Share, judged, labelled, recall_by, shares
from bot.lines import schema
from bot.loading import load_bot, load_reader
from bot.safety.screen import Screen
from bot.settings import Settings
from corpus.claims import differences
from corpus.load import HANDBOOK
from index import store
from index.manifest import StaleIndexError
from index.multilingual_encoder import multilingual_model
from index.search import Index
from index.sentence_encoder import SentenceEncoder, identity

_GROUPS = ("category", "style", "lang")


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if done, 2 if a set or an index can't be read."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "export":
            for line in export(options.set):
                print(line)
        elif options.command == "safety":
            _safety(options.sets, options.figures)
        elif options.command == "handbook":
            _handbook(options.index or Settings().index, options.facts)
        elif options.command == "schema":
            print(json.dumps(schema(), indent=1))
        elif options.command == "answers":
            _answers(options.index or Settings().index, options.curve)
        else:
            _tune(options.sources, options.questions)
    except (SetError, StaleIndexError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _tune(sources: Sequence[Path], questions: Path | None) -> None:
    from bot.evaluation.tune import tune
    from index import adapter

    tuned = tune(sources, HANDBOOK, questions)
    adapter.save(Path(adapter.__file__).with_name(adapter.FILE), tuned.updates)
    path = Path(confidence.__file__).with_name(confidence.FILE)
    path.write_text(tuned.calibration.model_dump_json(indent=1) + "\n", "utf-8")
    for name, figures in tuned.figures.items():
        print(name)
        for figure, value in figures._asdict().items():
            print(f"  {figure:18} {value:.3f}")


def _answers(folder: Path, curve: Path | None) -> None:
    bot = load_bot(Settings(index=folder))
    documents = {document.id: document for document in store.load(folder).documents}
    asked = [one for one in own_questions(documents) if one.author in HELD_OUT]
    found = answers.judged(answers.questions(bot, asked))
    print(f"{len(asked)} questions of an author to whom nothing is fitted")
    for share in found.shares:
        _print(share)
    for name, value in found.numbers.items():
        print(f"{name:22} {value:6.3f}")
    topic_of = {one.id: one.topic["en"] for one in differences()}.__getitem__
    for title, group in (
        ("conversations", answers.conversations(bot)),
        ("topics on which sources differ", answers.topics(bot, topic_of)),
        ("messages that are no questions about therapy", answers.kinds(bot)),
    ):
        print(f"\n{title}")
        for share in group:
            _print(share)
    if curve:
        from bot.evaluation.curve import draw

        answered = found.shares[2]
        refused = found.shares[3]
        chosen = (answered.k + refused.n - refused.k) / (answered.n + refused.n)
        draw(found.coverage, found.risk, chosen, curve)
        print(f"\nrisk-coverage curve: {curve}")


def _handbook(folder: Path, facts: Path) -> None:
    covers = handbook.facts(facts)
    index = Index.load(folder, SentenceEncoder(), identity(), multilingual_model())
    bot = load_bot(Settings(index=folder))
    found = handbook.asked(bot, index, handbook.questions())
    for one in found:
        expected = one.asked.expected
        if expected == "answered":
            right = handbook.right(covers, one.asked)
            if one.rank(right) > 1 or one.reply.kind != "quoted":
                print(f"{one.asked.question!r}: {one.reply.kind}, {', '.join(one.found[:3])}")
        elif not one.is_met:
            print(f"{one.asked.question!r}: {one.reply.kind}, not {expected}")
    for share in handbook.shares(found, covers):
        _print(share)


def _print(share: Share) -> None:
    low, high = share.interval
    print(f"{share.name:22} {share.value:6.3f}  [{low:.3f}, {high:.3f}]  {share.k}/{share.n}")


def _safety(sets: Sequence[Path], figures: Path | None) -> None:
    screen = Screen(load_reader())
    for path in sets:
        found = judged(screen, list(labelled(path)))
        print(f"\n{path}: {len(found)} turns")
        parts = {"": shares(found)} | {of: recall_by(found, of) for of in _GROUPS}
        for group, of_group in parts.items():
            print(f"\nrecall by {group}" if group else "")
            for share in of_group:
                _print(share)
        for one in found:
            if not one.is_right:
                print(one.labelled.id, len(one.labelled.turns), one.labelled.level, "->", one.found)
        if figures and path == sets[0]:
            figures.write_text(json.dumps(_figures(found), indent=1) + "\n", "utf-8")


def _figures(found: Sequence[Judged]) -> dict[str, str | int | float | tuple[float, float]]:
    figures: dict[str, str | int | float | tuple[float, float]] = {
        "date": date.today().isoformat(),
        "messages": len(found),
    }
    for share in shares(found):
        figures[share.name] = round(share.value, 3)
        figures[f"{share.name}_ci"] = tuple(round(end, 3) for end in share.interval)  # type: ignore[assignment]
    return figures


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.evaluation")
    commands = parser.add_subparsers(dest="command", required=True)
    exporting = commands.add_parser("export", help="a labelled set as input of the bot's --jsonl")
    exporting.add_argument("set", type=Path, metavar="SET", help="a .jsonl file")
    tuning = commands.add_parser(
        "tune", help="fit the encoder's adapter and the confidence, and write them into the package"
    )
    tuning.add_argument(
        "--sources",
        type=Path,
        action="append",
        required=True,
        metavar="DIR",
        help="the documents that our own questions are about",
    )
    tuning.add_argument(
        "--questions",
        type=Path,
        metavar="FILE",
        help="questions about other documents, in the form of own_questions.jsonl",
    )
    answering = commands.add_parser("answers", help="how the bot answers our own sets")
    answering.add_argument(
        "--index", type=Path, metavar="DIR", help="an index of the documents they are about"
    )
    answering.add_argument(
        "--curve", type=Path, metavar="FILE", help="draw risk and coverage (SVG)"
    )
    covering = commands.add_parser("handbook", help="which entries visitors' questions find")
    covering.add_argument("--index", type=Path, metavar="DIR", help="an index with the handbook")
    covering.add_argument(
        "--facts", type=Path, required=True, metavar="FILE", help="the fact groups of each entry"
    )
    screening = commands.add_parser("safety", help="how the screen does on labelled sets")
    screening.add_argument("sets", type=Path, nargs="+", metavar="SET", help=".jsonl files")
    screening.add_argument(
        "--figures", type=Path, metavar="FILE", help="also write the first set's shares as JSON"
    )
    commands.add_parser("schema", help="the JSON schema of a reply line")
    return parser


if __name__ == "__main__":
    sys.exit(main())
