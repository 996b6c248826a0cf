"""The likely encoding of a text that is not UTF-8, for advice only: nothing is decoded with it."""

from typing import NamedTuple

import charset_normalizer

# Python's names and iconv's. Where several fit equally, as they do for short texts, the first is
# the likeliest in a clinic's documents.
_ICONV = {
    "cp1252": "CP1252",
    "mac_roman": "MACINTOSH",
    "cp1250": "CP1250",
    "cp1251": "CP1251",
    "utf_16": "UTF-16",
    "shift_jis": "SHIFT_JIS",
    "gb18030": "GB18030",
    "big5": "BIG5",
    "euc_kr": "EUC-KR",
}
_WINDOW = 50_000  # bytes on each side: enough to judge, and quick in a file of 20 MiB


class Guess(NamedTuple):
    """iconv's name of an encoding, and the doubtful words as it reads them."""

    name: str
    sample: str


def guess(data: bytes, offset: int) -> Guess | None:
    """The encoding that makes most sense of the bytes around `offset`, if any does."""
    # Even, because UTF-16 has two bytes to a character.
    start = max(0, offset - _WINDOW) // 2 * 2
    window = data[start : offset + _WINDOW]
    matches = charset_normalizer.from_bytes(window, cp_isolation=list(_ICONV))
    if not matches:
        return None
    order = list(_ICONV)
    best = min(matches, key=lambda match: (match.chaos, order.index(match.encoding)))
    # Text before a UTF-16 mark does not exist, so its offset is 0 and the sample its beginning.
    before = len(window[: offset - start].decode(best.encoding, "ignore"))
    sample = str(best)[max(0, before - 12) : before + 12]
    return Guess(_ICONV[best.encoding], " ".join(sample.split()))
