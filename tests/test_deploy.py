import re
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

import app
from bot.pages.bodies import _MOST_READ
from bot.pages.closing import PATIENCE
from bot.pages.monitoring import METRICS
from bot.settings import Settings

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "psychodynamic-faq.service").read_text("utf-8")
NGINX = (DEPLOY / "nginx.conf").read_text("utf-8")
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
GUIDE = (ROOT / "docs" / "operate.md").read_text("utf-8")


def values(key: str) -> list[str]:
    """All words that the unit gives to a key."""
    return " ".join(re.findall(rf"^{key}=(.*)$", UNIT, re.MULTILINE)).split()


@pytest.mark.parametrize("text", [UNIT, NGINX, DOCKERFILE, GUIDE])
def test_every_setting_that_is_named_exists(text: str) -> None:
    known = {f"FAQ_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"FAQ_[A-Z_]+", text)) - {"FAQ_NAME"} <= known


def test_the_unit_unsets_what_would_open_gradio() -> None:
    source = (ROOT / "bot" / "pages" / "chat.py").read_text("utf-8")
    listed = re.search(r"for trap in \(([^)]*)\)", source)
    assert listed
    traps = {f"GRADIO_{name}" for name in re.findall(r'"(\w+)"', listed[1])}
    assert traps
    assert traps <= set(values("UnsetEnvironment"))


def test_the_unit_waits_longer_than_the_program_does() -> None:
    assert int(values("TimeoutStopSec")[0]) > PATIENCE


def test_a_connection_is_kept_longer_than_the_proxy_keeps_it() -> None:
    """Of nginx, unless `keepalive_timeout` of the upstream says another number: 60 seconds."""
    assert "keepalive_timeout" not in NGINX
    assert app.KEPT_ALIVE > 60


def test_a_setting_that_cannot_be_used_is_not_tried_again() -> None:
    assert (values("Restart"), values("RestartPreventExitStatus")) == (["on-failure"], ["2"])


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_the_unit_has_no_line_that_systemd_does_not_know(tmp_path: Path) -> None:
    unit = tmp_path / "psychodynamic-faq.service"
    # Programs and folders of the real machine are not here.
    unit.write_text(re.sub("ExecStart=.*", f"ExecStart={sys.executable}", UNIT))
    told = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, timeout=60
    )
    assert unit.name not in told.stderr
    assert told.returncode == 0


def certified(folder: Path) -> str:
    """The example with a certificate of its own, and with its logs and ports for anybody."""
    names = [str(folder / name) for name in ("privkey.pem", "fullchain.pem")]
    subject = ["-subj", "/CN=faq.example.org", "-keyout", names[0], "-out", names[1]]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject],
        check=True,
        capture_output=True,
    )
    text = NGINX.replace("/etc/letsencrypt/live/faq.example.org", str(folder))
    return text.replace("/var/log/nginx", str(folder))


@pytest.mark.skipif(
    not (shutil.which("nginx") and shutil.which("openssl")), reason="nginx is not installed"
)
def test_nginx_takes_the_example(tmp_path: Path) -> None:
    (tmp_path / "faq.conf").write_text(certified(tmp_path))
    main = f"pid {tmp_path}/pid; events {{}} http {{ include {tmp_path}/faq.conf; }}"
    (tmp_path / "nginx.conf").write_text(main)
    command = ["nginx", "-t", "-q", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert told.returncode == 0, told.stderr


def test_the_proxy_keeps_the_operator_s_addresses_to_this_machine() -> None:
    assert f"location = {METRICS} {{ return 404; }}" in NGINX
    assert "location ^~ /staff { return 404; }" in NGINX


def test_the_proxy_passes_every_body_that_is_screened() -> None:
    limit = re.search(r"client_max_body_size (\d+)m;", NGINX)
    assert limit
    assert int(limit[1]) << 20 == _MOST_READ


def test_the_proxy_writes_no_line_about_a_visitor() -> None:
    assert NGINX.count("server {") == NGINX.count("access_log off;")


def test_the_proxy_does_not_hold_streams_back() -> None:
    block = re.search(r"location ~ (\S+) \{([^}]*)\}", NGINX)
    assert block
    assert "proxy_buffering off;" in block[2]
    for path in ("/chat/gradio_api/queue/data", "/chat/es/gradio_api/heartbeat/x"):
        assert re.match(block[1], path)


def test_the_image_has_every_folder_that_is_packaged() -> None:
    kept = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    for name in [*packages["packages"], *(f"{one}.py" for one in packages["py-modules"])]:
        assert f"!{name.split('.')[0] if not name.endswith('.py') else name}" in kept


@pytest.mark.parametrize("name", [".env", ".git", "var", "tests", ".venv", "bot/pages/.env"])
def test_the_image_has_nothing_of_this_machine(name: str) -> None:
    kept = False
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        pattern = line.removeprefix("!")
        if fnmatch(name, pattern) or name.startswith(f"{pattern}/"):
            kept = line.startswith("!")
    assert not kept


def test_the_image_runs_as_nobody_in_particular_and_is_stopped_in_order() -> None:
    lines = DOCKERFILE.splitlines()
    assert "USER faq" in lines
    assert lines[-1].startswith('CMD ["')
    assert "requirements-dev" not in DOCKERFILE
