"""What a model made of the last texts, by their digests: each turn reads a conversation again."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Generic, TypeVar

_MOST = 4096

_T = TypeVar("_T")


class Kept(Generic[_T]):
    """Holds no text, and forgets the oldest."""

    def __init__(self) -> None:
        self._made: OrderedDict[bytes, _T] = OrderedDict()

    def __call__(
        self, turns: Iterable[str], make: Callable[[list[str]], Sequence[_T]]
    ) -> dict[str, _T]:
        """What was or is made of each turn."""
        keys = {turn: blake2b(turn.encode("utf-8", "replace")).digest() for turn in turns}
        # Another thread may drop what is kept at any moment: it is looked up once.
        kept = {turn: self._made.get(key) for turn, key in keys.items()}
        found = {turn: one for turn, one in kept.items() if one is not None}
        new = [turn for turn in keys if turn not in found]
        for turn, one in zip(new, make(new) if new else (), strict=True):
            found[turn] = self._made[keys[turn]] = one
        while len(self._made) > _MOST:
            self._made.popitem(last=False)
        return found
