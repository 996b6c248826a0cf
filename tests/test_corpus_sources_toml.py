import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import CorpusError
from corpus.source_entry import SourceEntry
from corpus.sources_toml import line_of, put, read

TWO = """# Our leaflets.

[[source]]
file = "a.txt"
title = "First session"  # agreed with reception
publisher = ""
reviewed = 2025-01-31

[[source]]
file = "b.pdf"
url = "https://example.org/b"
publish = "link"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "sources.toml"
    path.write_bytes(text.encode("utf-8"))
    return path


def test_entries_are_read_by_file(tmp_path: Path) -> None:
    entries = read(write(tmp_path, TWO))
    assert entries["a.txt"].title == "First session"
    assert entries["a.txt"].reviewed == date(2025, 1, 31)
    assert entries["b.pdf"].publish == "link"


def test_an_empty_string_means_unknown(tmp_path: Path) -> None:
    assert read(write(tmp_path, TWO))["a.txt"].publisher is None


def test_a_folder_without_the_file_has_no_entries(tmp_path: Path) -> None:
    assert read(tmp_path / "sources.toml") == {}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[[source]]\nfile = "a"\n\npublsher = "x"', 4, "unknown key 'publsher'; expected file, "),
        ('\n[[sources]]\nfile = "a"', 2, "unknown key 'sources'; expected [[source]]"),
        ('# one\n[[source]]\ntitle = "a"', 2, "has no 'file'"),
        ('[[source]]\nfile = "a"\n[[source]]\nfile = "a"', 3, "a second entry for 'a'"),
        ('[[source]]\nfile = "a"\ndate = 2024', 3, "'date' is 2024; expected a date such as"),
        ('[[source]]\nfile = "a"\nurl = "javascript:x"', 3, "an address that begins with https"),
        ('[[source]]\nfile = "../a"', 2, "expected the name of a file in this folder"),
        ('[[source]]\nfile = "a"\npublish = "all"', 3, "expected 'full', 'quotes' or 'link'"),
        ('[[source]]\nfile = "a\ntitle = 3', 2, "is no TOML"),
        ('source = [{file = "a"}]', 1, "below its own line [[source]]"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(CorpusError) as caught:
        read(path)
    assert (caught.value.path, caught.value.line) == (path, line)
    assert words in caught.value.message


def test_the_line_of_an_entry_is_where_it_begins(tmp_path: Path) -> None:
    assert line_of(write(tmp_path, TWO), "b.pdf") == 9


def test_a_new_entry_is_added_below_the_others(tmp_path: Path) -> None:
    path = write(tmp_path, TWO)
    put(path, SourceEntry(file="c.md", title='The "third"'))
    assert path.read_text() == TWO + '\n[[source]]\nfile = "c.md"\ntitle = "The \\"third\\""\n'


def test_an_entry_is_updated_in_place_and_comments_stay(tmp_path: Path) -> None:
    path = write(tmp_path, TWO)
    put(path, SourceEntry(file="a.txt", title="Your first hour"))
    expected = TWO.replace('"First session"  # agreed', '"Your first hour"  # agreed')
    assert path.read_text() == expected


def test_what_is_not_known_now_is_left_as_it_was(tmp_path: Path) -> None:
    path = write(tmp_path, TWO)
    put(path, SourceEntry(file="b.pdf"))
    assert path.read_text() == TWO


def test_the_first_entry_makes_the_file(tmp_path: Path) -> None:
    put(tmp_path / "sources.toml", SourceEntry(file="a.txt"))
    assert (tmp_path / "sources.toml").read_text() == '[[source]]\nfile = "a.txt"\n'


def test_a_file_from_windows_keeps_its_line_ends(tmp_path: Path) -> None:
    path = write(tmp_path, "\ufeff" + TWO.replace("\n", "\r\n"))
    put(path, SourceEntry(file="c.md"))
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n") == 15


def test_a_broken_file_is_not_written_to(tmp_path: Path) -> None:
    path = write(tmp_path, "[[source]\n")
    with pytest.raises(CorpusError):
        put(path, SourceEntry(file="a.txt"))
    assert path.read_text() == "[[source]\n"


words = st.text(st.characters(codec="utf-8"), min_size=1)


@given(title=words, publisher=words)
def test_what_is_put_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, title: str, publisher: str
) -> None:
    path = write(tmp_path_factory.mktemp("put"), TWO)
    entry = SourceEntry(file="c.md", title=title, publisher=publisher, kind="page")
    put(path, entry)
    assert read(path)["c.md"] == entry
    assert len(tomllib.loads(path.read_text("utf-8"))["source"]) == 3
