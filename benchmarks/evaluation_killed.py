"""python -m benchmarks.evaluation_killed: 10,000 questions by the command line, once whole, once killed.

Half are ordinary requests, half our own questions about the five documents, of which most carry the
passages that answer. The second run ends by SIGKILL in its middle, and the same command goes on. The
memory is that of the first run's process, looked at from outside five times a second; after its first
5,000 turns the caches of what was asked (4,096 texts each) are full.
"""

import json
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from benchmarks.screen import DATA, ordinary
from bot.evaluation.cases import UNANSWERED, Case, Turn
from bot.evaluation.record import Info
from bot.evaluation.run_folder import RunFolder
from bot.evaluation.sets import load

RESULT = Path(__file__).parent / "results" / "evaluation_killed.json"
INDEX = Path("var/answers")
OWN = Path("bot/evaluation/own_questions.jsonl")
QUESTIONS, KILLED_AT, FULL, STEP = 10_000, 4_700, 5_000, 1_000
EVERY = 0.2  # seconds between two looks at a process
# What tells of the machine and the hour.
_ASIDE = {"started", "finished", "machine"}


def main(questions: int = QUESTIONS) -> None:
    cases = _cases(questions)
    with TemporaryDirectory() as temporary:
        place = Path(temporary)
        set_ = place / "set.jsonl"
        set_.write_text("".join(f"{case.model_dump_json()}\n" for case in cases), "utf-8")
        whole, killed = RunFolder(place / "whole"), RunFolder(place / "killed")
        start = time.perf_counter()
        seen = _seen(set_, whole, len(cases))
        medians, peaks = [int(median(one)) for one in seen], [max(one) for one in seen]
        taken = time.perf_counter() - start
        at = _kill(set_, killed, len(cases) * KILLED_AT // QUESTIONS)
        subprocess.run(_command(set_, killed), check=True, stdout=subprocess.DEVNULL)
        result = {
            "machine": platform.machine(),
            "questions": len(cases),
            "with_expected_quotes": sum(bool(case.turns[0].expect_quote) for case in cases),
            "seconds_with_loading_and_report": round(taken, 1),
            f"median_mb_of_each_{STEP}_turns": medians,
            f"peak_mb_of_each_{STEP}_turns": peaks,
            "growth_of_median_once_caches_are_full": _growth(medians),
            "growth_of_peak_once_caches_are_full": _growth(peaks),
            "killed_after_turns": at,
            "the_same": _same(whole, killed),
            "outcomes_sha256": sha256(whole.outcomes_file.read_bytes()).hexdigest(),
            "outcomes_with_a_right_candidate": sum(
                one.rank is not None for one in whole.outcomes()
            ),
        }
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


def _cases(questions: int) -> list[Case]:
    own = load(OWN)[: questions // 2]
    others = Random(0).sample(list(dict.fromkeys(ordinary(DATA))), questions - len(own))
    strange = [
        Case(id=f"ordinary-{at}", turns=(Turn(question=text, expect_kind=UNANSWERED),))
        for at, text in enumerate(others)
    ]
    return Random(1).sample([*own, *strange], questions)


def _command(set_: Path, folder: RunFolder) -> list[str]:
    told = ["run", str(set_), "--index", str(INDEX), "--out", str(folder.path)]
    return [sys.executable, "-m", "bot.evaluation", *told]


def _looks(set_: Path, folder: RunFolder) -> Iterator[tuple[psutil.Popen, int, int]]:
    """The process of a run, how many turns it has done, and its memory, again and again."""
    done = read = 0
    with psutil.Popen(_command(set_, folder), stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            if folder.outcomes_file.exists():
                with folder.outcomes_file.open("rb") as file:
                    file.seek(read)
                    new = file.read()
                done, read = done + new.count(b"\n"), read + len(new)
            yield process, done, _memory(process)
            time.sleep(EVERY)


def _memory(process: psutil.Popen) -> int:
    try:
        return int(process.memory_info().rss / 2**20)
    except psutil.Error:
        return 0


def _seen(set_: Path, folder: RunFolder, turns: int) -> list[list[int]]:
    """Its memory (MB) while each thousand turns were answered; the report is made later."""
    seen: list[list[int]] = [[] for _ in range(0, turns, STEP)]
    for _, done, memory in _looks(set_, folder):
        if done < turns and (done or folder.outcomes_file.exists()):
            seen[done // STEP].append(memory)
    return seen


def _growth(memory: Sequence[int]) -> float:
    """From the first thousand turns in which all caches are full to the last; of few, from the first."""
    early = memory[FULL // STEP] if len(memory) > FULL // STEP else memory[0]
    return round(memory[-1] / early - 1, 4)


def _kill(set_: Path, folder: RunFolder, at: int) -> int:
    """Runs until so many turns are done, then SIGKILL; how many there were."""
    for process, done, _ in _looks(set_, folder):
        if done >= at:
            process.kill()
            process.wait()
            return done
    raise SystemExit("the run ended before it was killed")


def _same(whole: RunFolder, killed: RunFolder) -> dict[str, bool]:
    """File by file, byte for byte; of run.json, what does not tell of machine and hour."""
    files = ("cases.jsonl", "records.jsonl", "outcomes.jsonl")
    same = {
        name: (whole.path / name).read_bytes() == (killed.path / name).read_bytes()
        for name in files
    }
    return {**same, "run.json": _told(whole.info) == _told(killed.info)}


def _told(info: Info) -> dict[str, Any]:
    return info.model_dump(exclude=_ASIDE)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
