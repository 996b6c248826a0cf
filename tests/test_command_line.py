"""From a file on a clinic's disk to its words in an answer, by the commands that the README names."""

import subprocess
import sys
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from corpus.__main__ import main as corpus_main
from corpus.load import HANDBOOK, load


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", *arguments], capture_output=True, text=True)


@pytest.fixture
def leaflet(tmp_path: Path) -> Path:
    path = tmp_path / "leaflet.pdf"
    canvas = Canvas(str(path))
    canvas.drawString(72, 700, "The waiting room of Elm House has a large green aquarium.")
    canvas.save()
    return path


def test_a_document_that_is_added_answers_after_the_next_index(
    tmp_path: Path, leaflet: Path
) -> None:
    sources, index = str(tmp_path / "sources"), str(tmp_path / "index")
    added = run("corpus", "add", str(leaflet), "--into", sources, "--publisher", "Elm House")
    assert added.returncode == 0, added.stderr
    built = run("index", "--sources", sources, "--bare", "--out", index)
    assert "1 documents" in built.stdout
    asked = run("bot", "--index", index, "Is there an aquarium in the waiting room?")
    assert "large green aquarium" in asked.stdout
    assert "Elm House" in asked.stdout


def test_a_bad_file_is_one_line_and_the_others_are_indexed(tmp_path: Path, pages: Path) -> None:
    (pages / "empty.txt").write_text("")
    built = run("index", "--sources", str(pages), "--bare", "--out", str(tmp_path / "i"))
    assert built.returncode == 0
    assert "3 documents" in built.stdout
    assert len([line for line in built.stderr.splitlines() if "empty.txt" in line]) == 1


def test_nothing_to_index_names_the_next_step(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    built = run(
        "index", "--sources", str(tmp_path / "none"), "--bare", "--out", str(tmp_path / "i")
    )
    assert built.returncode == 1
    assert "python -m corpus add" in built.stderr


def test_the_check_prints_what_each_document_gives_and_what_was_dropped(
    pages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pages / "page.txt").write_text("Yes. We listen.\nClick here for more.\n3")
    assert corpus_main(["--sources", str(pages), "--no-handbook"]) == 0
    printed = capsys.readouterr().out
    assert "silence: Silence" in printed
    assert "1 sections, 3 passages" in printed
    assert "dropped 1 × answer without its question: Yes." in printed
    assert "dropped 1 × click-here sentence: Click here for more." in printed


def test_the_check_fails_if_a_file_cannot_be_used(
    pages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pages / "broken.pdf").write_bytes(b"no pdf")
    assert corpus_main(["--sources", str(pages), "--no-handbook"]) == 1
    assert "broken.pdf" in capsys.readouterr().err


def test_the_handbook_has_no_problem(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert corpus_main(["--sources", str(tmp_path)]) == 0
    assert f"{len(load([], HANDBOOK).documents)} documents, 0 problems" in capsys.readouterr().out
