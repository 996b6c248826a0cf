import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from corpus.add import add
from corpus.errors import Problem
from corpus.load import load
from corpus.outcome import Added, Unchanged
from corpus.sources_toml import read

PAGE = "<html><body><article><h1>Open hours</h1><p>We open at nine.</p></article></body></html>"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def files(folder: Path) -> list[str]:
    return sorted(os.listdir(folder)) if folder.exists() else []


def test_a_file_is_copied_and_told_about_in_one_line(tmp_path: Path) -> None:
    into = tmp_path / "sources"
    [added] = add([write(tmp_path / "first_hour.txt", "You talk; we listen.")], into)
    assert str(added) == (
        f"added first_hour.txt: title “first hour”, 4 words; next: python -m index --sources {into}"
    )
    assert files(into) == ["first_hour.txt", "sources.toml"]
    assert load([into], None).documents[0].text == "You talk; we listen."


def test_what_is_told_here_wins_over_the_file_beside_it(tmp_path: Path) -> None:
    into = tmp_path / "sources"
    toml = '[[source]]\nfile = "a.txt"\ntitle = "Beside"\nkind = "leaflet"\n'
    write(tmp_path / "sources.toml", toml)
    add([write(tmp_path / "a.txt", "One.")], into, "Here", "Elm Street", "https://example.org")
    document = load([into], None).documents[0]
    assert (document.title, document.publisher) == ("Here", "Elm Street")
    assert document.url == "https://example.org"
    assert read(into / "sources.toml")["a.txt"].kind == "leaflet"


def test_an_entry_that_waits_for_its_file_is_kept(tmp_path: Path) -> None:
    into = tmp_path / "sources"
    write(into / "sources.toml", '[[source]]\nfile = "a.txt"\ntitle = "Waiting"  # ours\n')
    [added] = add([write(tmp_path / "a.txt", "One.")], into)
    assert isinstance(added, Added) and added.title == "Waiting"
    assert "# ours" in (into / "sources.toml").read_text()


def test_a_web_page_is_extracted_in_its_new_place_only(tmp_path: Path) -> None:
    into = tmp_path / "sources"
    [added] = add([write(tmp_path / "web" / "hours.html", PAGE)], into)
    assert isinstance(added, Added) and added.title == "Open hours"
    assert files(tmp_path / "web") == ["hours.html"]
    assert files(into) == ["_hours.html.json", "_hours.html.md", "hours.html", "sources.toml"]


