"""Where a visitor says to be, so that the lines shown are those of that country.

Only a place behind a locating phrase counts ("I live in …", "estoy en …"): people, dishes and
languages share their names with countries. What is not certain names no country.
"""

import re
from collections.abc import Sequence

from bot.safety.gazetteer import PLACES, Place, fold, read

_GAZETTEER = read(PLACES)

# These are people's names too: they count right behind "in", not behind "…, ".
_ALSO_PEOPLE = {"jordan", "chad", "kenya", "india", "israel", "china", "virginia", "guadalupe"}
# Behind a locating phrase stands the place: what comes much later belongs to something else.
_READ = 90  # characters

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
_TOWN = re.compile(r"\s*(?:[\w']+ ){0,2}[\w']+ ?, ?")
_WITHIN = re.compile(rf"(?:\s+(?!{_OF_OTHERS})[\w']+){{1,3}}?\s+(?:in|en)(?=\s)", re.I)
_END = re.compile(r"[\s.!?]*$")


def _at(text: str, at: int) -> Place | None:
    """The place that starts at `at`, with or without "the south of"."""
    for _ in range(4):
        if found := _GAZETTEER.place(text, at):
            return None if _STREET.match(text, found.end) else _GAZETTEER.in_full(text, found)
        part = _PART.match(text, at)
        if not part:
            return None
        at = part.end()
    return None


def _behind_town(text: str) -> Place | None:
    """The country behind a town that no list knows: "Sligo Town, Ireland"."""
    town = _TOWN.match(text)
    if not town:
        return None
    found = _GAZETTEER.land(text, town.end())
    if not found:
        return None
    name = text[town.end() : found.end].lower()
    is_certain = name not in _ALSO_PEOPLE and (len(name) > 3 or found.code in _GAZETTEER.codes)
    return (
        _GAZETTEER.in_full(text, found) if is_certain or name.upper() in _GAZETTEER.codes else None
    )


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
        text = fold(turn)
        if not _GAZETTEER.may_name(text):
            continue
        here = _last(_STAY, text) or _answer(text) or here
        if not _MOVED.search(text):
            origin = _last(_ORIGIN, text) or origin
    return here or origin
