import json
import os
from hashlib import sha256
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from corpus.document import Document
from corpus.load import Corpus, load
from corpus.textfile import MAX_BYTES

HANDBOOK = Path(__file__).parents[1] / "corpus" / "handbook"
ENTRY = """---
id: fees
title: What does it cost?
language: en
questions: ["How much is it?"]
sources: []
written: 2024-12-01
reviewed: 2025-01-31
---
A session is free of charge.
"""
PAGE = "<html><body><article><h1>Open hours</h1><p>We open at nine.</p></article></body></html>"


def write(folder: Path, **files: str | bytes) -> Path:
    """Files named by keyword: `a_txt="…"` is a.txt."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        data = content.encode("utf-8") if isinstance(content, str) else content
        (folder / ".".join(name.rsplit("_", 1))).write_bytes(data)
    return folder


def ids(corpus: Corpus) -> list[str]:
    return [document.id for document in corpus.documents]


def lines(corpus: Corpus) -> list[str]:
    return [str(problem) for problem in corpus.problems]


def only_problem(folder: Path, **files: str | bytes) -> str:
    """The one line about the bad files, while a good one still loads."""
    corpus = load([write(folder, zz_good_txt="One good sentence.", **files)], None)
    assert "zz_good" in ids(corpus)
    [line] = lines(corpus)
    return line


def test_every_kind_of_file_is_loaded_in_order_of_name(tmp_path: Path) -> None:
    write(tmp_path, b_txt="Two.", a_md="One.", c_HTM=PAGE)
    canvas = Canvas(str(tmp_path / "d.pdf"))
    canvas.drawString(72, 720, "Four.")
    canvas.save()
    corpus = load([tmp_path], None)
    assert ids(corpus) == ["a", "b", "c", "d"]
    assert lines(corpus) == []


def test_the_text_keeps_every_character_of_the_file(tmp_path: Path) -> None:
    data = "\ufeffOne\r\ntwo\rthree\u2028é 𝄞\n".encode()
    document = load([write(tmp_path, a_txt=data)], None).documents[0]
    assert document.text == data.decode()
    assert document.sha256 == sha256(data).hexdigest()


def test_path_and_hash_of_an_extracted_document_are_those_of_its_stored_text(
    tmp_path: Path,
) -> None:
    document = load([write(tmp_path, hours_html=PAGE)], None).documents[0]
    assert (document.id, document.title) == ("hours", "Open hours")
    assert document.path == tmp_path / "_hours.html.md"
    assert document.sha256 == sha256(document.path.read_bytes()).hexdigest()
    assert document.path.read_text("utf-8") == document.text


def test_stored_texts_are_no_documents_of_their_own(tmp_path: Path) -> None:
    write(tmp_path, hours_html=PAGE)
    assert load([tmp_path], None) == load([tmp_path], None)
    assert ids(load([tmp_path], None)) == ["hours"]


def test_hidden_files_notes_and_the_readme_are_skipped_in_silence(tmp_path: Path) -> None:
    for name in (".hidden.txt", "_note.txt", "~$open.docx", "README.md", "sources.toml"):
        (tmp_path / name).write_text("")
    corpus = load([tmp_path], None)
    assert (corpus.documents, corpus.problems) == ((), ())


def test_title_publisher_url_and_review_come_from_sources_toml(tmp_path: Path) -> None:
    toml = """[[source]]
