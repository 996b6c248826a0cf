import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from browsing import served
from mcp import Client, StdioServerParameters, stdio_client
from mcp.types import CallToolResult, TextContent
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from test_pages_api import DANGER, SECRET, client_of, ready

from bot.answer import Bot
from bot.mcp import Api, main
from bot.pages.server import web_app
from bot.pages.warming import Desk
from bot.settings import Settings
from bot.tools import Messages
from index.search import Index

ROOT = Path(__file__).parents[1]
VISIT = {"turns": ["How long is a visit?"]}
QUOTED = "A visit at Elm House lasts about fifty minutes. Most people come once a week."


@pytest.fixture(scope="module")
def address(unchanged_index: Index) -> Iterator[str]:
    desk = ready(unchanged_index)
    with served(lambda: web_app(desk, Settings(counts=None, rate=1000))) as found:
        yield found


async def session(log: Path, address: str, *calls: tuple[str, Any]) -> list[CallToolResult]:
    """What a program of its own replies to each call, over its standard input and output."""
    arguments = ["-W", "error", "-m", "bot.mcp", "--server", address, "--country", "GB"]
    program = StdioServerParameters(command=sys.executable, args=arguments, cwd=ROOT)
    with log.open("w") as errors:
        async with Client(stdio_client(program, errlog=errors)) as client:
            return [await client.call_tool(*call) for call in calls]


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def one(client: httpx2.AsyncClient, tool: str, arguments: Any) -> CallToolResult:
    """The same without a program of its own, with the client that is given."""

    async def call() -> CallToolResult:
        async with client, Client(Api(client, "US").server()) as assistant:
            return await assistant.call_tool(tool, arguments)

    return asyncio.run(call())


def answering(status: int, content: Any, **headers: str) -> httpx2.AsyncClient:
    """A client of a server that always says the same."""

    async def say(_: object) -> Response:
        return JSONResponse(content, status, headers)

    app = Starlette(routes=[Route("/{path:path}", say, methods=["GET", "POST"])])
    transport = httpx2.ASGITransport(app)
    return httpx2.AsyncClient(transport=transport, base_url="http://faq.test")


def test_a_session_asks_gets_a_card_and_opens_the_source(address: str, tmp_path: Path) -> None:
    place = {"document": "elm-house", "quote": "23-100"}
    calls = (("ask", VISIT), ("ask", {"turns": [DANGER]}), ("source", place))
    quoted, card, source = asyncio.run(session(tmp_path / "log", address, *calls))
    assert quoted.structured_content["quotes"][0]["text"] == QUOTED
    assert card.structured_content["kind"] == "crisis"
    assert card.structured_content["helplines"][0]["call"] == "988"
    assert source.structured_content["marked"] == [[23, 100]]
    assert source.structured_content["sections"][0]["text"] == QUOTED
    assert not (quoted.is_error or card.is_error or source.is_error)
    assert (tmp_path / "log").read_text() == ""


def test_a_reply_is_the_json_of_the_api_character_for_character() -> None:
    reply = {"kind": "about", "message": "“¿Qué?” — 🌿", "new field": [1, None]}
    result = one(answering(200, reply), "ask", VISIT)
    assert text_of(result) == json.dumps(reply, ensure_ascii=False, separators=(",", ":"))
    assert result.structured_content == reply


def test_the_screen_tells_the_level_and_the_card(address: str) -> None:
    client = httpx2.AsyncClient(base_url=address)
    told = one(client, "screen", {"turns": [DANGER]}).structured_content
    assert (told["level"], told["card"]["kind"]) == ("crisis", "crisis")


