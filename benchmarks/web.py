"""python -m benchmarks.web: the API under load beside a plain FastAPI route that does one bare encode.

Servers and clients are processes on this machine and share its cores. Questions are our own, each
asked once until all were asked, so that hardly any reply comes from memory. The limits on messages
are set out of the way, except where refusals are what is measured.

    --minutes N    how long the mixed traffic goes on (default 10)
    --index DIR    what is answered from (default var/index)
    --parts …      which parts to measure anew; the others stay in the result as they are
"""

import argparse
import asyncio
import json
import os
import platform
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

import httpx
import psutil

from bot.evaluation.own_questions import questions_only

RESULT = Path(__file__).parent / "results" / "web.json"
OURS, PLAIN = "http://127.0.0.1:7941", "http://127.0.0.1:7942"
CLIENTS = 50
ROUNDS, SECONDS = 3, 20.0
DANGER = b'{"turns": ["I want to kill myself"]}'
UNLIMITED = "100000000"
_QUESTIONS = random.Random(0).sample(questions_only(), len(questions_only()))

PARTS = ("start", "throughput", "mixed", "refused")

Body = Callable[[int], bytes]
Figures = dict[str, float | int | dict[str, int] | list[float]]


class Told(NamedTuple):
    """What came of one request: the status, or why there was no answer."""

    status: int | str
    seconds: float
    is_card: bool


class Server(NamedTuple):
    process: subprocess.Popen[bytes]
    since: float

    @property
    def megabytes(self) -> float:
        return round(psutil.Process(self.process.pid).memory_info().rss / 1e6, 1)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.web")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--index", default="var/index")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    options = parser.parse_args()
    if "start" in options.parts:
        _keep("start", _start(options.index))
    if "throughput" in options.parts:
        with ours(options.index), plain():
            _keep("throughput", asyncio.run(_throughput()))
            _keep("four times the clients", asyncio.run(_overload()))
    if "mixed" in options.parts:
        with ours(options.index) as server:
            _keep("mixed traffic", asyncio.run(_mixed(server, options.minutes * 60)))
    if "refused" in options.parts:
        with ours(options.index, rate="20"):
            _keep("over the rate", asyncio.run(_over_the_rate()))


def _keep(name: str, figures: Figures) -> None:
    """Writes a part beside those that are there, with the commit that was measured."""
    found = json.loads(RESULT.read_text("utf-8")) if RESULT.exists() else {}
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    found[name] = {"commit": commit.stdout.strip(), "machine": platform.machine(), **figures}
    RESULT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


@contextmanager
def ours(index: str, rate: str = UNLIMITED, until: str = "/ready") -> Iterator[Server]:
    """This project's server, when it serves `until`."""
    settings = {"INDEX": index, "RATE": rate, "RATE_OVERALL": UNLIMITED, "COUNTS": "off"}
    named = {f"FAQ_{name}": value for name, value in settings.items()}
    with _started(["app.py", "--port", OURS[-4:]], OURS + until, named) as server:
        yield server


@contextmanager
def plain() -> Iterator[Server]:
    """The server of the plain route."""
    with _started(["-m", "benchmarks.web_plain", PLAIN[-4:]], f"{PLAIN}/ready", {}) as server:
        yield server


@contextmanager
def _started(command: list[str], address: str, settings: dict[str, str]) -> Iterator[Server]:
    since = time.perf_counter()
    process = subprocess.Popen([sys.executable, *command], env={**os.environ, **settings})
    try:
        while not _serves(address):
            time.sleep(0.02)
        yield Server(process, since)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _serves(address: str) -> bool:
    try:
        return httpx.get(address, timeout=60).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _start(index: str) -> Figures:
    """Seconds to the page, beside a process that only imports what it stands on, and to replies."""
    since = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import gradio, fastapi"], check=True)
    bare = time.perf_counter() - since
    with ours(index, until="/chat/") as server:
        page = time.perf_counter() - server.since
        card = asyncio.run(_load(OURS, lambda _: DANGER, 1, 1))[0]
        status = httpx.get(f"{OURS}/health").json()["status"]
        body = json.dumps({"turns": _QUESTIONS[:1]})
        httpx.post(f"{OURS}/api/ask", content=body, timeout=180)
        first = time.perf_counter() - server.since
    told: Figures = {
        "bare_import_s": round(bare, 2),
        "page_s": round(page, 2),
        "page_minus_bare_s": round(page - bare, 2),
        "card_while_warming_s": round(card.seconds, 3) if status == "warming" else -1,
        "first_answer_s": round(first, 2),
    }
    return _shown("start", told)


