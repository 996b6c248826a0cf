import json
import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import CorpusError
from corpus.extract import extract, store
from corpus.extractors import original_path, text_of, text_path
from corpus.pdf_text import pages_without_text

PAGE = """<!doctype html><html><head><title>Elm Street</title></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/book">Book now</a></li></ul></nav>
<article><h1>Talking it through</h1>
<p>Sessions last 50 minutes and take place in the <a href="/room">same quiet room</a>.</p>
<h2>At first</h2><p>You say what comes to mind, and nobody grades it.</p>
<ul><li>You choose the topic</li><li>You may be silent</li></ul></article>
<footer><p>Copyright 2024 Elm Street. All rights reserved.</p></footer></body></html>"""


def write_pdf(path: Path, *pages: str) -> Path:
    canvas = Canvas(str(path), pageCompression=0)
    for page in pages:
        canvas.drawString(72, 720, page)
        canvas.showPage()
    canvas.save()
    return path


def picture() -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (2, 2)).save(file, "PNG")
    return file


def write_page(folder: Path, html: str = PAGE) -> Path:
    path = folder / "page.html"
    path.write_text(html, encoding="utf-8")
    return path


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    """A folder that we may read and not write, also where the tests run as root."""
    with TemporaryDirectory() as name:
        write_page(Path(name))
        Path(name).chmod(0o555)
        before = os.geteuid()
        if before == 0:
            os.seteuid(65534)
        yield Path(name)
        os.seteuid(before)
        Path(name).chmod(0o755)


def test_a_web_page_becomes_markdown_without_its_navigation_and_links(tmp_path: Path) -> None:
    text = extract(write_page(tmp_path)).text
    assert text.startswith("# Talking it through\n\nSessions last 50 minutes")
    assert "the same quiet room." in text
    assert "## At first\n" in text
    assert "- You choose the topic\n- You may be silent\n" in text
    assert "Book now" not in text and "rights reserved" not in text


def test_the_text_is_stored_beside_the_original_with_both_hashes(tmp_path: Path) -> None:
    text_file, text = extract(write_page(tmp_path))
    assert text_file == tmp_path / "_page.html.md"
    assert text_file.read_bytes().decode("utf-8") == text
    sidecar = json.loads((tmp_path / "_page.html.json").read_text())
    assert sorted(sidecar) == ["extractor", "original_sha256", "text_sha256", "version"]
    assert sorted(os.listdir(tmp_path)) == ["_page.html.json", "_page.html.md", "page.html"]


def test_a_stored_text_that_is_current_is_used_again(tmp_path: Path) -> None:
    page = write_page(tmp_path)
    before = extract(page).path.stat().st_mtime_ns
    assert extract(page).path.stat().st_mtime_ns == before


def test_a_changed_original_is_extracted_again(tmp_path: Path) -> None:
    extract(write_page(tmp_path))
    page = write_page(tmp_path, PAGE.replace("50 minutes", "45 minutes"))
    assert "45 minutes" in extract(page).text
    assert "45 minutes" in (tmp_path / "_page.html.md").read_text()


def test_another_version_of_the_extractor_extracts_again(tmp_path: Path) -> None:
    page = write_page(tmp_path)
    extract(page)
    sidecar = tmp_path / "_page.html.json"
    now = sidecar.read_text()
    sidecar.write_text(now.replace('"version": "', '"version": "0.'))
    extract(page)
    assert sidecar.read_text() == now


def test_a_stored_text_edited_by_hand_is_neither_used_nor_overwritten(tmp_path: Path) -> None:
    page = write_page(tmp_path)
    stored = extract(page).path
    stored.write_text("Words that the page does not say.\n")
    with pytest.raises(CorpusError, match=r"_page.html.md: was edited; .* delete it, or restore"):
        extract(page)
    assert stored.read_text() == "Words that the page does not say.\n"
    stored.unlink()
    assert "50 minutes" in extract(page).text


def test_a_kill_between_text_and_sidecar_is_mended(tmp_path: Path) -> None:
    page = write_page(tmp_path)
    text = extract(page).text
    (tmp_path / "_page.html.json").unlink()
    assert extract(page).text == text
    assert (tmp_path / "_page.html.json").exists()


