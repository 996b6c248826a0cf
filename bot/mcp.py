"""python -m bot.mcp --server ADDRESS: the API as tools for assistants (Model Context Protocol).

It holds nothing. What a tool is given goes to the API as it is, even in a wrong form: the API
screens what it cannot read. What comes back is handed on, character for character.
"""

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from typing import Any
from urllib.parse import quote as escaped

import httpx2
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import ValidationError

from bot.logs import configure
from bot.safety.helplines import standing
from bot.tools import ABOUT, OFFERS, Offer, Place

# Seconds. Just after its start the server may let a question wait longer than assistants do.
_TIMEOUT = httpx2.Timeout(60, connect=5)
_NAMES = tuple(one.name for one in OFFERS)
_ADDRESS = re.compile(r"https?://([\w.-]+|\[[\da-fA-F:]+\])(:\d{1,5})?(/[\w./~-]*)?")


class Api:
    """The API at `client`'s address; `country` is whose lines are told when it says none itself."""

    def __init__(self, client: httpx2.AsyncClient, country: str) -> None:
        self._client = client
        self._country = country

    def server(self) -> Server[Any]:
        """The tools, to be served over any transport."""
        return Server(
            "psychodynamic-faq",
            version=version("psychodynamic-faq"),
            instructions=ABOUT,
            on_list_tools=self._tools,
            on_call_tool=self._called,
        )

    async def _tools(self, _: object, __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[_tool(one) for one in OFFERS])

    async def _called(
        self, _: ServerRequestContext[Any], asked: CallToolRequestParams
    ) -> CallToolResult:
        if asked.name not in _NAMES:
            return self._failed(f"there is no such tool; there are {', '.join(_NAMES)}")
        try:
            response = await self._client.send(self._request(asked.name, asked.arguments or {}))
        except ValidationError:
            return self._failed("`document`, and `quote` as START-END or not at all, are expected")
        except httpx2.TimeoutException:
            return self._failed("the FAQ server did not answer in time; try again")
        except httpx2.RequestError:
            return self._failed("the FAQ server cannot be reached; its operator has to look")
        return self._result(response)

    def _request(self, tool: str, arguments: dict[str, Any]) -> httpx2.Request:
        if tool == "source":
            place = Place.model_validate(arguments)
            spot = {"quote": place.quote} if place.quote else None
            path = f"api/source/{escaped(place.document, safe='')}"
            return self._client.build_request("GET", path, params=spot)
        # Escaped by json, so that halves of surrogate pairs get through and are screened.
        body = json.dumps(arguments).encode()
        headers = {"Content-Type": "application/json"}
        if arguments.get("language") == "es":
            headers["Accept-Language"] = "es"
        return self._client.build_request("POST", f"api/{tool}", content=body, headers=headers)

    def _result(self, response: httpx2.Response) -> CallToolResult:
        told = _object(response)
        if told and (response.is_success or told.get("kind") == "crisis" or told.get("card")):
            content = TextContent(type="text", text=response.text)
            return CallToolResult(content=[content], structured_content=told)
        detail = told.get("detail")
        if not isinstance(detail, str):
            status = response.status_code
            return self._failed(f"status {status} came without a reply; look at --server")
        wait = response.headers.get("Retry-After", "")
        again = f" Try again in {wait} seconds." if wait.isdecimal() else ""
        return _error(f"the FAQ server refused ({response.status_code}): {detail}{again}")

    def _failed(self, reason: str) -> CallToolResult:
        """An error with the country's lines: whatever is away, whom to call is not."""
        lines = standing(self._country)
        number = lines.emergency or "the local one"
        ways = ", ".join(filter(None, (lines.national.call, lines.national.chat)))
        return _error(
            f"{reason}. If the person may be in danger, say first: emergency number {number}; "
            f"{lines.national.name} {ways}."
        )


def _tool(offer: Offer) -> Tool:
    return Tool(
        name=offer.name,
        description=offer.told,
        input_schema=offer.takes.model_json_schema(),
        annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False),
    )


def _object(response: httpx2.Response) -> dict[str, Any]:
    """The JSON object of a body; an empty one for anything else."""
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _error(reason: str) -> CallToolResult:
    text = f"There is no reply, and none must be made up: {reason}"
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)


async def serve(address: str, country: str) -> None:
    """Serves the tools on standard input and output until the input ends."""
    # Words go to this server alone: through no proxy of the environment, along no redirect.
    client = httpx2.AsyncClient(base_url=address, timeout=_TIMEOUT, trust_env=False)
    async with client, stdio_server() as (incoming, outgoing):
        server = Api(client, country).server()
        await server.run(incoming, outgoing, server.create_initialization_options())


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the input has ended."""
    options = _parser().parse_args(arguments)
    # What went wrong by type and place alone: an error's message may quote what was written.
    configure("text")
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(options.server, options.country))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.mcp", description="Tools for assistants.")
    parser.add_argument(
        "--server",
        type=_address,
        default="http://127.0.0.1:7860",
        metavar="ADDRESS",
        help="where the bot is served (default: %(default)s)",
    )
    parser.add_argument(
        "--country",
        default="US",
        help="whose emergency number is told while that cannot be reached (default: %(default)s)",
    )
    return parser


def _address(given: str) -> str:
    if not _ADDRESS.fullmatch(given):
        raise argparse.ArgumentTypeError("an address such as http://127.0.0.1:7860 is expected")
    return given


if __name__ == "__main__":
    sys.exit(main())
