import asyncio
import re
from collections.abc import AsyncIterator, Iterator

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient
from starlette.types import Message, Scope

from bot.answer import Bot
from bot.pages.metrics import Metrics
from bot.pages.monitoring import Access, monitoring
from bot.pages.requests import Requests
from bot.pages.warming import Desk
from bot.reply import Crisis, Helpline, NotFound

LOCAL = ("127.0.0.1", 50000)


def value(metrics: Metrics, name: str, **labels: str) -> float:
    """One sample, 0 if it was never counted."""
    families = text_string_to_metric_families(metrics.exposition().decode())
    samples = [sample for family in families for sample in family.samples]
    found = [one.value for one in samples if (one.name, one.labels) == (name, labels)]
    return found[0] if found else 0.0


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(Desk(Bot()), waiting=lambda: 3, generation=lambda: "5eed")


def client_of(desk: Desk, access: Access = "local", client: tuple[str, int] = LOCAL) -> TestClient:
    app = FastAPI()
    app.include_router(monitoring(desk, Metrics(desk), access))
    return TestClient(app, base_url="http://127.0.0.1", client=client)


@pytest.fixture
def small(metrics: Metrics) -> Iterator[TestClient]:
    """Three addresses behind the middleware: one with a name in it, one mounted, one that fails."""

    async def named(_: object) -> PlainTextResponse:
        return PlainTextResponse("twelve bytes")

    async def broken(_: object) -> PlainTextResponse:
        raise ValueError("xyzzy")

    inner = Starlette(routes=[Route("/in/{name}", named)])
    routes = [Route("/by/{name}", named), Route("/broken", broken), Mount("/chat", inner)]
    app = Requests(Starlette(routes=routes), metrics, pages=frozenset({"/page/"}))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_a_reply_is_counted_by_way_kind_and_level(metrics: Metrics) -> None:
    metrics.replied("api", NotFound(message="no"), 0.2)
    metrics.replied("chat", NotFound(message="no"), 0.2)
    assert value(metrics, "faq_replies_total", way="api", kind="not_found", level="none") == 1


def test_a_reply_s_seconds_fall_into_their_bucket(metrics: Metrics) -> None:
    for seconds in (0.004, 0.2, 20):
        metrics.replied("api", NotFound(message="no"), seconds)
    bucket = "faq_reply_seconds_bucket"
    assert value(metrics, bucket, way="api", le="0.005") == 1
    assert value(metrics, bucket, way="api", le="0.25") == 2
    assert value(metrics, bucket, way="api", le="10.0") == 2
    assert value(metrics, "faq_reply_seconds_count", way="api") == 3


def test_human_lines_are_counted_where_they_are_shown(metrics: Metrics) -> None:
    line = Helpline(name="988", call="988")
    metrics.replied("chat", Crisis(message="call", level="emergency", helplines=(line,)), 0.1)
    metrics.replied("chat", NotFound(message="no"), 0.1)
    metrics.carded("screen", "crisis")
    assert value(metrics, "faq_cards_total", place="chat", level="emergency") == 1
    assert value(metrics, "faq_cards_total", place="chat", level="none") == 0
    assert value(metrics, "faq_cards_total", place="screen", level="crisis") == 1


def test_gauges_tell_what_is_so_when_they_are_asked() -> None:
    desk = Desk(Bot())
    metrics = Metrics(desk, waiting=lambda: 3, generation=lambda: "5eed")
    assert value(metrics, "faq_ready") == 0
    desk.open(Bot)
    desk.wait(10)
    assert value(metrics, "faq_ready") == 1
    assert value(metrics, "faq_waiting_messages") == 3
    assert b'index="5eed"' in metrics.exposition()


def test_no_second_of_a_first_card_is_told(metrics: Metrics) -> None:
    metrics.carded("chat", "crisis")
    assert b"_created" not in metrics.exposition()


def test_two_apps_count_apart(metrics: Metrics) -> None:
    metrics.refused(429)
    other = Metrics(Desk(Bot()))
    assert value(metrics, "faq_refusals_total", status="429") == 1
    assert value(other, "faq_refusals_total", status="429") == 0


