"""How many messages may come: from one address, and from all together.

`limits` counts them (its moving window has no burst at the turn of a minute). Whoever is over the
limit is still screened by phrases; nothing here ever keeps a card from anyone.
"""

import math
import time
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

# One home has all addresses of such a network.
_NETWORK = 64


class Limits:
    """Counts in memory, by address; an address is forgotten a minute after its last message."""

    def __init__(self, rate: int, overall: int) -> None:
        """Both are messages a minute."""
        self._each = RateLimitItemPerMinute(rate)
        self._all = RateLimitItemPerMinute(overall)
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def take(self, address: str | None, what: str = "ask") -> int:
        """0 if a message may pass, which is then counted; else the seconds until one may."""
        if seconds := self.wait(address, what):
            return seconds
        self._window.hit(self._each, what, _key(address))
        self._window.hit(self._all, what)
        return 0

    def wait(self, address: str | None, what: str = "ask") -> int:
        """The seconds until a message may pass; nothing is counted."""
        waits = [0.0]
        for item, *key in ((self._each, what, _key(address)), (self._all, what)):
            if not self._window.test(item, *key):
                waits.append(self._window.get_window_stats(item, *key).reset_time - time.time())
        return max(math.ceil(max(waits)), len(waits) > 1)


def _key(address: str | None) -> str:
    """What stands for a visitor: the address, of an IPv6 address its network."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        return str(int(found) >> (128 - _NETWORK))
    return str(found)