def test_pages_without_text_are_told(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"))
    canvas.drawString(72, 720, "Words.")
    canvas.showPage()
    canvas.showPage()
    canvas.save()
    [added] = add([tmp_path / "a.pdf"], tmp_path / "sources")
    assert isinstance(added, Added) and added.without_text == (2,)
    assert "; no text on page 2 (if scanned: ocrmypdf --skip-text); " in str(added)


def test_a_folder_brings_its_documents_and_tells_about_the_rest(tmp_path: Path) -> None:
    folder = write(tmp_path / "ours" / "a.txt", "One.").parent
    write(folder / "b.md", "Two.")
    write(folder / "c.rtf", "Three.")
    write(folder / "_d.txt", "Four.")
    outcomes = add([folder], tmp_path / "sources")
    assert [type(outcome) for outcome in outcomes] == [Problem, Added, Added]
    assert files(tmp_path / "sources") == ["a.txt", "b.md", "sources.toml"]


def test_the_same_text_again_changes_nothing(tmp_path: Path) -> None:
    into = tmp_path / "sources"
    path = write(tmp_path / "a.html", PAGE)
    add([path], into)
    again = add([path, into / "a.html", write(tmp_path / "b.htm", PAGE)], into, publisher="New")
    assert again == tuple(
        Unchanged(path=given, existing=into / "a.html")
        for given in (path, into / "a.html", tmp_path / "b.htm")
    )
    assert "New" not in (into / "sources.toml").read_text()
    assert str(again[0]).startswith(f"{path}: the same text is there as {into}/a.html; nothing ")


def test_another_file_of_the_same_name_is_not_overwritten(tmp_path: Path) -> None:
    into = write(tmp_path / "sources" / "a.txt", "Old.").parent
    [problem] = add([write(tmp_path / "a.txt", "New.")], into)
    assert str(problem).startswith(f"{tmp_path}/a.txt: has the same name as {into}/a.txt, ")
    assert (into / "a.txt").read_text() == "Old."
    assert files(into) == ["a.txt"]


def test_a_file_there_that_can_not_be_loaded_is_not_overwritten_either(tmp_path: Path) -> None:
    into = write(tmp_path / "sources" / "a.txt", "").parent
    [problem] = add([write(tmp_path / "a.txt", "New.")], into)
    assert "has the name of" in str(problem)
    assert (into / "a.txt").read_text() == ""


def test_bad_files_are_refused_and_the_others_added(tmp_path: Path) -> None:
    good, empty = write(tmp_path / "a.txt", "One."), write(tmp_path / "b.txt", "")
    outcomes = add([empty, tmp_path / "gone.txt", good], tmp_path / "sources")
    assert [type(outcome) for outcome in outcomes] == [Problem, Problem, Added]
    assert "b.txt: holds no text" in str(outcomes[0])
    assert "gone.txt: is missing" in str(outcomes[1])


def test_a_name_that_is_never_read_is_refused(tmp_path: Path) -> None:
    [problem] = add([write(tmp_path / "_a.txt", "One.")], tmp_path / "sources")
    assert "rename it to add it" in str(problem)
    assert not (tmp_path / "sources").exists()


def test_a_folder_without_documents_is_told(tmp_path: Path) -> None:
    [problem] = add([write(tmp_path / "x" / ".a.txt", "One.").parent], tmp_path / "sources")
    assert "x: holds no documents" in str(problem)


def test_one_title_is_for_one_file(tmp_path: Path) -> None:
    paths = [write(tmp_path / name, name) for name in ("a.txt", "b.txt")]
    [problem] = add(paths, tmp_path / "sources", title="Both")
    assert "one title or url for 2 files; expected one file" in str(problem)
    assert not (tmp_path / "sources").exists()


def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    [problem] = add([write(tmp_path / "a.txt", "One.")], tmp_path / "s", url="example.org")
    assert "'url' is 'example.org'; expected an address that begins with https://" in str(problem)
    assert not (tmp_path / "s").exists()


def test_nothing_is_added_past_a_broken_sources_toml(tmp_path: Path) -> None:
    path = write(tmp_path / "in" / "a.txt", "One.")
    toml = write(tmp_path / "in" / "sources.toml", "[[source]\n")
    [problem] = add([path], tmp_path / "out")
    assert f"a.txt: is not added, because of {toml}:1: is no TOML" in str(problem)
    [problem] = add([write(tmp_path / "b.txt", "Two.")], toml.parent)
    assert f"b.txt: is not added, because of {toml}:1: is no TOML" in str(problem)
    assert files(tmp_path / "in") == ["a.txt", "sources.toml"]


def test_a_folder_that_can_not_be_made_points_to_another(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "One.")
    [problem] = add([path], path / "sources")
    assert "a.txt/sources: can't be written to (Not a directory); " in str(problem)
    assert "--into" in str(problem)


def test_a_kill_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from corpus.atomic import write
while True:
    for letter in (b"a", b"b"):
        write(Path(sys.argv[1]), letter * 5_000_000)
"""
    target = tmp_path / "a.txt"
    for delay in (0.05, 0.1, 0.17):
        writer = subprocess.Popen([sys.executable, "-c", code, str(target)])
        while not target.exists():
            time.sleep(0.01)
        time.sleep(delay)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        data = target.read_bytes()
        assert data in (b"a" * 5_000_000, b"b" * 5_000_000)
    assert load([tmp_path], None).problems == ()
