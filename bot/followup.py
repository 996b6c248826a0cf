"""Later questions that lean on earlier ones: recognised by their words, without a language model.

Their text is not rewritten. Search reads them twice, alone and behind the earlier questions, and
weighs both; a question that stands on its own is searched as it is.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

import yaml
from pydantic import TypeAdapter

from bot.safety.told import is_taken_back
from corpus.document import Frozen, Language
from index.query import Question

# What the question alone weighs if it leans on earlier ones a little or more. Chosen on our own
# conversations (docs/search.md).
LEANING, LEANING_MORE = 0.5, 0.4
# Earlier questions that are read along, and how few words say little, are short, or are long.
EARLIER = 3
LITTLE, SHORT, LONG = 2, 5, 14

_WORD = re.compile(r"[\w']+")


class Cues(Frozen):
    """The words of `followup.yaml` for one language."""

    points_back: frozenset[str]
    goes_on: frozenset[str]
    asks: frozenset[str]
    says_little: frozenset[str]
    names: frozenset[str]


def question(turns: Sequence[str], language: Language) -> Question:
    """What to search for after these turns."""
    last, earlier = turns[-1], turns[:-1]
    # "Never mind, it was a joke" wants no answer to what it takes back.
    leans = earlier and ("?" in last or not is_taken_back(last))
    points = leaning(last, language) if leans else 0
    if points < 1:
        return Question(text=last, language=language)
    weight = LEANING if points == 1 else LEANING_MORE
    context = " ".join(earlier[-EARLIER:])
    return Question(text=last, language=language, context=context, alone=weight)


def leaning(text: str, language: Language) -> int:
    """How much a question leans on earlier ones, in points; from 1 on it does."""
    cues = _cues()[language]
    words = _WORD.findall(text.lower().replace("’", "'"))
    begin = {" ".join(words[:count]) for count in (1, 2, 3)}
    telling = [
        word
        for word in words
        if word not in cues.says_little | cues.points_back and word not in cues.goes_on
    ]
    is_named = any(word in cues.names or word.removesuffix("s") in cues.names for word in words)
    goes_on = bool(begin & cues.goes_on) or (bool(begin & cues.asks) and len(words) < SHORT)
    return (
        any(word in cues.points_back for word in words)
        + goes_on
        + (len(telling) <= LITTLE)
        + (len(words) <= SHORT)
        - 2 * is_named
        - (len(words) > LONG)
    )


@lru_cache(maxsize=1)
def _cues() -> dict[Language, Cues]:
    text = resources.files("bot").joinpath("followup.yaml").read_text("utf-8")
    return TypeAdapter(dict[Language, Cues]).validate_python(yaml.load(text, yaml.CSafeLoader))
