import asyncio
import json
import logging
import re
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from bot import logs
from bot.answer import Bot
from bot.pages.metrics import Metrics
from bot.pages.requests import Requests
from bot.pages.server import web_app
from bot.pages.warming import Desk
from bot.settings import Settings

log = logging.getLogger("bot.example")
Capture = pytest.CaptureFixture[str]
Opened = Callable[[], TestClient]


@pytest.fixture(autouse=True)
def restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What `configure` changes in this process is undone."""
    root, others = logging.getLogger(), ("uvicorn.error", "bot.pages.requests")
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    monkeypatch.setattr(traceback, "print_exc", traceback.print_exc)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    yield
    logging.captureWarnings(False)
    root.handlers = handlers
    root.setLevel(level)
    for name in others:
        logging.getLogger(name).setLevel(logging.NOTSET)


def lines(capsys: Capture) -> list[str]:
    return capsys.readouterr().err.splitlines()


def record(capsys: Capture) -> dict[str, object]:
    """The one line that was written, as JSON."""
    (line,) = lines(capsys)
    return dict(json.loads(line))


def fail(text: str) -> None:
    raise ValueError(text)


def test_a_line_for_machines_has_time_level_logger_and_message(capsys: Capture) -> None:
    logs.configure("json")
    log.warning("%s helplines", 3)
    written = record(capsys)
    told = datetime.fromisoformat(str(written.pop("timestamp")))
    assert told.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - told) < timedelta(minutes=1)
    assert written == {
        "level": "WARNING",
        "logger": "bot.example",
        "message": "3 helplines",
        "request": None,
    }


def test_a_line_for_people_has_level_logger_and_message(capsys: Capture) -> None:
    logs.configure("text")
    log.warning("%s helplines", 3)
    assert lines(capsys) == ["WARNING bot.example: 3 helplines"]


def test_configuring_again_does_not_write_twice(capsys: Capture) -> None:
    logs.configure("text")
    logs.configure("json")
    log.warning("once")
    assert record(capsys)["message"] == "once"


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_event_is_one_line(form: logs.Form, capsys: Capture) -> None:
    logs.configure(form)
    log.warning("first\nsecond\r\nthird\u2028fourth")
    assert len(lines(capsys)) == 1


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_error_is_told_by_type_and_place_alone(form: logs.Form, capsys: Capture) -> None:
    logs.configure(form)
    try:
        fail("xyzzy")
    except ValueError:
        log.exception("a reply failed")
    (line,) = lines(capsys)
    assert "ValueError at " in line
    assert "test_bot_logs.py:" in line
    assert "xyzzy" not in line


def test_what_a_library_adds_to_a_record_is_left_out(capsys: Capture) -> None:
    logs.configure("json")
    logging.getLogger("library").warning("busy", extra={"question": "xyzzy"})
    assert "question" not in record(capsys)


def test_an_error_that_a_library_prints_is_a_line_without_its_message(capsys: Capture) -> None:
    logs.configure("json")
    try:
        fail("xyzzy")
    except ValueError:
        traceback.print_exc()
    assert "ValueError at " in str(record(capsys)["message"])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_that_ends_a_thread_is_a_line_without_its_message(capsys: Capture) -> None:
    logs.configure("text")
    thread = threading.Thread(target=fail, args=("xyzzy",))
    thread.start()
    thread.join()
    (line,) = lines(capsys)
    assert "ValueError at " in line
    assert "xyzzy" not in line


@pytest.fixture
def uvicorn_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[logging.Logger]:
    """As it is in a new process, whatever the servers of other tests made of it."""
    above, log = logging.getLogger("uvicorn"), logging.getLogger("uvicorn.error")
    monkeypatch.setattr(above, "handlers", [])
    for logger in (above, log):
        monkeypatch.setattr(logger, "propagate", True)
        monkeypatch.setattr(logger, "disabled", False)
    level = log.level
    log.setLevel(logging.NOTSET)
    yield log
    log.setLevel(level)


def test_a_warning_of_python_s_is_a_line(capsys: Capture) -> None:
    logs.configure("json")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("old way", DeprecationWarning, stacklevel=1)
    assert record(capsys)["logger"] == "py.warnings"


def test_uvicorn_tells_its_address_and_other_libraries_only_warn(
    capsys: Capture, uvicorn_log: logging.Logger
) -> None:
    logs.configure("text")
    uvicorn_log.info("running")
    logging.getLogger("httpx").info("xyzzy")
    assert lines(capsys) == ["INFO uvicorn.error: running"]


def test_a_line_carries_its_request_and_a_later_one_does_not(capsys: Capture) -> None:
    logs.configure("text")
    with logs.in_request("abc"):
        log.warning("within")
    log.warning("after")
    assert lines(capsys) == ["WARNING bot.example: within [abc]", "WARNING bot.example: after"]


def test_what_a_request_left_running_does_not_speak_in_its_name(capsys: Capture) -> None:
    async def later(gate: asyncio.Event) -> None:
        await gate.wait()
        log.warning("later")

    async def request() -> None:
        gate = asyncio.Event()
        with logs.in_request("abc"):
            task = asyncio.create_task(later(gate))
            await asyncio.sleep(0)
        gate.set()
        await task

    logs.configure("text")
    asyncio.run(request())
    assert lines(capsys) == ["WARNING bot.example: later"]


def answering(requests: bool, capsys: Capture) -> list[str]:
    """The lines of one request with a name in its address and in its query."""
    logs.configure("json", requests=requests)
    app = FastAPI()

    @app.get("/source/{name}")
    async def source(name: str) -> PlainTextResponse:
        return PlainTextResponse("twelve bytes")

    client = TestClient(Requests(app, Metrics(Desk(Bot()))))
    client.get("/source/xyzzy?lang=xyzzy", headers={"x-request-id": "abc"})
    client.request("XYZZY", "/")
    return lines(capsys)


def test_a_request_has_a_line_if_the_operator_asks(capsys: Capture) -> None:
    got, other = map(json.loads, answering(True, capsys))
    assert got.pop("milliseconds") >= 0
    assert (got["method"], got["route"]) == ("GET", "/source/{name}")
    assert (got["status"], got["bytes"], got["request"]) == (200, 12, "abc")
    assert (other["method"], other["route"]) == ("other", "other")


def test_a_request_s_line_has_neither_address_nor_query(capsys: Capture) -> None:
    written = "".join(answering(True, capsys)).lower()
    assert "xyzzy" not in written
    assert "testclient" not in written


def test_without_being_asked_no_request_has_a_line(capsys: Capture) -> None:
    assert answering(False, capsys) == []


@pytest.fixture(scope="module")
def served() -> Iterator[TestClient]:
    """All that is served, before a model is loaded."""
    desk = Desk(Bot())

    async def made() -> FastAPI:
        return web_app(desk, Settings(counts=None))

    app = Requests(asyncio.run(made()), Metrics(desk))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(params=["text", "json"])
def page(request: pytest.FixtureRequest, served: TestClient) -> Opened:
    """The same once the log is configured, which takes place in the test: so does its capture."""

    def opened() -> TestClient:
        logs.configure(request.param, requests=True)
        return served

    return opened


def failing(*_: object) -> None:
    raise ValueError("xyzzy")


def nothing_of_it(capsys: Capture) -> bool:
    """Whether lines were written, and "xyzzy" is in none."""
    written = capsys.readouterr()
    return bool(written.err) and "xyzzy" not in (written.err + written.out).lower()


def test_no_line_holds_a_crisis_message(page: Opened, capsys: Capture) -> None:
    client = page()
    said = client.post("/screen", json={"turns": ["xyzzy I want to kill myself"]})
    assert said.status_code == 200
    assert nothing_of_it(capsys)


@pytest.mark.parametrize(
    "body", ['{"turns": "xyzzy"}', "xyzzy", '{"turns": ["xyzzy"' + " " * 20_000]
)
def test_no_line_holds_a_refused_body(page: Opened, capsys: Capture, body: str) -> None:
    client = page()
    for path in ("/screen", "/api/ask", "/health"):
        assert client.post(path, content=body).status_code >= 400
    assert nothing_of_it(capsys)


def test_no_line_holds_an_address_that_is_not_there(page: Opened, capsys: Capture) -> None:
    client = page()
    assert client.get("/xyzzy?q=xyzzy").status_code == 404
    assert nothing_of_it(capsys)


def test_no_line_holds_what_a_failing_reply_was_to(
    page: Opened, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = page()
    monkeypatch.setattr("bot.answer.Bot._examined", failing)
    client.post("/screen", json={"turns": ["xyzzy I want to kill myself"]})
    written = capsys.readouterr().err
    assert "a reply failed: ValueError" in written
    assert "xyzzy" not in written


def test_no_line_holds_what_a_failing_page_was_to_say(
    page: Opened, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = page()
    monkeypatch.setattr("bot.pages.screening.card_html", failing)
    failed = client.post("/screen", json={"turns": ["xyzzy I want to kill myself"]})
    assert failed.status_code == 500
    assert nothing_of_it(capsys)


def test_no_line_of_the_chat_holds_what_it_failed_at(
    page: Opened, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gradio prints the error, with all that it says."""
    client = page()
    monkeypatch.setattr("bot.pages.said.reply_html", failing)
    found = re.search(
        r"window\.gradio_config = (\{.*?\});</script>", client.get("/chat/").text, re.S
    )
    assert found
    events = json.loads(found[1])["dependencies"]
    (asking,) = [e for e in events if any(name == "submit" for _, name in e["targets"])]
    call = {"data": ["xyzzy", None], "fn_index": asking["id"], "session_hash": "visitor"}
    assert client.post("/chat/gradio_api/queue/join", json=call).status_code == 200
    client.get("/chat/gradio_api/queue/data?session_hash=visitor")
    written = capsys.readouterr().err
    assert "ValueError at " in written
    assert "xyzzy" not in written
