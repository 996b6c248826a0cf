import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from conftest import PAGES
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from bot.answer import Bot
from bot.pages.source import source
from bot.pages.source_marks import pieces, ranges
from bot.pages.source_text import MOST_AROUND
from bot.pages.text_fragment import original
from bot.pages.warming import Desk
from bot.wording.words import words
from corpus.document import Document, Passage, Span
from corpus.load import load
from corpus.split import split
from index import manifest
from index.build import build
from index.manifest import EncoderIdentity
from index.search import Index
from index.sentence_encoder import SentenceEncoder

WORDS = words("en")
PAYLOAD = '<script>alert("x")</script> & <b id="quote">b</b>'
ENTRY = """---
id: visits
title: How long is one visit?
language: en
questions:
  - How often do people come?
sources:
  - {author: Oak & Elm, year: 2020, title: On visits, where: Journal of Hours, verified: false}
written: 2024-12-01
reviewed: null
---
A visit lasts **fifty minutes**. People come *once* a week.

## What to bring

1. Nothing.
2. A [coat](https://example.org/coat).
"""
NOTES = (
    "Of parrots\n\nParrots listen well.1 They repeat little.2 Nobody has asked them why.3\n\n"
    "Of owls\n\nOwls keep late hours, which suits some people.\n"
)
LONG = "\n\n".join(f"Paragraph {n} says {'and so on ' * 20}to its end." for n in range(1, 31))
TOML = f"""[[source]]
file = "elm-house.md"
publisher = "Elm House"
url = "https://example.org/visits"
reviewed = 2025-01-31
publish = "full"

[[source]]
file = "dreams.md"
url = "https://example.org/dreams"
publish = "link"

[[source]]
file = "payload.txt"
title = '{PAYLOAD}'
publisher = '{PAYLOAD}'
publish = "full"
"""


@pytest.fixture(scope="module")
def index(
    tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder, model: EncoderIdentity
) -> Index:
    sources, handbook, out = (tmp_path_factory.mktemp(name) for name in ("s", "h", "i"))
    texts = {f"{name}.md": text for name, text in PAGES.items()}
    texts |= {"notes.txt": NOTES, "long.txt": LONG, "payload.txt": f"It says {PAYLOAD} here.\n"}
    for name, text in (texts | {"sources.toml": TOML}).items():
        (sources / name).write_text(text, encoding="utf-8")
    (handbook / "visits.md").write_text(ENTRY, encoding="utf-8")
    corpus = load([sources], handbook)
    assert corpus.problems == ()
    build(corpus.documents, out, lambda: encoder, model)
    return Index.load(out, encoder, model)


def client_of(bot: Bot) -> TestClient:
    app = FastAPI()
    app.include_router(source(Desk(bot), "US"))
    return TestClient(app)


@pytest.fixture(scope="module")
def client(index: Index) -> TestClient:
    return client_of(Bot(index))


def passages(document: Document) -> Iterator[tuple[Passage, str]]:
    """Each passage with the query that marks it."""
    for passage in split(document).passages:
        yield passage, f"quote={passage.span.start}-{passage.span.end}"


def found(client: TestClient, address: str, status: int = 200) -> Response:
    response = client.get(address, headers={"Accept-Language": "en"})
    assert response.status_code == status
    return response


