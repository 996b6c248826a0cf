"""What a run writes down: each reply with its evidence, what was judged of it, and what ran.

A run's folder holds `run.json` (Info), `cases.jsonl` (Case), `records.jsonl` (Record) and
`outcomes.jsonl` (Outcome), a line a turn in the order of the sets, and `times.jsonl` (Timed). Cases,
records and outcomes come out the same when the same version answers the same sets on the same machine,
but for the last digits of readings where a run went on in another process.
"""

from bot.evaluation.cases import Kind
from bot.reply import Category, Level, Reply
from corpus.document import Frozen, Language
from index.manifest import Manifest


class Signals(Frozen):
    """A passage by document and span, and what each signal says of it; see `index.hit.Hit`."""

    document: str
    start: int
    end: int
    score: float
    base: float
    meaning: float
    words: float
    question: float | None


class Wanted(Frozen):
    """The best passage that would have answered; `rank` counts from 1 over everything searched."""

    rank: int
    passage: Signals
    text: str


class Record(Frozen):
    """One turn: the reply, the first passages that were found, best first, and what decided its level.

    `wanted` is given where a passage that answers exists and is not the first found.
    """

    id: str
    turn: int
    reply: Reply
    hits: tuple[Signals, ...] = ()
    matched: tuple[str, ...] = ()
    wanted: Wanted | None = None


class Timed(Frozen):
    """How long one turn took; turns of one batch share its time evenly. Milliseconds."""

    id: str
    turn: int
    milliseconds: float


class Check(Frozen):
    """One expectation: its name in the set, and whether it is met.

    `expected` and `found` say it in words, which a baseline leaves out.
    """

    name: str
    is_met: bool
    expected: str = ""
    found: str = ""


class Outcome(Frozen):
    """What came of one turn, in no words of any document.

    `asked` is a digest of the conversation and of what was expected: only like is compared with like.

    `gains` are the grades of the first ten candidates, 0 for one that does not answer, and no grade
    counts twice; `relevant` the grades of all that is accepted. `rank` is the first right
    candidate's, from 1. `f1` is the share of words that the first candidate has in common with the
    nearest accepted one; `is_exact` says whether a quote shows all words of one. `quotes` are the
    first 16 digits of the SHA-256 of each quote shown, of which `verbatim` equal their file, and
    which have so many `words`.
    """

    id: str
    turn: int
    asked: str = ""
    tags: tuple[str, ...] = ()
    kind: Kind
    level: Level
    category: Category | None = None
    language: Language = "en"
    expected_levels: tuple[Level, ...] = ()
    has_helplines: bool = False
    is_answerable: bool | None = None
    confidence: float | None = None
    gains: tuple[int, ...] = ()
    relevant: tuple[int, ...] = ()
    rank: int | None = None
    f1: float | None = None
    is_exact: bool | None = None
    quotes: tuple[str, ...] = ()
    verbatim: int = 0
    words: tuple[int, ...] = ()
    checks: tuple[Check, ...] = ()

    @property
    def is_passed(self) -> bool:
        """Whether everything that was expected is met."""
        return all(check.is_met for check in self.checks)


class Machine(Frozen):
    """Where a run ran."""

    system: str
    processor: str
    cores: int
    python: str


class Info(Frozen):
    """What ran on what.

    `sets` maps each set's path to the SHA-256 of its file, `chosen` is that of the cases that were
    asked, `source` that of all files of the program; `has_model` says whether the screen had its model.
    """

    started: str
    sets: dict[str, str]
    chosen: str
    source: str
    has_model: bool
    cases: int
    turns: int
    batch: int
    index: str | None
    manifest: Manifest | None
    settings: dict[str, str]
    versions: dict[str, str]
    commit: str | None
    machine: Machine
    finished: str | None = None
