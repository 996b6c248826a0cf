import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from socket import socket

ROOT = Path(__file__).parents[1]


def started(port: int, **settings: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(ROOT / "app.py"), "--port", str(port)],
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
