"""The patterns of `boilerplate.toml`, compiled: which lines and sentences are not content."""

import re
import tomllib
from importlib import resources


def _pattern(table: str, key: str) -> re.Pattern[str]:
    # The file's patterns may be spread over lines, and a blank in them matches any white space.
    source = re.sub(
        r"\s*\n\s*", "", re.sub(r"\s*\|\s*(?=\S)", "|", str(_TABLES[table][key]).strip())
    )
    return re.compile(source.replace(" ", r"\s"), re.IGNORECASE | re.DOTALL)


_TABLES = tomllib.loads(resources.files("corpus").joinpath("boilerplate.toml").read_text("utf-8"))

CONTENTS = _pattern("table of contents", "line")
NAVIGATION = _pattern("navigation", "line")
CLICK_HERE = _pattern("click-here sentence", "sentence")
CALL_TO_ACTION = _pattern("call to action", "cue")
TEASER = _pattern("advertising teaser", "every_sentence")
REFERENCE_HEADING = _pattern("reference list", "heading")
REFERENCE_LOCATOR = _pattern("reference list", "locator")
REFERENCE_CUE = _pattern("reference list", "cue")
REFERENCE_YEAR = _pattern("reference list", "year")
LOST_QUESTION = _pattern("answer without its question", "particle")
NEEDS_ITEMS = _pattern("lead-in without its list", "needs_items")
LEGAL_CUES = tuple(
    re.compile(cue, re.IGNORECASE) for cue in _TABLES["advertising or legal paragraph"]["cues"]
)


def is_legal(paragraph: str) -> bool:
    """Whether a paragraph speaks of its publisher's business or duties."""
    return sum(bool(cue.search(paragraph)) for cue in LEGAL_CUES) >= 2


def is_reference(line: str) -> bool:
    """Whether a line is a bibliographic reference on its own evidence."""
    return bool(REFERENCE_LOCATOR.search(line) and REFERENCE_CUE.search(line))
