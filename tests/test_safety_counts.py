import asyncio
import json
import logging
import threading
from datetime import date
from pathlib import Path

import pytest

from bot.answer import Bot
from bot.pages.conversation import ask
from bot.pages.limits import Limits
from bot.pages.reception import Reception
from bot.pages.said import Said
from bot.pages.warming import Desk
from bot.safety.counts import Counts
from bot.settings import Settings

SECRET = "zyzzyva"


def lines(path: Path) -> list[dict[str, str | None]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_line_holds_the_day_the_level_and_the_kind_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "counts.jsonl"
    Counts(path).add("crisis", "suicide")
    Counts(path).add("concern", None)
    today = date.today().isoformat()
    assert lines(path) == [
        {"date": today, "level": "crisis", "kind": "suicide"},
        {"date": today, "level": "concern", "kind": None},
    ]


def test_ordinary_turns_are_not_counted(tmp_path: Path) -> None:
    Counts(tmp_path / "counts.jsonl").add("none", None)
    assert list(tmp_path.iterdir()) == []


def test_lines_of_several_threads_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "counts.jsonl"

    def add() -> None:
        for _ in range(50):
            Counts(path).add("emergency", "overdose_poisoning")

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lines(path)) == 400


def test_a_file_that_cannot_be_written_is_told_to_the_operator_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Counts(tmp_path).add("crisis", "suicide")
    assert str(tmp_path) in caplog.text


def test_counting_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().counts == Path("var/counts.jsonl")
    for off in ("off", ""):
        monkeypatch.setenv("FAQ_COUNTS", off)
        assert Settings().counts is None


def test_each_turn_from_concern_up_is_counted_once(tmp_path: Path) -> None:
    desk = Desk(Bot())
    desk.open(Bot)
    desk.wait(10)
    taking = reception(desk, tmp_path / "counts.jsonl")
    said = asked(taking, "I want to die", [])
    asked(taking, "How long is a visit?", said)
    asked(taking, "How long is a visit?", [])
    assert [line["level"] for line in lines(tmp_path / "counts.jsonl")] == ["crisis", "concern"]


def reception(desk: Desk, path: Path) -> Reception:
    return Reception(desk, Limits(100, 100), Counts(path))


def asked(taking: Reception, message: str, said: list[Said]) -> list[Said]:
    async def whole() -> list[Said]:
        return [view async for view in ask(taking, "en", message, said)][-1].said

    return asyncio.run(whole())


@pytest.mark.parametrize("is_broken", [False, True])
def test_no_word_of_a_message_reaches_the_file_or_the_log(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    is_broken: bool,
) -> None:
    def fail(text: str) -> str:
        raise ValueError(f"cannot read {text}")

    caplog.set_level(logging.DEBUG)
    if is_broken:
        monkeypatch.setattr("bot.safety.told.normalise", fail)
    path = tmp_path / "counts.jsonl"
    desk = Desk(Bot())
    desk.open(Bot)
    desk.wait(10)
    said = asked(reception(desk, path), f"I want to die {SECRET}", [])
    assert said[-1].reply.helplines
    assert len(lines(path)) == 1
    assert SECRET not in path.read_text("utf-8") + caplog.text + "".join(capfd.readouterr())