async def _throughput() -> Figures:
    """Both routes by turns."""
    await _load(OURS, _question, CLIENTS, 100)
    await _load(PLAIN, _question, CLIENTS, 100)
    both: dict[str, list[Told]] = {OURS: [], PLAIN: []}
    for _ in range(ROUNDS):
        for server, told in both.items():
            told += await _load(server, _question, CLIENTS, seconds=SECONDS)
    a, b = (_figures(told, ROUNDS * SECONDS) for told in both.values())
    ratio = {
        "throughput_ratio": round(a["per_second"] / b["per_second"], 3),
        "p95_ratio": round(a["p95_ms"] / b["p95_ms"], 2),
    }
    return _shown(
        "throughput", {"clients": CLIENTS, **ratio, **_named(a, "ask"), **_named(b, "plain")}
    )


async def _overload() -> Figures:
    """Far more than it can bear, and cards in the middle of it."""
    flood = asyncio.create_task(_load(OURS, _question, 4 * CLIENTS, seconds=SECONDS))
    await asyncio.sleep(3)
    cards = await _load(OURS, lambda _: DANGER, 2, 100)
    told = await flood
    return _shown("four times the clients", {**_figures(told, SECONDS), **_cards(cards)})


async def _mixed(server: Server, seconds: float) -> Figures:
    """Ordinary questions, of a hundred one that is malformed and one that is too large."""

    def body(number: int) -> bytes:
        odd = {17: b'{"turns": [', 71: json.dumps({"turns": ["word " * 5_000]}).encode()}
        return odd.get(number % 100) or _question(number)

    megabytes: list[float] = []

    async def watch() -> None:
        while True:
            megabytes.append(server.megabytes)
            await asyncio.sleep(seconds / 20)

    await _load(OURS, _question, 8, 2_000)
    watching = asyncio.create_task(watch())
    told = await _load(OURS, body, 8, seconds=seconds)
    watching.cancel()
    return _shown("mixed traffic", {**_figures(told, seconds), "megabytes": megabytes})


async def _over_the_rate() -> Figures:
    """One address far over its rate, and cards in the middle of it."""
    flood = asyncio.create_task(_load(OURS, _question, 8, seconds=SECONDS))
    await asyncio.sleep(3)
    cards = await _load(OURS, lambda _: DANGER, 2, 100)
    return _shown("over the rate", {**_figures(await flood, SECONDS), **_cards(cards)})


_asked = count()


def _question(_: int) -> bytes:
    return json.dumps({"turns": [_QUESTIONS[next(_asked) % len(_QUESTIONS)]]}).encode()


async def _load(
    server: str, body: Body, clients: int, requests: int | None = None, seconds: float = 600
) -> list[Told]:
    """So many clients, each with its next request as soon as the one before is answered."""
    told: list[Told] = []
    numbers = iter(range(requests)) if requests else count()
    until = time.perf_counter() + seconds
    path = "/api/ask" if server == OURS else "/ask"
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=server, timeout=120, limits=limits) as client:

        async def visit() -> None:
            for number in numbers:
                if time.perf_counter() > until:
                    return
                told.append(await _one(client, path, body(number)))

        await asyncio.gather(*(visit() for _ in range(clients)))
    return told


async def _one(client: httpx.AsyncClient, path: str, body: bytes) -> Told:
    since = time.perf_counter()
    try:
        headers = {"Content-Type": "application/json"}
        answer = await client.post(path, content=body, headers=headers)
    except httpx.HTTPError as error:
        return Told(type(error).__name__, time.perf_counter() - since, False)
    return Told(
        answer.status_code, time.perf_counter() - since, b'"kind":"crisis"' in answer.content
    )


def _figures(told: list[Told], seconds: float) -> dict[str, float]:
    """Of the answers; the statuses are of all requests."""
    answered = [1000 * one.seconds for one in told if one.status == httpx.codes.OK]
    statuses = Counter(str(one.status) for one in told)
    cuts = quantiles(answered, n=20) if len(answered) > 1 else [0.0] * 19
    return {
        "per_second": round(len(answered) / seconds, 2),
        "p50_ms": round(cuts[9], 1),
        "p95_ms": round(cuts[18], 1),
        **{f"status_{status}": number for status, number in sorted(statuses.items())},
    }


def _cards(told: list[Told]) -> dict[str, float]:
    milliseconds = [1000 * one.seconds for one in told]
    return {
        "danger_asked": len(told),
        "danger_with_card": sum(one.is_card for one in told),
        "card_p95_ms": round(quantiles(milliseconds, n=20)[-1], 1),
    }


def _named(figures: dict[str, float], name: str) -> dict[str, float]:
    return {f"{name}_{key}": value for key, value in figures.items()}


def _shown(name: str, figures: Figures) -> Figures:
    print(name, json.dumps(figures), flush=True)
    return figures


if __name__ == "__main__":
    main()
