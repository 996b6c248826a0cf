"""Real servers and real Chromium for the tests of pages."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, FloatRect, Locator, Page, Request, sync_playwright
from starlette.types import ASGIApp

CHROMIUM = Path("/usr/bin/chromium")
# From npm, for tests alone (`make test` installs it).
AXE = Path(__file__).parent / "tools/node_modules/axe-core/axe.min.js"
# No sandbox since it runs as root; the rest keeps Chromium from calling home, and has a foreign
# site on this machine.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP clinic.test 127.0.0.1, MAP faq.test 127.0.0.1",
]
NEEDS_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
]
IS_FOCUSED = "element => element === element.getRootNode().activeElement"


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for as long as it is needed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def served(make: Callable[[], ASGIApp], port: int = 0) -> Iterator[str]:
    """The address of a real server with the app that `make` makes, in a thread of its own."""
    servers: SimpleQueue[uvicorn.Server] = SimpleQueue()

    async def serve(listening: socket.socket) -> None:
        server = uvicorn.Server(
            uvicorn.Config(make(), log_level="error", ws="none", timeout_graceful_shutdown=1)
        )
        servers.put(server)
        await server.serve(sockets=[listening])

    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        thread = threading.Thread(target=lambda: asyncio.run(serve(listening)))
        thread.start()
        server = servers.get(timeout=60)
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def complaints_of(page: Page, *origins: str) -> list[str]:
    """What the page complains of from now on, and what it asks of any other origin."""
    complaints: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((*(f"{origin}/" for origin in origins), "data:", "blob:")):
            complaints.append(f"asked for {request.url}")

    page.on("request", note)
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    return complaints


@contextmanager
def opened(
    browser: Browser,
    address: str,
    path: str = "/",
    width: int = 1000,
    height: int = 740,
    **options: Any,
) -> Iterator[Page]:
    """The page, which must not complain, leave its origin or store anything while it is used."""
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    page = context.new_page()
    complaints = complaints_of(page, address)
    page.goto(address + path)
    yield page
    assert complaints == [], complaints
    assert context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    context.close()


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it is now: rule, place and why."""
    if not AXE.exists():
        pytest.skip(f"{AXE.name} is not installed: run `npm ci --prefix tests/tools`")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{rule['id']} at {node['target']}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def place(shown: Locator) -> FloatRect:
    """Where it stands in the window, in pixels."""
    found = shown.bounding_box()
    assert found
    return found
