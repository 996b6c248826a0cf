import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient
from test_pages_api import client_of, ready

from bot.answer import Bot
from bot.lines import schema
from bot.pages.api_models import MOST_TURNS, Asked, Screened
from bot.pages.bodies import MAX_MESSAGE
from bot.pages.messages import REFUSALS
from bot.pages.reception import _LOADING, _PATIENCE
from bot.pages.source_models import SourceSection, SourceText
from bot.pages.warming import Desk
from bot.reply import ContactCard, Helpline, Level, Quote
from bot.settings import Settings
from bot.tools import OFFERS, Messages, Place
from index.search import Index

DOCS = Path(__file__).parents[1] / "docs"
TEXT = (DOCS / "api.md").read_text("utf-8")
MCP = (DOCS / "mcp.md").read_text("utf-8")


class Example(NamedTuple):
    """A request as curl puts it, and the answer that the document shows."""

    method: str
    address: str
    headers: dict[str, str]
    body: str | None
    answer: str


def examples() -> Iterator[Example]:
    for command, answer in re.findall(
        r"```sh\n(curl .*?)```\n\n```http\n(.*?)```", TEXT, re.DOTALL
    ):
        curl, flag, *words = shlex.split(command.replace("\\\n", " "))
        assert (curl, flag) == ("curl", "-i")
        headers, body, addresses = {}, None, []
        while words:
            word = words.pop(0)
            if word == "-H":
                name, value = words.pop(0).split(": ")
                headers[name] = value
            elif word == "-d":
                body = words.pop(0)
            else:
                addresses.append(word)
        (address,) = addresses
        yield Example("POST" if body else "GET", address, headers, body, answer)


EXAMPLES = list(examples())


@pytest.fixture(scope="module")
def client(unchanged_index: Index) -> Iterator[TestClient]:
    with client_of(ready(unchanged_index), rate=1000) as found:
        yield found


def differences(shown: Any, real: Any, at: str = "") -> list[str]:
    """Where the document says something else than the answer, of which it may leave out parts."""
    if isinstance(shown, dict) and isinstance(real, dict):
        return [
            d for key in shown for d in differences(shown[key], real.get(key, "—"), f"{at}.{key}")
        ]
    if isinstance(shown, list) and isinstance(real, list) and bool(shown) == bool(real):
        pairs = zip(shown, real[: len(shown)], strict=True)
        return [d for i, pair in enumerate(pairs) for d in differences(*pair, f"{at}[{i}]")]
    if isinstance(shown, str) and shown.endswith("…") and isinstance(real, str):
        return [] if real.startswith(shown[:-1]) else [f"{at}: {real}"]
    if isinstance(shown, float) and isinstance(real, float):
        real = round(real, 2)
    return [] if shown == real and type(shown) is type(real) else [f"{at}: {real}"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.answer[9:12] + one.address[21:])
def test_each_example_gets_the_answer_that_is_shown(client: TestClient, example: Example) -> None:
    url = urlsplit(example.address)
    assert url.netloc == "127.0.0.1:7860"
    path = url.path + (f"?{url.query}" if url.query else "")
    real = client.request(example.method, path, headers=example.headers, content=example.body)
    head, _, body = example.answer.partition("\n\n")
    status, *headers = head.splitlines()
    assert status.split()[1] == str(real.status_code)
    for name, value in (line.split(": ") for line in headers):
        assert real.headers[name] == value
    if body.strip():
        assert differences(json.loads(body), real.json()) == []
    else:
        assert real.content == b""


def test_every_address_has_an_example(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()["paths"]
    patterns = [re.sub(r"\{\w+\}", r"[^/]+", path) for path in described]
    shown = {urlsplit(one.address).path for one in EXAMPLES}
    assert len(EXAMPLES) == TEXT.count("curl -i ")
    for pattern in patterns:
        assert any(re.fullmatch(pattern, path) for path in shown), pattern


def rows(text: str) -> set[str]:
    """The names in the first column of all tables."""
    firsts = re.findall(r"^\| (.+?) \|", text, re.MULTILINE)
    return {name for first in firsts for name in re.findall(r"`([^`]+)`", first)}


def test_every_field_of_a_reply_and_a_quote_is_told() -> None:
    lines = [model for name, model in schema()["$defs"].items() if name.endswith("Line")]
    fields = {field for line in lines for field in line["properties"]}
    # Those of one kind stand in its row.
    assert fields - rows(TEXT) == {"differ", "looked_for", "quick_exit"}
    assert set(Quote.model_fields) | set(Asked.model_fields) <= rows(TEXT)
    assert {line["properties"]["kind"]["const"] for line in lines} <= rows(TEXT)


def test_every_other_name_is_told_somewhere() -> None:
    models = (Helpline, ContactCard, Screened, SourceText, SourceSection)
    names = {name for model in models for name in model.model_fields} | set(get_args(Level))
    told = set(re.findall(r"`(\w+)`", TEXT)) | set(re.findall(r'"(\w+)":', TEXT))
    assert names <= told


def test_limits_and_statuses_are_those_of_the_program() -> None:
    table = TEXT.split("## Limits and refusals")[1]
    assert {int(n) for n in re.findall(r"^\| (\d{3}) \|", table, re.MULTILINE)} == {
        *REFUSALS,
        404,
        500,
    }
    rates = Settings.model_fields["rate"].default, Settings.model_fields["rate_overall"].default
    assert f"({rates[0]} a minute, `FAQ_RATE`) or of all together ({rates[1]}, " in table
    assert f"more than {MAX_MESSAGE} bytes" in table
    assert f"1 to {MOST_TURNS} texts." in TEXT
    assert f"{_LOADING + _PATIENCE:.0f} seconds at most" in table


def test_before_documents_are_loaded_a_source_is_refused_for_now() -> None:
    with client_of(Desk(Bot())) as client:
        refused = client.get("/api/source/elm-house")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert "911" in refused.json()["help"]


def test_every_link_leads_somewhere() -> None:
    for text in (TEXT, MCP):
        for link in re.findall(r"\]\(([^)#]+)", text):
            assert (DOCS / link).exists(), link


def test_the_tools_for_assistants_are_those_that_are_told() -> None:
    assert rows(MCP) == {offer.name for offer in OFFERS}
    named = set(re.findall(r"`(\w+)`", MCP))
    assert set(Messages.model_fields) | set(Place.model_fields) <= named
