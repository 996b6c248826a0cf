"""How the log is written: one line for each event, and never a word of a visitor's.

An error's own message may hold what a visitor wrote, and so may a traceback: a line tells only the
error's type and where it happened. That goes for libraries too, whatever they log or print.
"""

import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Literal

from pythonjsonlogger.json import JsonFormatter

Form = Literal["text", "json"]

# Nothing else that a library adds to a record gets into a line.
_FIELDS = ("timestamp", "level", "logger", "message", "request", "error")
_FIELDS_OF_A_REQUEST = ("method", "route", "status", "milliseconds", "bytes")
_REQUESTS = "bot.pages.requests"

log = logging.getLogger(__name__)
# Emptied at a request's end: what it left running does not speak in its name.
_request: ContextVar[list[str] | None] = ContextVar("request", default=None)


def configure(form: Form, requests: bool = False) -> None:
    """Warnings and errors to stderr, and uvicorn's few lines about start and end.

    `requests` adds a line for each request.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if form == "json" else _Text())
    handler.addFilter(_without_words)
    handler.addFilter(_with_request)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(True)
    # A handler that fails would print a traceback, with the message in it.
    logging.raiseExceptions = False
    logging.getLogger("uvicorn.error").setLevel(logging.INFO)
    logging.getLogger(_REQUESTS).setLevel(logging.INFO if requests else logging.WARNING)
    # Gradio prints what a reply fails with, past every log.
    traceback.print_exc = _print_exc
    threading.excepthook = _of_a_thread
    sys.unraisablehook = _of_an_end


@contextmanager
def in_request(name: str) -> Iterator[None]:
    """Lines written within carry this id."""
    held = [name]
    token = _request.set(held)
    try:
        yield
    finally:
        held.clear()
        _request.reset(token)


def request_id() -> str | None:
    """The id of the request in which this is called."""
    held = _request.get()
    return held[0] if held else None


def place(error: BaseException) -> str:
    """An error's type and where it was raised, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    at = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{at}"


class _Text(logging.Formatter):
    """For people and journals, which note the time themselves."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s%(of_request)s")

    def format(self, record: logging.LogRecord) -> str:
        # A line end inside of an event would look like the end of it.
        return " ".join(super().format(record).splitlines())

    def formatException(self, ei: Any) -> str:
        return _place_of(ei)


class _Json(JsonFormatter):
    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message", "request"],
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "error"},
            timestamp=True,
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        is_request = log_data["logger"] == _REQUESTS
        kept = (*_FIELDS, *(_FIELDS_OF_A_REQUEST if is_request else ()))
        return {field: log_data[field] for field in kept if field in log_data}

    def formatException(self, ei: Any) -> str:
        return _place_of(ei)


def _without_words(record: logging.LogRecord) -> bool:
    """What these two say holds whatever was in work: an error's message, a function's arguments."""
    if record.name == "py.warnings":
        record.msg, record.args = "a library warned", ()
    if record.name == "asyncio" and record.levelno >= logging.WARNING:
        record.msg, record.args = "something failed in the background", ()
    return True


def _with_request(record: logging.LogRecord) -> bool:
    request = record.request = request_id()
    record.of_request = f" [{request}]" if request else ""
    return True


def _place_of(
    info: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
) -> str:
    return place(info[1]) if info[1] else ""


def _print_exc(*_: object, **__: object) -> None:
    error = sys.exc_info()[1]
    if error:
        log.error("a library printed an error: %s", place(error))


def _of_a_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value and not isinstance(args.exc_value, SystemExit):
        log.error("a thread ended: %s", place(args.exc_value))


def _of_an_end(args: Any) -> None:
    if args.exc_value:
        log.error("an object's end failed: %s", place(args.exc_value))
