"""Runs on a tiny index: deterministic, resumable after a kill, and no other run's."""

import json
import os
import platform
from pathlib import Path

import psutil
import pytest

from bot.answer import Bot
from bot.evaluation import commands, what_runs
from bot.evaluation.__main__ import main
from bot.evaluation.cases import Case
from bot.evaluation.compare import compare
from bot.evaluation.counted import counted
from bot.evaluation.memory import give_back
from bot.evaluation.record import Info
from bot.evaluation.run import Runner
from bot.evaluation.run_folder import RunError, RunFolder, outcomes_of
from bot.settings import Settings
from index.hit import Found
from index.search import Index

QUESTIONS = {
    "How long does a visit last?": "lasts about fifty minutes",
    "Do I have to remember a dream?": "Nobody has to remember a dream",
    "Why does the therapist say so little?": "Some therapists say little",
    "Is there a waiting list?": "There is a list",
    "What may a dream show?": "Dreams can show wishes",
}


def cases() -> list[Case]:
    return [
        Case.model_validate(
            {"id": f"q{at}", "question": question, "expect_quote": [{"words": words}]}
        )
        for at, (question, words) in enumerate(QUESTIONS.items())
    ]


def info(sets: Path, batch: int = 2) -> Info:
    sets.write_text(json.dumps([case.model_dump() for case in cases()]), "utf-8")
    return what_runs.info([sets], cases(), Settings(), Bot(), batch)


def run(index: Index, folder: RunFolder, given: Info, batches: int | None = None) -> None:
    """All batches, or only the first: a run that is killed there."""
    for done, _ in enumerate(Runner(Bot(index)).run(cases(), folder, given), 1):
        if done == batches:
            break