def test_without_a_server_the_error_tells_whom_to_call_and_no_words(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{unused.getsockname()[1]}"
        (result,) = asyncio.run(
            session(tmp_path / "log", away, ("ask", {"turns": [f"{DANGER} {SECRET}"]}))
        )
    assert result.is_error
    assert "cannot be reached" in text_of(result)
    assert "999; Samaritans 116 123" in text_of(result)
    assert SECRET not in text_of(result) + (tmp_path / "log").read_text()


def test_a_server_that_does_not_answer_in_time_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        result = one(httpx2.AsyncClient(base_url=address, timeout=0.1), "ask", VISIT)
    assert result.is_error
    assert "did not answer in time" in text_of(result)


def test_a_refusal_is_an_error_that_tells_when_to_try_again() -> None:
    told = {"detail": "too many messages. In danger now? Call 911.", "help": "Call 911."}
    result = one(answering(429, told, **{"Retry-After": "12"}), "ask", VISIT)
    assert result.is_error
    assert "(429): too many messages. In danger now? Call 911. Try again in 12 seconds." in text_of(
        result
    )


@pytest.mark.parametrize("told", [{"kind": "crisis"}, {"card": {"kind": "crisis"}}])
def test_a_card_is_a_result_whatever_status_it_comes_with(told: Any) -> None:
    result = one(answering(503, told), "ask", VISIT)
    assert (result.is_error, result.structured_content) == (False, told)


@pytest.mark.parametrize(("status", "content"), [(200, []), (404, {}), (502, "no"), (307, {})])
def test_what_is_no_reply_is_an_error(status: int, content: Any) -> None:
    result = one(answering(status, content), "ask", VISIT)
    assert result.is_error
    assert f"status {status} came without" in text_of(result)


@pytest.mark.parametrize("wrong", [{"turns": DANGER}, {"turns": [DANGER], "user": 1}, [DANGER]])
def test_danger_in_a_wrong_form_still_gets_its_card(address: str, wrong: Any) -> None:
    arguments = wrong if isinstance(wrong, dict) else {"messages": wrong}
    result = one(httpx2.AsyncClient(base_url=address), "ask", arguments)
    assert result.structured_content["kind"] == "crisis"


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("ask", {"turns": SECRET}),
        ("ask", {"turns": [SECRET], "language": "fr"}),
        ("screen", {"turns": [SECRET + " " * 20_000]}),
        ("source", {"document": "elm-house", "quote": SECRET}),
        ("source", {"document": [SECRET]}),
        ("source", {"document": f"../{SECRET}"}),
        ("source", {"document": "elm-house", "turns": [SECRET]}),
    ],
)
def test_what_is_refused_is_not_repeated(address: str, tool: str, arguments: Any) -> None:
    result = one(httpx2.AsyncClient(base_url=address), tool, arguments)
    assert result.is_error
    assert SECRET not in result.model_dump_json()
    assert "911" in text_of(result)


def test_a_refusal_to_a_spanish_speaker_is_told_in_spanish(address: str) -> None:
    wrong = {"turns": [], "language": "es"}
    result = one(httpx2.AsyncClient(base_url=address), "ask", wrong)
    assert "Llama al 911" in text_of(result)


def test_a_tool_that_does_not_exist_is_not_called() -> None:
    result = one(answering(200, {"kind": "about"}), SECRET, {})
    assert result.is_error
    assert "there are ask, screen, source" in text_of(result)


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_the_tools_say_that_quotes_are_exact_and_cards_come_first(mode: str) -> None:
    async def listed() -> tuple[str, dict[str, str]]:
        server = Api(httpx2.AsyncClient(), "US").server()
        async with Client(server, mode=mode) as client:
            tools = (await client.list_tools()).tools
            return client.instructions or "", {tool.name: tool.description or "" for tool in tools}

    about, told = asyncio.run(listed())
    assert list(told) == ["ask", "screen", "source"]
    for text in (about, told["ask"]):
        assert "exact quotes" in text
        assert "word for word" in text
        assert "Never paraphrase, shorten or leave out a card." in text
    assert "show it first and unchanged" in told["screen"]
    assert "word for word" in told["source"]


def test_the_tools_take_what_the_api_takes() -> None:
    with client_of(Desk(Bot())) as client:
        paths = client.get("/api/openapi.json").json()["paths"]
    content = paths["/api/ask"]["post"]["requestBody"]["content"]
    expected, found = content["application/json"]["schema"], Messages.model_json_schema()
    for schema in (expected, found):
        schema.pop("description")
        for field in schema["properties"].values():
            field.pop("description", None)
            # OpenAPI leaves these out.
            if "default" in field and field["default"] is None:
                del field["default"]
    assert {**found, "title": "Asked"} == expected


@pytest.mark.parametrize(
    "server", ["127.0.0.1:7860", "ftp://x", "http://", "http://u:p@x", "http://x?y", "http://["]
)
def test_an_address_that_is_none_is_refused(
    server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--server", server])
    assert "such as http://127.0.0.1:7860" in capsys.readouterr().err


def test_the_server_ends_with_its_input() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.mcp"], input=b"", capture_output=True, cwd=ROOT, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
