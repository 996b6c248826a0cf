"""Serves the visitor's page: settings, a bot that loads in a thread, one web app."""

import argparse
import logging
import os
import resource
import sys
from collections.abc import Sequence

import uvicorn
from pydantic import ValidationError

from bot import logs
from bot.answer import Bot
from bot.loading import Loader, ScreenOnlyError, load_bot
from bot.pages.closing import PATIENCE, Closing, Server
from bot.pages.evaluation_bench import Folders
from bot.pages.loopback import LOOPBACK, is_loopback
from bot.pages.server import web_app
from bot.pages.warming import Desk
from bot.safety.helplines import unconfirmed
from bot.settings import Settings

log = logging.getLogger("app")

# Seconds that an idle connection is kept: longer than proxies keep theirs (nginx: 60). Who closes
# first while the other sends leaves a visitor without an answer.
KEPT_ALIVE = 75


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until it is stopped; 2 if a setting can't be used."""
    logs.configure("text")
    options = _parser().parse_args(arguments)
    if options.staff and not is_loopback(options.host):
        log.error(
            "--staff has no login yet and is for this machine alone: expected --host to be one of "
            "%s, found %r; leave out --staff, or change --host",
            ", ".join(LOOPBACK),
            options.host,
        )
        return 2
    settings = _settings()
    if settings is None:
        return 2
    logs.configure(settings.log, settings.log_requests)
    if untried := unconfirmed(settings.country):
        log.warning("helplines not yet confirmed by this clinic: %s", "; ".join(untried))
    return _check(settings) if options.check else _serve(settings, options)


def _settings() -> Settings | None:
    try:
        return Settings()
    except ValidationError as error:
        for wrong in error.errors(include_url=False):
            name = "_".join(["FAQ", *map(str, wrong["loc"])]).upper()
            log.error("%s: %s, found %r; change or unset it", name, wrong["msg"], wrong["input"])
        return None


def _check(settings: Settings) -> int:
    try:
        load_bot(settings)
    except ScreenOnlyError as error:
        log.error("only the screen would work, nothing can be searched: %s", error)
        return 2
    print(f"{settings.index} and all settings can be used")
    return 0


def _serve(settings: Settings, options: argparse.Namespace) -> int:
    # Each open page holds a connection, and so a file.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    desk = Desk(Bot(country=settings.country))
    staff = Folders(index=settings.index) if options.staff else None
    app = Closing(web_app(desk, settings, staff))
    loader = Loader(settings)
    desk.open(loader, loader.generation)
    config = uvicorn.Config(
        app,
        host=options.host,
        port=options.port,
        access_log=False,
        ws="none",
        server_header=False,
        log_config=None,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        timeout_graceful_shutdown=PATIENCE,
        timeout_keep_alive=KEPT_ALIVE,
    )
    Server(config, app).run()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python app.py", description="Serve the visitor's page.")
    parser.add_argument("--host", default="127.0.0.1", help="address (default: %(default)s)")
    parser.add_argument("--port", type=int, default=7860, help="port (default: %(default)s)")
    parser.add_argument(
        "--check", action="store_true", help="load settings and index, say if they work, and end"
    )
    parser.add_argument(
        "--staff",
        action="store_true",
        help="serve /staff/evaluation, too: on this machine only, and never behind a proxy",
    )
    return parser


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # A thread may be loading models still: nothing stops it, and Python's own end would wait or fail.
    os._exit(code)