file = "a.txt"
title = "Your first hour"
publisher = "Elm Street"
url = "https://example.org/a"
reviewed = 2025-01-31
"""
    document = load([write(tmp_path, a_txt="One.", sources_toml=toml)], None).documents[0]
    assert (document.title, document.publisher) == ("Your first hour", "Elm Street")
    assert (document.url, str(document.reviewed)) == ("https://example.org/a", "2025-01-31")


def test_without_a_title_the_first_heading_or_the_name_is_the_title(tmp_path: Path) -> None:
    heading = "Hello.\n\n## Not this\n# The *first* hour\\! #\r\n# Nor this\n"
    write(tmp_path, a_md=heading, b_md="No heading.", our_first_hour_txt="# 1 is no heading here")
    titles = [document.title for document in load([tmp_path], None).documents]
    assert titles == ["The first hour!", "b", "our first hour"]


def test_handbook_entries_come_first_with_their_whole_file_as_text(tmp_path: Path) -> None:
    handbook = write(tmp_path / "handbook", fees_md=ENTRY)
    corpus = load([write(tmp_path / "sources", a_txt="One.")], handbook)
    assert ids(corpus) == ["fees", "a"]
    entry = corpus.documents[0]
    assert (entry.origin, entry.publisher, entry.text) == ("handbook", None, ENTRY)
    assert entry.questions == ("How much is it?",)


def test_every_entry_of_the_handbook_loads() -> None:
    corpus = load([], HANDBOOK)
    assert lines(corpus) == []
    assert len(corpus.documents) == len(list(HANDBOOK.rglob("[!_]*.md")))


def test_entries_stand_in_folders_and_those_of_other_providers_go_where_a_clinic_is_named(
    tmp_path: Path,
) -> None:
    of_elm = ENTRY.replace("id: fees", "id: elm\nprovider: Elm House")
    write(tmp_path, fees_md=ENTRY, _template_md="no entry")
    write(tmp_path / "providers", elm_md=of_elm.replace("free", "cheap"))
    assert ids(load([], tmp_path)) == ["fees", "elm"]
    assert ids(load([], tmp_path, clinic="Oak House")) == ["fees"]
    assert ids(load([], tmp_path, clinic="Elm House")) == ["fees", "elm"]


def test_an_entry_with_broken_front_matter_is_one_problem(tmp_path: Path) -> None:
    write(tmp_path, fees_md=ENTRY, hours_md=ENTRY, times_md=ENTRY.replace("[", ""))
    corpus = load([], tmp_path)
    assert ids(corpus) == ["fees"]
    assert [(problem.path.name, problem.line) for problem in corpus.problems] == [
        ("hours.md", 2),
        ("times.md", 5),
    ]


@pytest.mark.parametrize("content", [b"", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_an_empty_file_is_one_problem(tmp_path: Path, content: bytes) -> None:
    line = only_problem(tmp_path, a_txt=content)
    assert line.startswith(f"{tmp_path}/a.txt: holds no text; expected at least one sentence; ")


def test_another_encoding_is_one_problem_with_line_offset_and_command(tmp_path: Path) -> None:
    text = "Primera línea.\nHabla “con calma” sobre su niñez; y mañana también.\n"
    line = only_problem(tmp_path, a_txt=text.encode("cp1252"))
    assert "a.txt:1: byte 0xED at offset 9 is not UTF-8; probably CP1252, where" in line
    assert "“Primera línea." in line
    assert f"iconv -f CP1252 -t UTF-8 {tmp_path}/a.txt > " in line


def test_the_command_for_another_encoding_mends_the_file(tmp_path: Path) -> None:
    folder = write(tmp_path / "it's", a_txt="Grüße, schöne Woche!\n".encode("utf-16"))
    [line] = lines(load([folder], None))
    assert os.system(line.partition("run: ")[2]) == 0
    assert load([folder], None).documents[0].text.removeprefix("\ufeff") == "Grüße, schöne Woche!\n"


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0", b"One\0two", bytes(range(1, 32))])
def test_a_binary_named_txt_is_one_problem(tmp_path: Path, content: bytes) -> None:
    assert "a.txt: holds binary data; expected text; " in only_problem(tmp_path, a_txt=content)


def test_a_file_of_200_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    write(tmp_path, big_txt="One.")
    os.truncate(tmp_path / "big.txt", 200 * 2**20)
    assert "big.txt: has 200.0 MiB; expected at most 20 MiB; split it" in only_problem(tmp_path)


def test_the_largest_file_allowed_still_loads(tmp_path: Path) -> None:
    corpus = load([write(tmp_path, a_txt=b"Words. " * (MAX_BYTES // 7))], None)
    assert ids(corpus) == ["a"]


def test_a_scan_and_a_broken_file_are_one_problem_each(tmp_path: Path) -> None:
    Canvas(str(tmp_path / "scan.pdf")).save()
    write(tmp_path, a_docx="no zip", b_txt="Good.")
    corpus = load([tmp_path], None)
    assert ids(corpus) == ["b"]
    assert [problem.path.name for problem in corpus.problems] == ["a.docx", "scan.pdf"]


def test_the_same_text_twice_is_loaded_once_and_both_are_named(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    write(first, a_html=PAGE)
    load([first], None)
    write(second, b_md=(first / "_a.html.md").read_bytes())
    corpus = load([first, second], None)
    assert ids(corpus) == ["a"]
    [line] = lines(corpus)
    assert line.startswith(f"{second}/b.md: holds the same text as {first}/a.html; ")


def test_the_same_name_twice_is_one_problem_that_names_both(tmp_path: Path) -> None:
    first, second = write(tmp_path / "1", a_txt="One."), write(tmp_path / "2", a_md="Two.")
    corpus = load([first, second], None)
    assert [document.text for document in corpus.documents] == ["One."]
    [line] = lines(corpus)
    assert line == (
        f"{second}/a.md: has the same name as {first}/a.txt, up to the suffix; rename one of them"
    )


def test_a_folder_named_twice_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, a_txt="One.")
    assert lines(load([tmp_path, tmp_path / ".." / tmp_path.name], None)) == []


def test_a_broken_sources_toml_is_one_problem_and_the_files_load(tmp_path: Path) -> None:
    line = only_problem(tmp_path, sources_toml='[[source]]\nfile = "a.txt"\ntitel = "A"\n')
    assert line.startswith(f"{tmp_path}/sources.toml:3: unknown key 'titel'; expected file, ")


def test_an_entry_without_its_file_is_one_problem(tmp_path: Path) -> None:
    line = only_problem(tmp_path, sources_toml='\n[[source]]\nfile = "gone.txt"\n')
    assert line.startswith(f"{tmp_path}/sources.toml:2: tells about 'gone.txt', which is not there")


@pytest.mark.parametrize("name", ["notes.rtf", "notes"])
def test_another_kind_of_file_is_one_problem(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("One.")
    assert "expected .txt, .md, .html, .htm, .pdf, .docx; " in only_problem(tmp_path)


def test_folders_pipes_and_lost_links_are_one_problem_each(tmp_path: Path) -> None:
    write(tmp_path / "inner", a_txt="One.")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "link.txt").symlink_to("nowhere.txt")
    corpus = load([tmp_path], None)
    assert [problem.path.name for problem in corpus.problems] == ["inner", "link.txt", "pipe.txt"]


def test_a_folder_that_is_not_there_is_one_problem(tmp_path: Path) -> None:
    [line] = lines(load([tmp_path / "gone"], None))
    assert line.startswith(f"{tmp_path}/gone: can't be read (No such file or directory); ")


def test_every_problem_is_one_printable_line(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"a\nb\xff.txt")).write_text("One.")
    assert only_problem(tmp_path).encode().decode().count("\n") == 0


def published(corpus: Corpus) -> dict[str, str]:
    return {document.id: document.publish for document in corpus.documents}


def test_a_page_shows_what_sources_toml_says_and_else_the_sections_with_a_quote(
    tmp_path: Path,
) -> None:
    toml = '[[source]]\nfile = "a.txt"\npublish = "full"\n[[source]]\nfile = "b.txt"\n'
    corpus = load([write(tmp_path, a_txt="1.", b_txt="2.", c_txt="3.", sources_toml=toml)], None)
    assert published(corpus) == {"a": "full", "b": "quotes", "c": "quotes"}


def test_without_a_sources_toml_that_can_be_read_no_text_is_published(tmp_path: Path) -> None:
    corpus = load([write(tmp_path, a_txt="1.", sources_toml="[[source]\n")], None)
    assert published(corpus) == {"a": "link"}


def test_a_link_without_an_address_is_one_problem_and_publishes_no_text(tmp_path: Path) -> None:
    toml = '\n[[source]]\nfile = "a.txt"\npublish = "link"\n'
    corpus = load([write(tmp_path, a_txt="1.", sources_toml=toml)], None)
    [line] = lines(corpus)
    assert line.startswith(f"{tmp_path}/sources.toml:2: says publish = \"link\" for 'a.txt' ")
    assert line.endswith("; expected its 'url'; add it, or write publish = \"quotes\"")
    assert published(corpus) == {"a": "link"}


def test_a_document_of_an_older_index_is_published_by_its_origin(tmp_path: Path) -> None:
    [document] = load([write(tmp_path, a_txt="1.")], None).documents
    older = document.model_dump(mode="json", exclude={"publish"})
    for origin, expected in (("source", "quotes"), ("handbook", "full")):
        line = json.dumps(older | {"origin": origin})
        assert Document.model_validate_json(line).publish == expected
