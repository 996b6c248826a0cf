import asyncio
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.answer import Bot
from bot.pages.guard import MAX_BODY
from bot.pages.server import web_app
from bot.pages.warming import Desk
from bot.safety.told import compile_phrases
from bot.settings import Settings
from bot.wording.words import words
from corpus.document import Language
from index.search import Index

JOIN = "/chat/gradio_api/queue/join"


def client_of(desk: Desk, **settings: Any) -> TestClient:
    async def app() -> FastAPI:
        return web_app(desk, Settings.model_validate({"counts": None, **settings}))

    # Outside of a running loop, Gradio makes loops that it never closes.
    return TestClient(asyncio.run(app()), base_url="http://127.0.0.1")


@pytest.fixture(scope="module")
def warming() -> Iterator[TestClient]:
    """The page while nothing is loaded yet."""
    with client_of(Desk(Bot())) as client:
        yield client


@pytest.fixture
def ready(unchanged_index: Index) -> Iterator[TestClient]:
    """The page with three invented documents behind it, a second after its start."""
    compile_phrases()
    desk = Desk(Bot())
    desk.open(lambda: Bot(unchanged_index))
    desk.wait(10)
    with client_of(desk) as client:
        yield client


def config_of(client: TestClient) -> Any:
    page = client.get("/chat/").text
    found = re.search(r"window\.gradio_config = (\{.*?\});</script>", page, re.DOTALL)
    assert found
    return json.loads(found[1])


def answer(client: TestClient, question: str) -> str:
    """The last reply, asked as a browser does: joins the queue and reads its stream."""
    events = config_of(client)["dependencies"]
    (asking,) = [e for e in events if any(name == "submit" for _, name in e["targets"])]
    call = {"data": [question, None], "fn_index": asking["id"], "session_hash": "visitor"}
    assert client.post(JOIN, json=call).status_code == 200
    stream = client.get("/chat/gradio_api/queue/data", params={"session_hash": "visitor"}).text
    messages = [json.loads(line[6:]) for line in stream.splitlines() if line.startswith("data: ")]
    (done,) = [m for m in messages if m["msg"] == "process_completed"]
    assert done["success"], done
    shown = next(m for m in messages if m["msg"] == "process_generating")["output"]["data"][1]
    return unescape(shown[-1]["content"][0]["text"])


def test_the_first_address_leads_to_the_chat(warming: TestClient) -> None:
    assert warming.get("/", follow_redirects=False).headers["location"] == "/chat/"


def test_the_page_is_served_before_the_model_is_ready(warming: TestClient) -> None:
    page = warming.get("/chat/")
    assert page.status_code == 200
    assert words("en").page.title in page.text
    assert warming.get("/health").json() == {"status": "warming", "search": False, "reason": None}


def test_a_card_is_shown_before_the_model_is_ready(warming: TestClient) -> None:
    shown = answer(warming, "I want to kill myself")
    assert "tel:988" in shown
    assert "tel:911" in shown


def test_a_question_is_answered_by_a_marked_quote(ready: TestClient) -> None:
    assert ready.get("/health").json() == {"status": "ready", "search": True, "reason": None}
    assert re.search(r"<mark>[^<]*fifty minutes\.</mark>", answer(ready, "How long is a visit?"))


@pytest.mark.parametrize(("country", "line"), [("US", "tel:988"), ("FR", "findahelpline.com")])
def test_the_constant_line_stands_in_the_page_as_served(country: str, line: str) -> None:
    with client_of(Desk(Bot()), country=country) as client:
        page = unescape(client.get("/chat/").text)
    body = page[page.index("<body") :]
    assert line in body[: body.index("<noscript")]
    assert line in body[body.index("<noscript") : body.index("</noscript>")]
    assert body.index("</noscript>") < body.index("<gradio-app")
    assert 'href="/safety"' in body


@pytest.mark.parametrize(
    "path",
    [
        "/chat/config",
        "/chat/gradio_api/info",
        "/chat/gradio_api/file=/etc/passwd",
        "/chat/gradio_api/proxy=https://example.org/",
        "/chat/gradio_api/runs",
        "/chat/gradio_api/app_id",
        "/chat/gradio_api/vibe-code",
        "/chat/monitoring/summary",
        "/chat//gradio_api/info",
        "/openapi.json",
        "/docs",
    ],
)
def test_what_the_page_does_not_need_is_not_there(warming: TestClient, path: str) -> None:
    assert warming.get(path).status_code == 404


def screened(client: TestClient, *turns: str) -> Any:
    return client.post("/screen", json={"turns": turns})


def test_the_screen_answers_with_a_card_or_with_nothing(warming: TestClient) -> None:
    found = screened(warming, "I want to kill myself")
    assert found.status_code == 200
    assert "tel:988" in unescape(found.text)
    assert screened(warming, "How long is a visit?").status_code == 204
    assert screened(warming, "I want to kill myself", "How long is a visit?").status_code == 204


