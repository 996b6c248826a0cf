"""Where a visitor says to be, so that the lines shown are those of that country.

Only a place behind a locating phrase counts ("I live in …", "estoy en …"): people, dishes and
languages share their names with countries. What is not certain names no country.
"""

import gettext
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pycountry
import yaml
from pydantic import ValidationError

from corpus.document import Frozen

PLACES = Path(__file__).with_name("places.yaml")

# Names that countries share with people and states: never told by the name alone.
_SHARED = {"georgia", "jersey"}
# These too are people's names: they count right behind "in", not behind "…, ".
_ALSO_PEOPLE = {"jordan", "chad", "kenya", "india", "israel", "china", "virginia", "guadalupe"}
_MOST_WORDS = 5
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
# Behind a locating phrase stands the place: what comes much later belongs to something else.
_READ = 90  # characters


class PlacesError(ValueError):
    """A file of places that cannot be used: names the file, and says why."""


class _Names(Frozen):
    names: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


class _Gazetteer(NamedTuple):
    """Folded names with the code of their country; `wide` are those read behind another place.

    `last_words` are those that names end in: a text that holds none of them names no place.
    """

    every: dict[str, str]
    wide: dict[str, str]
    codes: dict[str, str]
    last_words: frozenset[str]


class _Found(NamedTuple):
    code: str
    end: int


def _fold(text: str) -> str:
    """Without accents, points of abbreviations, curly quotes and hyphens; capitals stay."""
    plain = text.replace("’", "'").replace("-", " ")
    if not plain.isascii():
        parted = unicodedata.normalize("NFKD", plain)
        plain = "".join(char for char in parted if not unicodedata.combining(char))
    plain = re.sub(r"\b([A-Za-z])\.([A-Za-z])\b(?:\.([A-Za-z])\b)?\.?", r"\1\2\3", plain)
    plain = re.sub(r"\bee\.? ?uu\b\.?", "eeuu", plain, flags=re.I)
    return re.sub(r"\b(St)\.", r"\1", plain, flags=re.I)


def _key(name: str) -> str:
    return " ".join(_fold(name).lower().split())


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


def read(path: Path) -> _Gazetteer:
    """The names in a file of places, and those of all countries."""
    try:
        written = yaml.safe_load(path.read_text("utf-8"))
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
    return _Gazetteer(every=every, wide=wide, codes=codes, last_words=last)


_GAZETTEER = read(PLACES)

_WHILE = (
    r"(?:\s+(?:currently|now|right|still|just|also|actually|only|recently|living|based|located|"
    r"staying|residing|studying|working|visiting|travell?ing|stuck|stationed|deployed|over|out|down|"
    r"up|back|here|away|alone|at\s(?:home|uni|university|college|school|work)|"
    r"on\s(?:holiday|vacation|business|a\strip)))"
)
_MIENTRAS = (
    r"(?:\s+(?:ahora|mismo|actualmente|hoy|aqui|aca|ya|viviendo|trabajando|estudiando|todavia|aun|"
    r"sola|solo|de\s(?:viaje|vacaciones|erasmus|intercambio|paso)|cerca|recien))"
)
# What ties a place to somebody or something else ("in love with someone in Canada").
_OF_OTHERS = (
    r"(?:with|for|about|from|because|since|and|but|con|por|para|sobre|porque|y|pero|whose)\b"
)
_START = r"(?:^|[.,;:!?\n(]\s*)"
_STAY = re.compile(
    rf"""(?:
      (?<!\bif\s)(?<!\bwhen\s)\b(?:i|we)(?:\s?'?m|\s+am|'?re|\s+are){_WHILE}{{0,4}}
          (?:\s+(?:near|around|outside|close\s+to)|\s+in)
    | \b(?:i'?m|i\s+am)\s+(?:an?|at)\s+(?:(?!{_OF_OTHERS})[\w']+\s+){{1,5}}in
    | (?<!\bif\s)\b(?:i|we)(?:\s?'?ve|\s+have)?{_WHILE}{{0,2}}\s+
          (?:live|reside|work|study|stay|been\s+living|been\s+staying|moved)
          (?:\s+(?:with|from)(?:\s+[\w']+){{1,4}}?)?{_WHILE}{{0,3}}
          \s+(?:in|to|near|around|outside|close\s+to)
    | \b(?:here|over\s+here)\s+in
    | \b(?:calling|writing|texting|messaging|chatting|typing|hi|hello|hey|hiya|greetings)
          (?:\s+(?:you|this|all|to|there|everyone)){{0,2}}\s+from
    | {_START}(?:and\s+|but\s+)?(?:living|based|located|staying|studying)\s+in
    | \b(?:my\s+)?(?:country|location)(?:\s+is|\s*:)
    | (?<!\bno\s)(?<!\bsi\s)(?<!\bcuando\s)
          \b(?:vivo|vivimos|estoy|estamos|resido|residimos|radico|trabajo|estudio|ando|
          me\s+encuentro|me\s+mude|nos\s+mudamos|me\s+vine|llegue|sigo)
          (?:\s+con(?:\s+\w+){{1,3}}?)?{_MIENTRAS}{{0,3}}\s+(?:en|a|al|cerca\s+de|desde)
    | \b(?:aqui|aca)\s+en
    | \b(?:escribo|escribiendo|escribirles|escribirte|hablo|llamo|contacto|consulto)
          (?:\s+\w+){{0,2}}?\s+desde
    | \bsaludos\s+(?:desde|de)
    | {_START}(?:hola\s+)?desde
    | \b(?:mi\s+)?(?:pais|ubicacion)(?:\s+es|\s*:)
    )(?=\s)""",
    re.I | re.X,
)
_ORIGIN = re.compile(
    rf"""(?:
      \b(?:i|we)(?:\s?'?m|\s+am|'?re|\s+are)(?:\s+(?:actually|just))?\s+from
    | {_START}from
    | (?<!\bno\s)\b(?:soy|somos)\s+de
    )(?=\s)""",
    re.I | re.X,
)
# Who tells of a journey is from one place and is in another.
_MOVED = re.compile(
    r"\b(?:originally|moved|came|come|immigra\w*|migra\w*|refugee|asylum|visa|undocumented|papers|here|"
    r"llegu\w+|vine|vinimos|e?migr\w+|inmigra\w*|refugiad\w+|papeles|aqui|aca|llevo|cruce)\b",
    re.I,
)
_ALONE = re.compile(r"\s*(?:in|en)(?=\s)", re.I)
_PART = re.compile(
    r"\s*(?:the|el|la|los|las|de|del|of|city|county|state|province|ciudad|estado|provincia|zona|area|"
    r"capital|downtown|central|centro|rural|upstate|inner|greater|suburban|north|south|east|west|"
    r"northern|southern|eastern|western|norte|sur|este|oeste|afueras|interior|beautiful|sunny|good|old)"
    r"(?=\s)",
    re.I,
)
_STREET = re.compile(
    r"\s+(?:street|st|road|rd|avenue|ave|lane|drive|close|class|mode|peterson)\b", re.I
)
_THEN = re.compile(r"\s*[,(/]?\s*(?:(?:in|en)\s+)?")
_TOWN = re.compile(r"\s*(?:[\w']+ ){0,2}[\w']+ ?, ?")
_WITHIN = re.compile(rf"(?:\s+(?!{_OF_OTHERS})[\w']+){{1,3}}?\s+(?:in|en)(?=\s)", re.I)
_END = re.compile(r"[\s.!?]*$")


