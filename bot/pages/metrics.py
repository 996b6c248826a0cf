"""What is counted for the operator, in the text format of Prometheus.

Only kinds, levels, templates and statuses: no text, no address, no document, nothing of one visitor.
"""

from collections.abc import Callable
from importlib.metadata import version
from typing import Literal

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from bot.pages.warming import Desk
from bot.reply import Level, Reply

FORMAT = CONTENT_TYPE_PLAIN_0_0_4
# The widget's questions come by the API.
Way = Literal["chat", "api"]
# `screen` is the plain address that the chat page asks before its message is answered.
Place = Literal["chat", "api", "screen"]

# Or the second in which the first card was shown would be told.
disable_created_metrics()  # type: ignore[no-untyped-call]

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_REFUSED = 400


class Metrics:
    """One registry for one app, and so for one desk.

    `waiting` tells how many messages wait for the models now, `generation` which index answers.
    """

    def __init__(
        self,
        desk: Desk,
        waiting: Callable[[], int] = lambda: 0,
        generation: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._generation = generation
        registry = self._registry = CollectorRegistry()
        self._replies = Counter(
            "faq_replies", "Replies to messages.", ["way", "kind", "level"], registry=registry
        )
        self._seconds = Histogram(
            "faq_reply_seconds",
            "Seconds from a message's arrival to its reply.",
            ["way"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._cards = Counter(
            "faq_cards", "Times that human lines were shown.", ["place", "level"], registry=registry
        )
        self._refusals = Counter(
            "faq_refusals", "Answers with a status from 400 up.", ["status"], registry=registry
        )
        self._requests = Counter(
            "faq_requests", "Answered requests.", ["route", "status"], registry=registry
        )
        Gauge("faq_ready", "1 if questions can be answered.", registry=registry).set_function(
            lambda: desk.status == "ready"
        )
        Gauge(
            "faq_waiting_messages", "Messages that wait for the models.", registry=registry
        ).set_function(waiting)
        self._build = Info("faq_build", "What runs here.", registry=registry)
        ProcessCollector(registry=registry)

    def replied(self, way: Way, reply: Reply, seconds: float) -> None:
        """Counts one reply, and its human lines if it has any."""
        self._replies.labels(way, reply.kind, reply.level).inc()
        self._seconds.labels(way).observe(seconds)
        if reply.helplines:
            self.carded(way, reply.level)

    def carded(self, place: Place, level: Level) -> None:
        """Counts that human lines were shown."""
        self._cards.labels(place, level).inc()

    def refused(self, status: int) -> None:
        """Counts a refusal that has no response of its own, as within the chat page."""
        self._refusals.labels(str(status)).inc()

    def requested(self, route: str, status: int) -> None:
        """Counts a request by its route's template, and its refusal if it was refused."""
        self._requests.labels(route, f"{status // 100}xx").inc()
        if status >= _REFUSED:
            self.refused(status)

    def exposition(self) -> bytes:
        """All of it as it is now."""
        self._build.info(
            {"version": version("psychodynamic-faq"), "index": self._generation() or "none"}
        )
        return generate_latest(self._registry)
