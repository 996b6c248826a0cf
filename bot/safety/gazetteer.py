"""Names of places, and the country that each of them stands in.

Countries come from ISO's list in English and Spanish, states and cities from `places.yaml`.
"""

import gettext
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pycountry
import yaml
from pydantic import ValidationError

from corpus.document import Frozen

PLACES = Path(__file__).with_name("places.yaml")

# Names that countries share with people and states: never told by the name alone.
_SHARED = {"georgia", "jersey"}
_MOST_WORDS = 5
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_THEN = re.compile(r"\s*[,(/]?\s*(?:(?:in|en)\s+)?")


class PlacesError(ValueError):
    """A file of places that cannot be used: names the file, and says why."""


class _Names(Frozen):
    names: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


class Place(NamedTuple):
    """A country's code, and where the name of the place ends in the text."""

    code: str
    end: int


def _named(text: str, at: int, names: dict[str, str]) -> Place | None:
    """The longest name that starts at `at`."""
    ends: list[int] = []
    for word in _WORD.finditer(text, at):
        if len(ends) == _MOST_WORDS or (not ends and text[at : word.start()].strip()):
            break
        ends.append(word.end())
    for end in reversed(ends):
        if code := names.get(" ".join(text[at:end].lower().split())):
            return Place(code, end)
    return None


class Gazetteer(NamedTuple):
    """Folded names with the code of their country; `wide` are those read behind another place.

    `last_words` are those that names end in: a text that holds none of them names no place. Texts
    come as `fold` leaves them.
    """

    every: dict[str, str]
    wide: dict[str, str]
    codes: dict[str, str]
    last_words: frozenset[str]

    def may_name(self, text: str) -> bool:
        """Whether any place may be named in the text."""
        words = _WORD.findall(text)
        return not (
            self.last_words.isdisjoint(word.lower() for word in words)
            and self.codes.keys().isdisjoint(words)
        )

    def place(self, text: str, at: int) -> Place | None:
        """The place that is named at `at`."""
        return _named(text, at, self.every)

    def land(self, text: str, at: int) -> Place | None:
        """The country or region at `at`, by its name or in capitals such as AZ."""
        word = _WORD.match(text, at)
        # A text that shouts is all capitals.
        if word and not text.isupper() and (code := self.codes.get(word[0])):
            return Place(code, word.end())
        return _named(text, at, self.wide)

    def in_full(self, text: str, found: Place) -> Place:
        """The same place with what stands behind it: "London, Ontario" is not in Britain."""
        while True:
            at = _THEN.match(text, found.end)
            further = at and self.land(text, at.end())
            if not further:
                return found
            # "Phoenix, USA" stays in Arizona.
            kept = found.code.startswith(f"{further.code}-")
            found = Place(found.code if kept else further.code, further.end)


def fold(text: str) -> str:
    """Without accents, points of abbreviations, curly quotes and hyphens; capitals stay."""
    plain = text.replace("’", "'").replace("-", " ")
    if not plain.isascii():
        parted = unicodedata.normalize("NFKD", plain)
        plain = "".join(char for char in parted if not unicodedata.combining(char))
    plain = re.sub(r"\b([A-Za-z])\.([A-Za-z])\b(?:\.([A-Za-z])\b)?\.?", r"\1\2\3", plain)
    plain = re.sub(r"\bee\.? ?uu\b\.?", "eeuu", plain, flags=re.I)
    return re.sub(r"\b(St)\.", r"\1", plain, flags=re.I)


def _key(name: str) -> str:
    return " ".join(fold(name).lower().split())


def _official() -> Iterator[tuple[str, str]]:
    """Every country's names in English and Spanish, with its code."""
    spanish = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=["es"])
    for country in pycountry.countries:
        for attribute in ("name", "common_name", "official_name"):
            if name := getattr(country, attribute, None):
                for spoken in (name, spanish.gettext(name)):
                    # "Bolivia, Plurinational State of" is known by its common name.
                    if "," not in spoken:
                        yield _key(spoken.partition(" (")[0]), country.alpha_2


def read(path: Path) -> Gazetteer:
    """The names in a file of places, and those of all countries."""
    try:
        written = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
        places = {code: _Names.model_validate(names) for code, names in written.items()}
    except (yaml.YAMLError, ValidationError, AttributeError) as error:
        raise PlacesError(f"{path}: {error}") from error
    wide = {name: code for name, code in _official() if name not in _SHARED}
    own: dict[str, str] = {}
    codes: dict[str, str] = {}
    for code, place in places.items():
        for name in map(_key, (*place.names, *place.regions, *place.cities)):
            if own.setdefault(name, code) != code:
                raise PlacesError(f"{path}: {name!r} stands under {own[name]} and {code}: keep one")
        wide |= {_key(name): code for name in (*place.names, *place.regions)}
        codes |= dict.fromkeys(place.codes, code)
    every = wide | own
    last = frozenset(_WORD.findall(name)[-1] for name in every)
    return Gazetteer(every=every, wide=wide, codes=codes, last_words=last)