def _named(text: str, at: int, names: dict[str, str]) -> _Found | None:
    """The longest name that starts at `at`."""
    ends: list[int] = []
    for word in _WORD.finditer(text, at):
        if len(ends) == _MOST_WORDS or (not ends and text[at : word.start()].strip()):
            break
        ends.append(word.end())
    for end in reversed(ends):
        if code := names.get(" ".join(text[at:end].lower().split())):
            return _Found(code, end)
    return None


def _code(text: str, at: int) -> _Found | None:
    """Capitals such as AZ, in a text that does not shout."""
    word = _WORD.match(text, at)
    if word and not text.isupper() and (code := _GAZETTEER.codes.get(word[0])):
        return _Found(code, word.end())
    return None


def _in_full(text: str, found: _Found) -> _Found:
    """The same place with what stands behind it: "London, Ontario" is not in Britain."""
    while True:
        at = _THEN.match(text, found.end)
        further = at and (_code(text, at.end()) or _named(text, at.end(), _GAZETTEER.wide))
        if not further:
            return found
        # "Phoenix, USA" stays in Arizona.
        kept = found.code.startswith(f"{further.code}-")
        found = _Found(found.code if kept else further.code, further.end)


def _at(text: str, at: int) -> _Found | None:
    """The place that starts at `at`, with or without "the south of"."""
    for _ in range(4):
        if found := _named(text, at, _GAZETTEER.every):
            return None if _STREET.match(text, found.end) else _in_full(text, found)
        part = _PART.match(text, at)
        if not part:
            return None
        at = part.end()
    return None


def _behind_town(text: str) -> _Found | None:
    """The country behind a town that no list knows: "Sligo Town, Ireland"."""
    town = _TOWN.match(text)
    if not town:
        return None
    found = _code(text, town.end()) or _named(text, town.end(), _GAZETTEER.wide)
    if not found:
        return None
    name = text[town.end() : found.end].lower()
    is_certain = name not in _ALSO_PEOPLE and (len(name) > 3 or found.code in _GAZETTEER.codes)
    return _in_full(text, found) if is_certain or name.upper() in _GAZETTEER.codes else None


def _place(text: str) -> str | None:
    """The country of the place that this text begins with."""
    found = _at(text, 0) or _behind_town(text)
    if not found and (within := _WITHIN.match(text)):
        found = _at(text, within.end())
    return found.code if found else None


def _last(cue: re.Pattern[str], text: str) -> str | None:
    named = None
    for phrase in cue.finditer(text):
        rest = text[phrase.end() : phrase.end() + _READ]
        named = _place(rest) or named
    return named


def _may_name_a_place(text: str) -> bool:
    words = _WORD.findall(text)
    return not (
        _GAZETTEER.last_words.isdisjoint(word.lower() for word in words)
        and _GAZETTEER.codes.keys().isdisjoint(words)
    )


def _answer(text: str) -> str | None:
    """The country where the whole text says no more than "in Canada"."""
    if not (cue := _ALONE.match(text)):
        return None
    found = _at(text, cue.end())
    return found.code if found and _END.match(text, found.end) else None


def named_country(turns: Sequence[str]) -> str | None:
    """The country in which the visitor says to be, as `helplines_for` takes it; None if untold.

    The last place named wins; where somebody is from counts only if no turn tells where they are.
    """
    here = origin = None
    for turn in turns:
        text = _fold(turn)
        if not _may_name_a_place(text):
            continue
        here = _last(_STAY, text) or _answer(text) or here
        if not _MOVED.search(text):
            origin = _last(_ORIGIN, text) or origin
    return here or origin
