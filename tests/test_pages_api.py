import asyncio
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.answer import Bot
from bot.pages.api_models import Asked
from bot.pages.bodies import MAX_MESSAGE, Body
from bot.pages.server import web_app
from bot.pages.warming import Desk
from bot.settings import Settings
from index.search import Index

ROOT = Path(__file__).parents[1]
DANGER = "I want to kill myself"
SECRET = "zyzzyva"


def client_of(desk: Desk, **settings: Any) -> TestClient:
    async def app() -> FastAPI:
        return web_app(desk, Settings.model_validate({"counts": None, **settings}))

    return TestClient(asyncio.run(app()), base_url="http://127.0.0.1")


def ready(index: Index) -> Desk:
    desk = Desk(Bot())
    desk.open(lambda: Bot(index))
    desk.wait(10)
    return desk


@pytest.fixture
def client(unchanged_index: Index) -> Iterator[TestClient]:
    with client_of(ready(unchanged_index)) as client:
        yield client


def asked(client: TestClient, *turns: str, **rest: Any) -> Any:
    return client.post("/api/ask", json={"turns": turns, **rest})


def test_a_reply_is_the_line_that_the_command_line_writes(client: TestClient) -> None:
    found = asked(client, "Hello", "How long is a visit?")
    jsonschema.validate(found.json(), json.loads((ROOT / "docs/reply.schema.json").read_text()))
    assert found.json()["kind"] == "quoted"
    assert found.json()["turn"] == 1
    assert "fifty minutes" in found.json()["quotes"][0]["text"]


def test_a_request_id_comes_back_with_the_reply(client: TestClient) -> None:
    headers = {"x-request-id": "abc-1"}
    found = client.post("/api/ask", json={"turns": ["How long is a visit?"]}, headers=headers)
    assert found.json()["id"] == "abc-1"


def test_what_was_highest_in_turns_left_out_is_kept_up(client: TestClient) -> None:
    overdose = asked(
        client, "How long is a visit?", level="emergency", category="overdose_poisoning"
    )
    assert (overdose.json()["kind"], overdose.json()["level"]) == ("crisis", "emergency")
    told = asked(client, "How long is a visit?", level="crisis", category="suicide").json()
    assert (told["kind"], told["level"]) == ("quoted", "concern")


def test_a_turn_whose_card_was_seen_is_answered_beside_its_lines(client: TestClient) -> None:
    turns = ["I want to die. How long is a visit at Elm House?"]
    assert client.post("/api/ask", json={"turns": turns}).json()["kind"] == "crisis"
    found = client.post("/api/ask", json={"turns": turns, "card_seen": True}).json()
    assert (found["kind"], found["level"]) == ("quoted", "concern")
    assert found["helplines"]


def test_the_screen_tells_the_level_and_the_card(client: TestClient) -> None:
    danger = client.post("/api/screen", json={"turns": [DANGER]}).json()
    assert danger["level"] in ("crisis", "emergency")
    assert danger["card"]["helplines"][0]["call"] == "988"
    calm = client.post("/api/screen", json={"turns": ["How long is a visit?"]}).json()
    assert calm == {
        "level": "none",
        "category": None,
        "language": "en",
        "helplines": [],
        "card": None,
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"turns": []}',
        b'{"turns": "zyzzyva"}',
        b'{"turns": [1]}',
        b'{"turns": ["zyzzyva"], "secret": 1}',
        b'{"turns": ["zyzzyva"], "language": "fr"}',
        json.dumps({"turns": [SECRET] * 41}).encode(),
        b"\xff\xfe zyzzyva",
        b"zyzzyva" * 5_000,
    ],
)
@pytest.mark.parametrize("path", ["/api/ask", "/api/screen", "/screen", "/api/helpful"])
def test_what_cannot_be_read_is_refused_without_its_words(
    client: TestClient, path: str, body: bytes
) -> None:
    refused = client.post(path, content=body)
    assert refused.status_code == (413 if len(body) > MAX_MESSAGE else 422)
    assert SECRET not in refused.text
    assert "988" in refused.json()["help"]


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"turns": [DANGER]})[:-2].encode(),
        json.dumps({"turns": [DANGER], "unknown": 1}).encode(),
        json.dumps({"turns": ["So it is. " * 2_000 + DANGER]}).encode(),
        json.dumps(
            {"turns": ["Quiero suicidarme esta noche, ya no aguanto más ñ"], "x": 1}
        ).encode(),
        DANGER.encode() + b" " * 100_000,
        urlencode({"turns": "Quiero suicidarme esta noche, ya no aguanto más"}).encode(),
    ],
)
def test_danger_in_what_cannot_be_read_still_gets_its_card(client: TestClient, body: bytes) -> None:
    assert client.post("/api/ask", content=body).json()["kind"] == "crisis"
    assert client.post("/api/screen", content=body).json()["card"]["kind"] == "crisis"