class Reader(HTMLParser):
    """What of a page is marked, and what its article says; a block is parted from the next by a space."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.marked = self.article = ""
        self.feed(html)

    def handle_starttag(self, tag: str, _: object) -> None:
        self.inside.append(tag)
        if tag in ("p", "li", "h2", "h3"):
            self.marked += " "
            self.article += " "

    def handle_endtag(self, tag: str) -> None:
        while self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "mark" in self.inside:
            self.marked += data
        if "article" in self.inside:
            self.article += data


def joined(text: str) -> str:
    return " ".join(text.split())


def without_bullets(text: str) -> str:
    return joined(re.sub(r"^\s*(?:[-•]|\d+\.)\s+", " ", text, flags=re.MULTILINE))


def test_the_marked_characters_of_every_passage_are_its_text(
    index: Index, client: TestClient
) -> None:
    compared = 0
    for document in index.documents.values():
        for passage, query in passages(document):
            html = found(client, f"/source/{document.id}?{query}").text
            expected = "" if document.publish == "link" else without_bullets(passage.text)
            assert joined(Reader(html).marked) == expected
            assert html.count('id="quote"') == (1 if expected else 0)
            compared += 1
    assert compared > 30


def test_what_is_shown_in_full_is_the_body_without_its_marks(client: TestClient) -> None:
    html = found(client, "/source/visits").text
    assert joined(Reader(html).article) == (
        "A visit lasts fifty minutes. People come once a week. What to bring Nothing. A coat."
    )
    assert '<ol>\n<li value="1">Nothing.</li>\n<li value="2">A coat.</li>' in html
    assert "<h2>What to bring</h2>" in html


def test_a_handbook_entry_says_that_nobody_reviewed_it_and_what_it_rests_on(
    client: TestClient,
) -> None:
    html = unescape(found(client, "/source/visits").text)
    assert f"{WORDS.page.handbook} · {WORDS.page.not_reviewed}" in html
    assert "<li>Oak & Elm (2020). " in html
    assert WORDS.source.unverified in html


def test_a_title_that_the_text_repeats_stands_once(client: TestClient) -> None:
    html = found(client, "/source/elm-house").text
    assert html.count("Visits at Elm House</h") == 1
    assert f"Elm House · {WORDS.page.reviewed.format(date='2025-01-31')}" in html


def test_of_another_publishers_text_only_the_section_of_the_quote_is_shown(
    index: Index, client: TestClient
) -> None:
    (_, query), *_ = passages(index.documents["notes"])
    html = found(client, f"/source/notes?{query}").text
    assert "Of parrots" in html
    assert "owls" not in html.lower()
    assert WORDS.source.only_quotes in html


def test_of_a_long_section_only_what_is_near_the_quote_is_shown(
    index: Index, client: TestClient
) -> None:
    document = index.documents["long"]
    query = next(query for one, query in passages(document) if one.text.startswith("Paragraph 15"))
    article = Reader(found(client, f"/source/long?{query}").text).article
    assert re.findall(r"Paragraph (\d+)", article) == ["14", "15", "16"]
    assert len(article.split()) <= MOST_AROUND


@pytest.mark.parametrize("asked", ["", "?quote=0-130", "?quote=0-40"])
def test_of_another_publishers_text_no_address_shows_more_than_a_quote(
    client: TestClient, asked: str
) -> None:
    html = found(client, f"/source/notes{asked}").text
    assert "arrots" not in html
    assert WORDS.source.only_link in html
    assert found(client, f"/api/source/notes{asked}").json()["sections"] == []


def test_a_part_of_a_quote_can_be_marked_alone(index: Index, client: TestClient) -> None:
    at = index.documents["notes"].text.index("repeat")
    html = found(client, f"/source/notes?quote={at}-{at + 6}").text
    assert Reader(html).marked.strip() == "repeat"


def test_of_a_link_only_the_link_is_shown(index: Index, client: TestClient) -> None:
    passage, query = next(passages(index.documents["dreams"]))
    html = found(client, f"/source/dreams?{query}").text
    assert "<article" not in html
    start = "%20".join(passage.text.split()[:5])
    assert f'href="https://example.org/dreams#:~:text={start}' in html
    assert WORDS.source.only_link in html


@pytest.mark.parametrize(
    "asked", ["", "1", "x-y", "٣-٩", "9-3", "0-5", "100000-100001", "10000000000-10000000001"]
)
def test_a_quote_that_is_not_there_is_said_to_be_gone(client: TestClient, asked: str) -> None:
    for document in ("visits", "notes", "dreams"):
        html = found(client, f"/source/{document}?quote={asked}").text
        assert "<mark" not in html
        assert WORDS.source.gone in html


def test_a_span_without_words_marks_nothing(index: Index, client: TestClient) -> None:
    at = index.documents["elm-house"].text.index("\n\n")
    html = found(client, f"/source/elm-house?quote={at}-{at + 2}").text
    assert "<mark" not in html
    assert WORDS.source.gone in html


def test_without_a_quote_nothing_is_gone(client: TestClient) -> None:
    assert WORDS.source.gone not in found(client, "/source/visits").text


def test_a_file_that_changed_is_not_shown(
    tmp_path: Path, encoder: SentenceEncoder, model: EncoderIdentity
) -> None:
    (tmp_path / "visits.md").write_text(ENTRY, encoding="utf-8")
    out = tmp_path / "index"
    build(load([], tmp_path).documents, out, lambda: encoder, model)
    client = client_of(Bot(Index.load(out, encoder, model)))
    assert "fifty" in found(client, "/source/visits").text
    (tmp_path / "visits.md").write_text(ENTRY.replace("fifty", "forty"), encoding="utf-8")
    html = found(client, "/source/visits?quote=300-310").text
    assert "fifty" not in html
    assert WORDS.source.gone in html


def test_what_a_document_holds_shows_as_typed(index: Index, client: TestClient) -> None:
    _, query = next(passages(index.documents["payload"]))
    html = found(client, f"/source/payload?{query}").text
    assert "<script" not in html
    assert "<b " not in html
    assert html.count('id="quote"') == 1
    assert joined(Reader(html).marked) == f"It says {PAYLOAD} here."


def test_an_unknown_document_has_a_page_that_does_not_repeat_it(client: TestClient) -> None:
    html = found(client, "/source/nothing%3Cb%3E", 404).text
    assert WORDS.source.missing in html
    assert "tel&#58;988" in html
    assert "nothing<b>" not in unquote(html)
    assert "<b>" not in html
    assert found(client, "/api/source/nothing", 404).json() == {
        "detail": "there is no such document"
    }


def test_a_change_of_what_is_published_is_seen_by_the_next_build(
    tmp_path: Path, encoder: SentenceEncoder, model: EncoderIdentity
) -> None:
    pages, out = tmp_path / "pages", tmp_path / "index"
    pages.mkdir()
    (pages / "notes.txt").write_text(NOTES, encoding="utf-8")
    build(load([pages], None).documents, out, lambda: encoder, model)
    before = manifest.read(out).generation
    (pages / "sources.toml").write_text('[[source]]\nfile = "notes.txt"\npublish = "full"\n')
    assert build(load([pages], None).documents, out, lambda: encoder, model).embedded == 0
    assert manifest.read(out).generation != before
    assert Index.load(out, encoder, model).documents["notes"].publish == "full"


def test_what_the_bot_does_not_quote_has_no_page(
    tmp_path: Path, encoder: SentenceEncoder, model: EncoderIdentity
) -> None:
    (tmp_path / "visits.md").write_text(ENTRY, encoding="utf-8")
    documents = load([], tmp_path, quotes_handbook=False).documents
    build(documents, tmp_path / "index", lambda: encoder, model)
    client = client_of(Bot(Index.load(tmp_path / "index", encoder, model)))
    found(client, "/source/visits", 404)
    found(client, "/api/source/visits", 404)


def test_while_the_index_is_loading_it_says_when_to_come_back() -> None:
    client = client_of(Bot())
    for address in ("/source/visits", "/api/source/visits"):
        assert found(client, address, 503).headers["Retry-After"] == "5"
    assert WORDS.source.busy in found(client, "/source/visits", 503).text


def test_the_page_speaks_the_browsers_language_unless_the_address_names_one(
    client: TestClient,
) -> None:
    spanish = {"Accept-Language": "es-MX, en;q=0.5"}
    page = client.get("/source/visits", headers=spanish)
    assert page.headers["Vary"] == "Accept-Language"
    assert '<html lang="es">' in page.text
    assert '<article lang="en">' in page.text
    assert words("es").safety.back in page.text
    assert '<html lang="en">' in client.get("/source/visits?lang=en", headers=spanish).text


def test_the_page_has_the_constant_line_a_way_back_and_no_script(
    index: Index, client: TestClient
) -> None:
    _, query = next(passages(index.documents["visits"]))
    html = found(client, f"/source/visits?{query}").text
    assert html.index("tel&#58;988") < html.index("<main")
    assert f'<a href="/chat/?lang=en">{WORDS.safety.back}</a>' in html
    assert f'href="/source/visits?{query}&amp;lang=es#quote"' in html
    assert '<meta name="robots" content="noindex">' in html
    assert "<script" not in html


def test_the_api_tells_the_same(index: Index, client: TestClient) -> None:
    document = index.documents["elm-house"]
    passage, query = next(
        pair for pair in passages(document) if pair[0].text == "Most people come once a week."
    )
    told = found(client, f"/api/source/elm-house?{query}").json()
    assert told["marked"] == [[passage.span.start, passage.span.end]]
    assert (told["url"], told["publish"]) == ("https://example.org/visits", "full")
    assert (told["reviewed"], told["publisher"]) == ("2025-01-31", "Elm House")
    headings = [section["heading"] for section in told["sections"]]
    assert headings == ["Visits at Elm House", "What does it help with?", "Who are we?"]
    for section in told["sections"]:
        span = Span(start=section["start"], end=section["end"], cuts=section["cuts"])
        assert span.of(document.text) == section["text"]


def test_what_a_quote_leaves_out_is_shown_but_not_marked() -> None:
    text = "One.1 Two. Three."
    quote = Span(start=0, end=10, cuts=((4, 5),))
    taken = pieces(text, Span(start=0, end=17), ranges(quote))
    assert [(piece.text, piece.is_marked) for piece in taken] == [
        ("One.", True),
        ("1", False),
        (" Two.", True),
        (" Three.", False),
    ]


def test_what_the_page_leaves_out_does_not_part_a_mark() -> None:
    text = "a **b** c"
    taken = pieces(text, Span(start=0, end=9, cuts=((2, 4), (5, 7))), [(0, 9)])
    assert [piece.text for piece in taken] == ["a b c"]


@pytest.mark.parametrize(
    ("text", "cuts", "fragment"),
    [
        ("It helps, a bit.", (), "It%20helps%2C%20a%20bit."),
        ("Give & take, self-made.", (), "Give%20%26%20take%2C%20self%2Dmade."),
        ("¿Ayuda?", (), "%C2%BFAyuda%3F"),
        ("1 2 3 4 5 6 7 8 9 10 11", (), "1%202%203%204%205,7%208%209%2010%2011"),
        ("It helps:\n\n- a\n- b c", (), "It%20helps%3A,b%20c"),
        ("One word.1 Two.", ((9, 10),), "One%20word.,Two."),
        ("One **word** here.", ((4, 6), (10, 12)), "One%20word%20here."),
    ],
)
def test_the_original_is_opened_at_the_quotes_words(
    text: str, cuts: tuple[tuple[int, int], ...], fragment: str
) -> None:
    quote = Span(start=0, end=len(text), cuts=cuts)
    assert original("https://a.org/b", text, quote) == f"https://a.org/b#:~:text={fragment}"


def test_an_address_with_a_fragment_keeps_it() -> None:
    assert original("http://a.org/#c", "Yes.", Span(start=0, end=4)) == (
        "http://a.org/#c:~:text=Yes."
    )
    assert original("http://a.org/", "Yes.", None) == "http://a.org/"


@pytest.mark.parametrize("url", [None, "javascript:alert(1)", " https://a.org", "data:text/html,x"])
def test_only_web_addresses_are_opened(url: str | None) -> None:
    assert original(url, "Yes.", Span(start=0, end=4)) is None
