"""Serves the visitor's page: settings, a bot that loads in a thread, one web app."""

import argparse
import logging
import sys
from collections.abc import Sequence

import uvicorn
from pydantic import ValidationError

from bot.answer import Bot
from bot.loading import Loader
from bot.pages.evaluation_bench import Folders
from bot.pages.loopback import LOOPBACK, is_loopback
from bot.pages.server import web_app
from bot.pages.warming import Desk
from bot.safety.counts import Counts
from bot.safety.helplines import unconfirmed
from bot.settings import Settings

log = logging.getLogger("app")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until it is stopped; 2 if a setting can't be used."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    options = _parser().parse_args(arguments)
    if options.staff and not is_loopback(options.host):
        log.error(
            "--staff has no login yet and is for this machine alone: expected --host to be one of "
            "%s, found %r; leave out --staff, or change --host",
            ", ".join(LOOPBACK),
            options.host,
        )
        return 2
    try:
        settings = Settings()
    except ValidationError as error:
        for wrong in error.errors(include_url=False):
            name = "_".join(["FAQ", *map(str, wrong["loc"])]).upper()
            log.error("%s: %s, found %r; change or unset it", name, wrong["msg"], wrong["input"])
        return 2
    if untried := unconfirmed(settings.country):
        log.warning("helplines not yet confirmed by this clinic: %s", "; ".join(untried))
    desk = Desk(Bot(country=settings.country))
    staff = Folders(index=settings.index) if options.staff else None
    app = web_app(desk, settings.country, Counts(settings.counts), staff=staff)
    loader = Loader(settings)
    desk.open(loader, loader.generation)
    uvicorn.run(
        app,
        host=options.host,
        port=options.port,
        access_log=False,
        proxy_headers=False,
        # An open page holds a stream that never ends by itself.
        timeout_graceful_shutdown=2,
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python app.py", description="Serve the visitor's page.")
    parser.add_argument("--host", default="127.0.0.1", help="address (default: %(default)s)")
    parser.add_argument("--port", type=int, default=7860, help="port (default: %(default)s)")
    parser.add_argument(
        "--staff",
        action="store_true",
        help="serve /staff/evaluation, too: on this machine only, and never behind a proxy",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
