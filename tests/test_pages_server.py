import asyncio
import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.answer import Bot
from bot.pages.guard import MAX_BODY
from bot.pages.server import web_app
from bot.pages.warming import Desk
from bot.wording.words import words
from index.search import Index

JOIN = "/chat/gradio_api/queue/join"


def client_of(desk: Desk, country: str = "US") -> TestClient:
    async def app() -> FastAPI:
        return web_app(desk, country)

    # Outside of a running loop, Gradio makes loops that it never closes.
    return TestClient(asyncio.run(app()), base_url="http://127.0.0.1")


@pytest.fixture(scope="module")
def warming() -> Iterator[TestClient]:
    """The page while nothing is loaded yet."""
    with client_of(Desk(Bot())) as client:
        yield client


@pytest.fixture
def ready(tiny_index: Index) -> Iterator[TestClient]:
    """The page with three invented documents behind it."""
    desk = Desk(Bot())
    desk.open(lambda: Bot(tiny_index))
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
def test_the_standing_line_follows_the_country(country: str, line: str) -> None:
    with client_of(Desk(Bot()), country) as client:
        shown = [part["props"].get("value") for part in config_of(client)["components"]]
    assert any(isinstance(text, str) and line in unescape(text) for text in shown)


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