def test_a_run_says_of_every_turn_what_came_of_it(tiny_index: Index, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    run(tiny_index, folder, info(tmp_path / "set"))
    outcomes = list(folder.outcomes())
    assert [one.id for one in outcomes] == [case.id for case in cases()]
    assert [one.rank for one in outcomes[:3]] == [1, 1, 1]
    assert outcomes[3].rank is None
    assert folder.info.finished is not None
    assert list(folder.cases()) == cases()


def test_a_missed_passage_is_recorded_with_its_rank_and_signals(
    tiny_index: Index, tmp_path: Path
) -> None:
    folder = RunFolder(tmp_path / "run")
    run(tiny_index, folder, info(tmp_path / "set"))
    for record, outcome in zip(folder.records(), folder.outcomes(), strict=True):
        if outcome.rank == 1:
            assert record.wanted is None
        elif record.wanted is not None:
            assert record.wanted.rank > 1
            assert record.wanted.passage.score <= record.hits[0].score
    assert list(folder.records())[3].wanted is None


def test_a_run_that_was_killed_goes_on_to_the_same_result(
    tiny_index: Index, tmp_path: Path
) -> None:
    whole, killed = RunFolder(tmp_path / "whole"), RunFolder(tmp_path / "killed")
    given = info(tmp_path / "set")
    run(tiny_index, whole, given)
    run(tiny_index, killed, given, batches=1)
    with killed.outcomes_file.open("a", encoding="utf-8") as file:
        file.write('{"id": "q2", "turn": 0, "ki')
    run(tiny_index, killed, given)
    for name in ("cases.jsonl", "records.jsonl", "outcomes.jsonl"):
        assert (whole.path / name).read_bytes() == (killed.path / name).read_bytes()


def test_a_batch_that_was_half_written_is_asked_again(tiny_index: Index, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    given = info(tmp_path / "set")
    run(tiny_index, folder, given)
    before = folder.outcomes_file.read_bytes()
    lines = before.splitlines(keepends=True)
    folder.outcomes_file.write_bytes(b"".join(lines[:3]))
    run(tiny_index, folder, given)
    assert folder.outcomes_file.read_bytes() == before


def test_a_finished_run_is_left_as_it_is(tiny_index: Index, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    given = info(tmp_path / "set")
    run(tiny_index, folder, given)
    before = folder.times_file.read_bytes()
    run(tiny_index, folder, given)
    assert folder.times_file.read_bytes() == before


def test_another_run_is_not_gone_on_with(tiny_index: Index, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    run(tiny_index, folder, info(tmp_path / "set"), batches=1)
    with pytest.raises(RunError, match="the same batch, found another"):
        run(tiny_index, folder, info(tmp_path / "set", batch=3))


def test_two_runs_of_the_same_version_show_no_difference(tiny_index: Index, tmp_path: Path) -> None:
    for name in ("a", "b"):
        run(tiny_index, RunFolder(tmp_path / name), info(tmp_path / "set"))
    a, b = (outcomes_of(tmp_path / name) for name in ("a", "b"))
    assert compare(a, b, ("a", "b")).verdict == "No difference in 5 turns."


def test_what_the_documents_cannot_meet_is_told_before_a_run(tiny_index: Index) -> None:
    case = Case.model_validate({"id": "q", "question": "?", "expect_document": [{"id": "moon"}]})
    (problem,) = Runner(Bot(tiny_index)).check([case])
    assert problem.startswith("case q, turn 1: expect_document moon: no document of the index")


def test_without_an_index_a_run_only_screens(tmp_path: Path) -> None:
    case = Case.model_validate(
        {"id": "x", "question": "I want to kill myself", "expect_level": ["crisis"]}
    )
    given = info(tmp_path / "set").model_copy(update={"turns": 1})
    folder = RunFolder(tmp_path / "run")
    list(Runner(Bot()).run([case], folder, given))
    assert [one.is_passed for one in folder.outcomes()] == [True]


def test_two_processes_do_not_run_into_one_folder(tiny_index: Index, tmp_path: Path) -> None:
    folder, given = RunFolder(tmp_path / "run"), info(tmp_path / "set")
    first = Runner(Bot(tiny_index)).run(cases(), folder, given)
    next(first)
    with pytest.raises(RunError, match=r"found another process .*; wait for its end, or choose"):
        run(tiny_index, folder, given)
    list(first)
    run(tiny_index, folder, given)
    assert len(list(folder.outcomes())) == len(cases())


def test_one_turn_is_no_turns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "one.csv").write_text("id,question,expect_kind\na,Why?,quoted\n")
    assert main(["check", str(tmp_path / "one.csv")]) == 0
    assert capsys.readouterr().out == "1 case, 1 turn; judged: 1\n"
    assert [counted(number, "turn") for number in (0, 1, 2)] == ["0 turns", "1 turn", "2 turns"]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps it")
def test_memory_that_was_freed_in_pieces_is_given_back() -> None:
    process = psutil.Process()
    held = [bytearray(os.urandom(2**16)) for _ in range(500)]
    del held[::2]
    before = process.memory_info().rss
    assert give_back()
    given = before - process.memory_info().rss
    assert given > 0.7 * 250 * 2**16
    assert len(held) == 250


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="expected a run's folder"):
        _ = RunFolder(tmp_path).info


def test_the_same_sets_and_version_go_to_the_same_folder(tmp_path: Path) -> None:
    one, again = info(tmp_path / "set"), info(tmp_path / "set")
    assert what_runs.folder(one) == what_runs.folder(again)
    other = what_runs.info([tmp_path / "set"], cases()[:2], Settings(), Bot(), 2)
    assert what_runs.folder(one) != what_runs.folder(other)


def test_other_cases_of_the_same_set_are_another_run(tiny_index: Index, tmp_path: Path) -> None:
    folder, given = RunFolder(tmp_path / "run"), info(tmp_path / "set")
    run(tiny_index, folder, given)
    others = [case.model_copy(update={"id": f"other-{case.id}"}) for case in cases()]
    other = what_runs.info([tmp_path / "set"], others, Settings(), Bot(), 2)
    assert what_runs.folder(other) != what_runs.folder(given)
    with pytest.raises(RunError, match="the same chosen"):
        folder.begin(other, others)


def test_a_run_that_is_not_finished_is_judged_by_nobody(tiny_index: Index, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    run(tiny_index, folder, info(tmp_path / "set"), batches=1)
    for judge in (
        lambda: commands.judged(folder, None, None),
        lambda: commands.boil_down(folder, tmp_path / "baseline"),
        lambda: commands.figures(folder, tmp_path / "figures"),
    ):
        with pytest.raises(RunError, match="expected a finished run of 5 turns, found 2"):
            judge()


def test_replies_without_what_ran_are_not_believed(tiny_index: Index, tmp_path: Path) -> None:
    folder, given = RunFolder(tmp_path / "run"), info(tmp_path / "set")
    run(tiny_index, folder, given)
    (folder.path / "run.json").unlink()
    assert folder.begin(given, cases()) == 0


def test_a_file_that_lost_its_end_is_written_anew(tiny_index: Index, tmp_path: Path) -> None:
    folder, given = RunFolder(tmp_path / "run"), info(tmp_path / "set")
    run(tiny_index, folder, given)
    whole = folder.records_file.read_bytes()
    folder.records_file.write_bytes(whole[: len(whole) // 2])
    run(tiny_index, folder, given)
    assert folder.records_file.read_bytes() == whole


def test_a_bot_that_fails_stops_the_run(tiny_index: Index, tmp_path: Path) -> None:
    class Broken(Bot):
        def _search(self, questions: object) -> list[Found | None]:
            raise RuntimeError("no search")

    folder = RunFolder(tmp_path / "run")
    with pytest.raises(RunError, match="case q0, turn 1: the bot failed"):
        list(Runner(Broken(tiny_index)).run(cases(), folder, info(tmp_path / "set")))