def test_over_the_rate_only_a_card_comes(unchanged_index: Index) -> None:
    with client_of(ready(unchanged_index), rate=2) as client:
        statuses = [asked(client, "How long is a visit?").status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        refused = asked(client, SECRET)
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert SECRET not in refused.text
        assert asked(client, DANGER).json()["kind"] == "crisis"
        assert client.get("/health").status_code == 200


def test_all_addresses_together_have_a_rate_too(unchanged_index: Index) -> None:
    with client_of(ready(unchanged_index), rate=9, rate_overall=1) as client:
        statuses = [asked(client, "How long is a visit?").status_code for _ in range(2)]
    assert statuses == [200, 429]


def test_a_card_does_not_wait_for_the_model_and_a_question_does(unchanged_index: Index) -> None:
    gate = threading.Event()
    desk = Desk(Bot())
    desk.open(lambda: Bot(unchanged_index) if gate.wait(10) else Bot())
    with client_of(desk) as client:
        assert asked(client, DANGER).json()["kind"] == "crisis"
        threading.Timer(0.5, gate.set).start()
        assert asked(client, "How long is a visit?").json()["kind"] == "quoted"


def test_only_a_named_site_may_call(unchanged_index: Index) -> None:
    with client_of(ready(unchanged_index), sites=("https://clinic.example",)) as client:
        for origin, allowed in (("https://clinic.example", True), ("https://evil.example", False)):
            found = client.options(
                "/api/ask",
                headers={
                    "origin": origin,
                    "access-control-request-method": "POST",
                    "access-control-request-headers": "content-type",
                },
            )
            assert (found.headers.get("access-control-allow-origin") == origin) == allowed
            assert "access-control-allow-credentials" not in found.headers


def test_what_helped_is_counted_without_any_words(unchanged_index: Index, tmp_path: Path) -> None:
    counts = tmp_path / "counts.jsonl"
    told = {"helpful": True, "kind": "quoted", "document": "elm-house", "level": "none"}
    with client_of(ready(unchanged_index), counts=counts) as client:
        assert client.post("/api/helpful", json=told).status_code == 204
        for wrong in ({**told, "document": SECRET}, {**told, "kind": SECRET}):
            assert client.post("/api/helpful", json=wrong).status_code == 422
    (line,) = map(json.loads, counts.read_text().splitlines())
    del line["date"]
    assert line == {"helpful": True, "reply": "quoted", "document": "elm-house", "level": "none"}


def test_the_api_is_described(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()
    assert {"/api/ask", "/api/screen", "/api/helpful"} <= set(described["paths"])
    assert all(path.startswith("/api/") for path in described["paths"])
    body = described["paths"]["/api/ask"]["post"]["requestBody"]["content"]["application/json"]
    assert set(body["schema"]["properties"]) == set(Asked.model_fields)


@pytest.mark.parametrize(
    "text",
    [
        '\\"' * 16_000 + "\\",
        " ".join(f"{a}{b}*x" for a in "abcdefgh" for b in "abcdefghijklmnop") * 6,
        "suicidal " * 440,
        "kill myself " * 330,
    ],
    ids=["escapes", "starred words", "one word", "two words"],
)
def test_no_text_holds_the_phrases_up(text: str) -> None:
    """A card of somebody else waits for as long as this takes."""
    bot = Bot()
    bot.reply(["I want to die, s*icidal"])
    start = time.process_time()
    Body(text.encode(), False).words  # noqa: B018
    bot.reply([text[:4_000]])
    assert time.process_time() - start < 1


def test_danger_at_either_end_of_a_body_that_is_far_too_long_is_seen(
    client: TestClient,
) -> None:
    turns = ["So it is. " * 150] * 50
    for body in ([*turns, DANGER], [DANGER, *turns]):
        found = client.post("/api/ask", content=json.dumps({"turns": body}))
        assert found.json()["kind"] == "crisis"


def test_half_a_surrogate_pair_is_taken(client: TestClient) -> None:
    found = client.post("/api/ask", content='{"turns": ["How long is a visit? \\ud800"]}')
    assert found.json()["kind"] == "quoted"


def test_a_message_to_the_page_is_made_of_texts_alone(client: TestClient) -> None:
    """Of any object, Gradio would fetch the file that it names."""
    file = {"path": "/etc/hostname", "meta": {"_type": "gradio.FileData"}}
    for data in ([file, None], [[file]], {"a": 1}, [1]):
        call = {"fn_index": 0, "session_hash": "a", "data": data}
        assert client.post("/chat/gradio_api/queue/join", json=call).status_code == 422


@pytest.mark.parametrize("before", [(), ("So it is. " * 200,)])
def test_no_two_cards_of_a_conversation_are_the_same(
    client: TestClient, before: tuple[str, ...]
) -> None:
    turns = [*before, "I am going to kill myself tonight"]
    first = asked(client, *turns).json()
    second = asked(client, *turns, "I will kill myself now").json()
    assert (first["level"], second["level"]) == ("emergency", "emergency")
    assert first["message"] != second["message"]


def test_a_site_can_read_why_it_was_refused(unchanged_index: Index) -> None:
    with client_of(ready(unchanged_index), sites=("https://clinic.example",)) as client:
        origin = {"origin": "https://clinic.example"}
        for path, status in (("/chat/gradio_api/queue/join", 413), ("/api/ask", 413)):
            refused = client.post(path, content=b"x" * 20_000, headers=origin)
            assert refused.status_code == status
            assert refused.headers["access-control-allow-origin"] == origin["origin"]