def test_a_read_only_folder_points_to_the_command_that_copies(read_only_folder: Path) -> None:
    page = read_only_folder / "page.html"
    with pytest.raises(CorpusError, match=rf"read-only; run: python -m corpus add {page}"):
        extract(page)
    assert os.listdir(read_only_folder) == ["page.html"]


def test_a_stored_text_is_found_from_its_original_and_back() -> None:
    for name in ("a.html", "b.HTM", "c.d.pdf", "e.docx"):
        path = Path("folder") / name
        assert text_path(path) != path
        assert original_path(text_path(path)) == path
    assert text_path(Path("a.txt")) == original_path(Path("a.txt")) == Path("a.txt")


def test_the_page_of_a_position_is_the_form_feeds_before_it_plus_one(tmp_path: Path) -> None:
    text = extract(write_pdf(tmp_path / "a.pdf", "First words", "", "Third words")).text
    assert text == "First words\n\f\n\n\f\nThird words\n"
    assert text.count("\f", 0, text.index("Third")) + 1 == 3
    assert pages_without_text(text) == (2,)


def test_a_pdf_without_text_asks_for_character_recognition(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"holds no text; .* run: ocrmypdf .*scan\.pdf"):
        extract(write_pdf(tmp_path / "scan.pdf", "", ""))
    assert os.listdir(tmp_path) == ["scan.pdf"]


def test_a_pdf_whose_letters_have_no_meaning_asks_for_recognition_too(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "glyphs.pdf", "ABCDEF")
    path.write_bytes(path.read_bytes().replace(b"ABCDEF", b"\1\2\3\4\5\6"))
    with pytest.raises(CorpusError, match=r"letters; run: ocrmypdf --force-ocr .*glyphs\.pdf"):
        extract(path)


def test_an_encrypted_pdf_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "locked.pdf"
    Canvas(str(path), encrypt="secret").save()
    with pytest.raises(CorpusError, match=r"locked\.pdf: is encrypted; .* without a password"):
        extract(path)


def test_a_word_document_keeps_headings_lists_quotations_and_no_pictures(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_heading("How we work", 0)
    made.add_heading("The first hour", 1)
    made.add_paragraph("You talk; we listen.")
    made.add_paragraph("At your pace", style="List Bullet")
    made.add_paragraph("I felt heard.", style="Quote")
    made.add_picture(picture())
    made.save(str(tmp_path / "a.docx"))
    expected = "# How we work\n\n# The first hour\n\nYou talk; we listen.\n\n- At your pace\n\n"
    assert extract(tmp_path / "a.docx").text == expected + "> I felt heard.\n"


def test_signs_in_a_word_document_are_escaped_so_that_markdown_shows_them(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("A fee of <100> is *not* due.")
    made.save(str(tmp_path / "a.docx"))
    text = extract(tmp_path / "a.docx").text
    assert text.replace("\\", "") == "A fee of <100> is *not* due.\n"
    assert "\\<100" in text and "\\*not\\*" in text


@pytest.mark.parametrize("name", ["broken.pdf", "broken.docx"])
def test_a_broken_file_names_itself_and_the_next_step(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"%PDF-1.4 and then nothing")
    with pytest.raises(CorpusError, match=rf"{name}: can't be read as a .*; open it and"):
        extract(tmp_path / name)


@pytest.mark.parametrize("head", ["", '<?xml version="1.0" encoding="windows-1252"?>'])
def test_a_web_page_may_declare_another_encoding(tmp_path: Path, head: str) -> None:
    html = f'{head}<html><head><meta charset="iso-8859-1"></head><body><p>“Niñez”</p></body></html>'
    assert text_of(tmp_path / "a.html", html.encode("cp1252")) == "“Niñez”\n"


def test_a_page_without_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"holds no text; .* save the page again"):
        extract(write_page(tmp_path, "<html><body><script>go()</script></body></html>"))


def test_extraction_gives_the_same_text_every_time(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert len({text_of(page, PAGE.encode()) for _ in range(5)}) == 1


def test_a_stored_text_keeps_every_character(tmp_path: Path) -> None:
    text = "\ufeffOne\r\ntwo\u2028three\r"
    page = write_page(tmp_path)
    store(page, page.read_bytes(), text)
    assert extract(page).text == text
