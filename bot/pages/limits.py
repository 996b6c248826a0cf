"""How many messages may come: from one address, and from all together.

A moving window, which has no burst at the turn of a minute; the memories of the libraries for it
keep addresses for ever. Whoever is over the limit is still screened by phrases: nothing here ever
keeps a card from anyone.
"""

import math
import time
from collections import deque
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

# One home has all addresses of such a network.
_NETWORK = 64
_MINUTE = 60.0  # seconds
_ALL = "all"


class Limits:
    """Counts in memory, by address; an address is forgotten a minute or two after its last message."""

    def __init__(
        self, rate: int, overall: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Both are messages a minute."""
        self._rate = rate
        self._overall = overall
        self._clock = clock
        self._taken: dict[tuple[str, str], deque[float]] = {}
        self._swept = clock()

    @property
    def known(self) -> int:
        """How many addresses are remembered now."""
        return len({key for _, key in self._taken} - {_ALL})

    def take(self, address: str | None, what: str = "ask", times: int = 1) -> int:
        """0 if a message may pass, which is then counted; else the seconds until one may.

        `what` has limits of its own, `times` as high as those of messages.
        """
        now = self._clock()
        self._forget(now)
        places = {_key(address): self._rate * times, _ALL: self._overall * times}
        waits = [self._wait((what, key), most, now) for key, most in places.items()]
        if max(waits) > 0:
            return math.ceil(max(waits))
        for key in places:
            self._taken.setdefault((what, key), deque()).append(now)
        return 0

    def _wait(self, place: tuple[str, str], most: int, now: float) -> float:
        taken = self._taken.get(place, deque())
        while taken and taken[0] <= now - _MINUTE:
            taken.popleft()
        return taken[0] + _MINUTE - now if len(taken) >= most else 0.0

    def _forget(self, now: float) -> None:
        if now - self._swept < _MINUTE:
            return
        self._swept = now
        gone = [
            place for place, taken in self._taken.items() if not taken or taken[-1] <= now - _MINUTE
        ]
        for place in gone:
            del self._taken[place]


def _key(address: str | None) -> str:
    """What stands for a visitor: the address, of an IPv6 address its network."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(int(found) >> (128 - _NETWORK))
    return str(found)
