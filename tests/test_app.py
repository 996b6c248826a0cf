import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from html import unescape
from pathlib import Path
from socket import create_connection, socket

import pytest

ROOT = Path(__file__).parents[1]


def started(port: int, *options: str, **settings: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(ROOT / "app.py"), "--port", str(port), *options],
        cwd=ROOT,
        env={**os.environ, **settings},
        stderr=subprocess.PIPE,
        text=True,
    )


def fetch(address: str) -> str:
    """What is served there, waited for up to a minute."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=30) as response:
                return str(response.read().decode())
        except urllib.error.URLError:
            time.sleep(0.1)
    raise TimeoutError(address)


def free_port() -> int:
    with socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_a_setting_that_cannot_be_used_is_named_in_one_line() -> None:
    with started(free_port(), FAQ_COUNTRY="usa") as app:
        _, told = app.communicate(timeout=60)
    assert app.returncode == 2
    assert "FAQ_COUNTRY" in told
    assert "'usa'" in told
    assert len(told.splitlines()) == 1


def test_without_an_index_the_page_opens_and_health_tells(tmp_path: Path) -> None:
    port = free_port()
    with started(port, FAQ_INDEX=str(tmp_path)) as app:
        assert "gradio" in fetch(f"http://127.0.0.1:{port}/chat/")
        health = {"status": "warming"}
        while health["status"] == "warming":
            time.sleep(0.2)
            health = json.loads(fetch(f"http://127.0.0.1:{port}/health"))
        app.terminate()
        _, told = app.communicate(timeout=30)
    assert health == {"status": "failed", "search": False, "reason": "StaleIndexError"}
    assert "python -m index" in told
    assert "988" in told  # a helpline that nobody at the clinic has tried


def opened(port: int, method: str, path: str, body: bytes = b"", sent: int | None = None) -> socket:
    """A connection on which a request was begun; of its body, only `sent` bytes went out."""
    found = create_connection(("127.0.0.1", port), timeout=30)
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
    found.sendall(head.encode() + body[:sent])
    return found


def whole(connection: socket) -> str:
    """All that arrives until the server closes."""
    with connection:
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode()


def test_a_request_in_work_is_answered_before_the_end(tmp_path: Path) -> None:
    """SIGTERM comes while models load, half of a message is here, and a page is open."""
    port, body = free_port(), json.dumps({"turns": ["I want to kill myself"]}).encode()
    with started(port, FAQ_INDEX=str(tmp_path), FAQ_COUNTS="off") as app:
        fetch(f"http://127.0.0.1:{port}/health")
        page = opened(port, "GET", "/chat/gradio_api/heartbeat/visitor")
        assert b"200 OK" in page.recv(1000)
        message = opened(port, "POST", "/screen", body, sent=5)
        time.sleep(2)  # models are loading, and may keep the server from reading at once
        app.terminate()
        time.sleep(1)
        with pytest.raises(ConnectionRefusedError):
            opened(port, "GET", "/health")
        message.sendall(body[5:])
        answer = whole(message)
        assert whole(page).endswith("0\r\n\r\n")  # ended, not torn off
        _, told = app.communicate(timeout=30)
    assert answer.startswith("HTTP/1.1 200")
    assert "tel:988" in unescape(answer)
    assert app.returncode == 0
    assert "ERROR" not in told


def test_without_an_index_a_check_fails_and_says_what_to_do(tmp_path: Path) -> None:
    with started(free_port(), "--check", FAQ_INDEX=str(tmp_path)) as app:
        _, told = app.communicate(timeout=120)
    assert app.returncode == 2
    assert "python -m index" in told


def test_each_line_of_the_log_is_an_object_if_a_machine_reads_it(tmp_path: Path) -> None:
    port = free_port()
    with started(port, FAQ_INDEX=str(tmp_path), FAQ_LOG="json") as app:
        fetch(f"http://127.0.0.1:{port}/health")
        app.terminate()
        _, told = app.communicate(timeout=30)
    loggers = {json.loads(line)["logger"] for line in told.splitlines()}
    assert loggers == {"app", "uvicorn.error"}