@pytest.mark.parametrize(
    ("path", "route", "status"),
    [
        ("/by/xyzzy", "/by/{name}", "2xx"),
        ("/chat/in/xyzzy", "/chat/in/{name}", "2xx"),
        ("/xyzzy", "other", "4xx"),
        ("/page/", "/page/", "4xx"),
        ("/broken", "/broken", "5xx"),
    ],
)
def test_a_request_is_counted_by_its_template(
    small: TestClient, metrics: Metrics, path: str, route: str, status: str
) -> None:
    small.get(path)
    assert value(metrics, "faq_requests_total", route=route, status=status) == 1
    assert b"xyzzy" not in metrics.exposition()


def test_a_refusal_is_counted_by_its_status(small: TestClient, metrics: Metrics) -> None:
    small.get("/nothing")
    small.post("/broken")
    small.get("/broken")
    for status in ("404", "405", "500"):
        assert value(metrics, "faq_refusals_total", status=status) == 1


def test_a_stream_passes_piece_by_piece(metrics: Metrics) -> None:
    """The second piece is only made once the first has arrived."""
    arrived = asyncio.Event()

    async def pieces() -> AsyncIterator[str]:
        yield "first"
        await asyncio.wait_for(arrived.wait(), 5)
        yield "second"

    async def send(message: Message) -> None:
        if message.get("body") == b"first":
            arrived.set()

    async def receive() -> Message:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def endpoint(_: object) -> StreamingResponse:
        return StreamingResponse(pieces())

    app = Requests(Starlette(routes=[Route("/", endpoint)]), metrics)
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": [],
        "query_string": b"",
    }
    asyncio.run(app(scope, receive, send))
    assert value(metrics, "faq_requests_total", route="/", status="2xx") == 1


@pytest.mark.parametrize("given", ["", "with space", "x" * 65, "öl", "a\tb", "<script>"])
def test_an_id_that_is_no_plain_word_is_replaced(small: TestClient, given: str) -> None:
    told = small.get("/by/me", headers={b"x-request-id": given.encode()}).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{16}", told)


def test_a_plain_id_is_kept(small: TestClient) -> None:
    given = {"x-request-id": "Ab-9_" * 12}
    assert small.get("/by/me", headers=given).headers["x-request-id"] == "Ab-9_" * 12


def test_ready_says_when_to_ask_again() -> None:
    desk = Desk(Bot())
    client = client_of(desk)
    early = client.get("/ready")
    assert (early.status_code, early.headers["retry-after"]) == (503, "5")
    desk.open(Bot)
    desk.wait(10)
    ready = client.get("/ready")
    assert (ready.status_code, ready.json()) == (200, {"ready": True})
    assert "retry-after" not in ready.headers


def test_a_broken_index_is_not_asked_for_every_few_seconds() -> None:
    desk = Desk(Bot())

    def fail() -> Bot:
        raise OSError

    desk.open(fail)
    desk.wait(10)
    assert client_of(desk).get("/ready").headers["retry-after"] == "60"


def test_metrics_are_for_this_machine() -> None:
    assert client_of(Desk(Bot())).get("/metrics").status_code == 200


@pytest.mark.parametrize("address", ["10.0.0.9", "192.168.1.4", "::2", "testclient"])
def test_metrics_are_not_for_other_machines(address: str) -> None:
    refused = client_of(Desk(Bot()), client=(address, 1)).get("/metrics")
    assert refused.status_code == 403
    assert "faq_ready" not in refused.text


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip"])
def test_metrics_are_not_for_those_behind_a_proxy(header: str) -> None:
    asked = client_of(Desk(Bot())).get("/metrics", headers={header: "127.0.0.1"})
    assert asked.status_code == 403


def test_metrics_are_not_for_a_name_that_was_pointed_here() -> None:
    asked = client_of(Desk(Bot())).get("/metrics", headers={"host": "evil.example"})
    assert asked.status_code == 403


def test_metrics_can_be_opened_or_closed() -> None:
    elsewhere = ("10.0.0.9", 1)
    assert client_of(Desk(Bot()), "open", elsewhere).get("/metrics").status_code == 200
    assert client_of(Desk(Bot()), "off").get("/metrics").status_code == 404
