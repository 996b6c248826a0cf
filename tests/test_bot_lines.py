import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bot.answer import Bot
from bot.lines import answer, schema
from index.search import Index

SCHEMA = Path(__file__).parents[1] / "docs" / "reply.schema.json"


def lines(bot: Bot, folder: Path, *asked: str | bytes) -> list[dict[str, Any]]:
    path = folder / "in.jsonl"
    path.write_bytes(b"\n".join(a.encode() if isinstance(a, str) else a for a in asked))
    with path.open("rb") as file:
        return [json.loads(line) for line in answer(bot, file)]


def asked(id: str, *turns: str, **more: str) -> str:
    return json.dumps({"id": id, "turns": turns} | more)


def test_there_is_a_line_for_each_turn_in_order(tiny_index: Index, tmp_path: Path) -> None:
    found = lines(
        Bot(tiny_index), tmp_path, asked("a", "dreams?", "How long is a visit?"), asked("b", "hi")
    )
    assert [(line["id"], line["turn"]) for line in found] == [("a", 0), ("a", 1), ("b", 0)]


def test_a_line_that_cannot_be_read_is_an_error_and_the_rest_go_on(tmp_path: Path) -> None:
    bad: list[str | bytes] = [
        "no json",
        b'{"id": "x", "turns": ["\xff"]}',
        '{"id": "y"}',
        asked("z"),
        "",
        "[1]",
    ]
    found = lines(Bot(), tmp_path, *bad, asked("ok", "dreams?"))
    assert [line["id"] for line in found] == [None, None, "y", "z", None, "ok"]
    assert [("error" in line, line["turn"]) for line in found[:-1]] == [(True, None)] * 5


def test_language_and_country_may_be_given_and_labels_are_ignored(tmp_path: Path) -> None:
    line = asked("a", "I want to kill myself", language="es", country="GB", level="crisis")
    (found,) = lines(Bot(), tmp_path, line)
    assert found["language"] == "es"
    assert "988" not in json.dumps(found["helplines"])


def test_every_kind_of_line_fits_the_schema_in_docs(tiny_index: Index, tmp_path: Path) -> None:
    published = json.loads(SCHEMA.read_text())
    found = lines(
        Bot(tiny_index),
        tmp_path,
        asked(
            "a",
            "How long is a visit?",
            "Which pasta goes with pesto?",
            "I want to kill myself",
            "ok",
        ),
        "broken",
    )
    assert {line.get("kind") for line in found} >= {"quoted", "not_found", "crisis", None}
    for line in found:
        jsonschema.validate(line, published)


def test_the_schema_in_docs_is_that_of_the_models() -> None:
    assert json.loads(SCHEMA.read_text()) == schema(), "run `make schema`"


def test_a_quote_has_the_fields_that_scripts_read(tiny_index: Index, tmp_path: Path) -> None:
    (found,) = lines(Bot(tiny_index), tmp_path, asked("a", "How long is a visit?"))
    assert set(found["quotes"][0]) >= {
        "text", "document", "title", "publisher", "section", "url", "start", "end", "cuts", "context", "score"
    }  # fmt: skip
    assert set(found) >= {
        "id", "turn", "kind", "level", "category", "language", "quotes", "candidates", "confidence",
        "helplines", "message", "suggestions", "notes",
    }  # fmt: skip


def run(*arguments: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments], input=stdin, capture_output=True, text=True
    )


@pytest.fixture
def folder(tiny_index: Index, tmp_path: Path) -> str:
    return str(tmp_path / "index")


def printed(arguments: Sequence[str]) -> str:
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_person_reads_the_quote_and_where_it_stands(folder: str) -> None:
    text = printed(["--index", folder, "How long is a visit?"])
    assert "fifty minutes" in text
    assert "Visits at Elm House" in text


def test_a_program_reads_json(folder: str) -> None:
    assert json.loads(printed(["--index", folder, "--json", "dreams?"]))["kind"] == "quoted"


def test_a_pipe_is_answered_line_by_line(folder: str) -> None:
    command = [sys.executable, "-m", "bot", "--index", folder, "--jsonl"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin and process.stdout
        for id in "ab":
            process.stdin.write(asked(id, "dreams?") + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == id
        process.stdin.close()


def test_without_an_index_danger_is_seen_and_the_command_is_named(tmp_path: Path) -> None:
    done = run("--index", str(tmp_path), "I want to kill myself")
    assert done.returncode == 2
    assert "988" in done.stdout
    assert "python -m index" in done.stderr


def test_neither_question_nor_jsonl_is_a_usage_error() -> None:
    done = run()
    assert done.returncode == 2
    assert "--jsonl" in done.stderr