@pytest.mark.parametrize("body", ["{}", '{"turns": []}', '{"turns": "xyzzy"}', "xyzzy"])
def test_what_the_screen_cannot_read_is_refused_without_its_words(
    warming: TestClient, body: str
) -> None:
    refused = warming.post("/screen", content=body)
    assert refused.status_code == 422
    assert "xyzzy" not in refused.text


def test_a_card_does_not_wait_behind_those_who_wait_for_the_model() -> None:
    with client_of(Desk(Bot()), rate=1000) as client:
        events = config_of(client)["dependencies"]
        (asking,) = [e for e in events if any(name == "submit" for _, name in e["targets"])]
        for visitor in range(100):
            call = {"data": ["How long?", None], "fn_index": asking["id"]}
            client.post(JOIN, json={**call, "session_hash": f"v{visitor}"})
        assert "tel:988" in unescape(screened(client, "I want to kill myself").text)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/chat/config", 404),
        ("GET", "/chat/assets/nothing.js", 404),
        ("DELETE", "/chat/", 405),
        ("POST", "/health", 411),
    ],
)
def test_every_refusal_says_whom_to_call(
    warming: TestClient, method: str, path: str, status: int
) -> None:
    body = iter([b"{}"]) if status == 411 else None
    for accept in ("application/json", "text/html", "*/*"):
        refused = warming.request(method, path, content=body, headers={"accept": accept})
        assert refused.status_code == status
        assert "Call 911" in re.sub("<[^>]*>", "", refused.text)


def test_a_person_who_lost_the_way_is_shown_a_page_with_links(warming: TestClient) -> None:
    page = warming.get("/nothing", headers={"accept": "text/html,*/*"})
    assert page.headers["content-type"].startswith("text/html")
    assert "tel:988" in unescape(page.text)


def test_a_failure_says_whom_to_call_and_keeps_the_words_to_itself(
    warming: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("xyzzy")

    monkeypatch.setattr("bot.pages.screening.card_html", fail)
    failed = screened(warming, "I want to kill myself xyzzy")
    assert failed.status_code == 500
    assert "911" in failed.text
    assert "ValueError" in caplog.text
    assert "xyzzy" not in failed.text + caplog.text


@pytest.mark.parametrize(("path", "language"), [("/safety", "en"), ("/safety/es", "es")])
def test_the_page_about_danger_is_public(
    warming: TestClient, path: str, language: Language
) -> None:
    page = warming.get(path)
    assert page.status_code == 200
    assert words(language).safety.title in unescape(page.text)


def test_a_message_is_counted_once_though_it_is_screened_twice(tmp_path: Path) -> None:
    counts = tmp_path / "counts.jsonl"
    with client_of(Desk(Bot()), counts=counts) as client:
        screened(client, "I want to kill myself")
        answer(client, "I want to kill myself")
    assert len(counts.read_text().splitlines()) == 1


def test_nothing_can_be_uploaded(warming: TestClient) -> None:
    assert warming.post("/chat/gradio_api/upload", files={"files": b"x"}).status_code == 404


def test_a_large_body_is_refused_without_its_words(warming: TestClient) -> None:
    refused = warming.post(JOIN, content=b"secret" * MAX_BODY)
    assert refused.status_code == 413
    assert "secret" not in refused.text


def test_a_body_of_unknown_length_is_refused(warming: TestClient) -> None:
    assert warming.post(JOIN, content=iter([b"{}"])).status_code == 411


def test_other_methods_are_refused(warming: TestClient) -> None:
    assert warming.delete("/chat/").status_code == 405


def test_a_query_cannot_load_a_saved_state(warming: TestClient) -> None:
    page = warming.get("/chat/", params={"deep_link": "a" * 20, "page": "other"})
    assert page.status_code == 200
    assert '"deep_link_state":"none"' in page.text.replace(": ", ":")


def test_every_script_of_the_page_has_the_nonce_of_its_policy(warming: TestClient) -> None:
    pages = [warming.get("/chat/", headers={"accept-encoding": "gzip"}) for _ in range(2)]
    nonces = [
        re.findall("'nonce-([^']+)'", page.headers["content-security-policy"]) for page in pages
    ]
    assert nonces[0] != nonces[1]
    for page, nonce in zip(pages, nonces, strict=True):
        assert set(re.findall(r"<script(?:\s+nonce=\"([^\"]*)\")?", page.text)) == set(nonce)


def test_headers_are_on_refusals_too(warming: TestClient) -> None:
    for path in ("/chat/", "/health", "/chat/config"):
        headers = warming.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]


def test_no_cookie_is_set_and_no_other_site_is_let_in(warming: TestClient) -> None:
    answered = warming.get(
        "/chat/", headers={"origin": "https://example.org", "host": "faq.example"}
    )
    assert "set-cookie" not in answered.headers
    assert "access-control-allow-origin" not in answered.headers


def test_a_page_that_is_only_asked_for_its_head_has_no_body(warming: TestClient) -> None:
    head = warming.head("/chat/")
    assert head.status_code == 200
    assert head.content == b""
