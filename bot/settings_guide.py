"""The settings as a page for operators: `python -m bot.settings_guide > docs/settings.md`."""

from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge
from pydantic.fields import FieldInfo

from bot.settings import Settings

_HEAD = """\
# Settings

Made by `make settings` from `bot/settings.py`; change it there.

Each setting is an environment variable whose name begins with `FAQ_`, in capitals or not. A file
`.env` in the folder that the program is started from may hold the same lines (`FAQ_COUNTRY=US-AZ`,
one a line, `#` begins a comment); where both say something, the environment counts. They are read
once, at the start. One that cannot be used ends the program with 2 and one line that names the
variable, what was expected and what was found. `python app.py --check` tries them together with the
index and serves nothing. An unknown name is ignored, so look at the spelling here.

Address and port are no settings but options: `python app.py --help` lists those.
"""
_WORDS: dict[object, str] = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    Path: "a path; a relative one counts from where the program is started",
}


def guide() -> str:
    """The page, in Markdown."""
    prefix = Settings.model_config["env_prefix"]
    parts = [_entry(f"{prefix}{name.upper()}", one) for name, one in Settings.model_fields.items()]
    return "\n".join([_HEAD, *parts])


def _entry(name: str, field: FieldInfo) -> str:
    lines = [
        f"## {name}\n",
        f"{field.description}\n",
        f"- Value: {_kind(field)}",
        f"- Default: {_shown(field.default) or 'none'}",
        *(f"- Example: `{name}={example}`" for example in field.examples or ()),
    ]
    return "\n".join(lines) + "\n"


def _kind(field: FieldInfo) -> str:
    least = [f", {bound.ge} or more" for bound in field.metadata if isinstance(bound, Ge)]
    return _in_words(field.annotation) + "".join(least)


def _in_words(annotation: Any) -> str:
    """The type, for people who write no Python."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return "one of " + ", ".join(f"`{choice}`" for choice in inner)
    if origin is UnionType:
        return _in_words(next(one for one in inner if one is not NoneType))
    if origin is tuple:
        return "a list, with commas between"
    return _WORDS[annotation]


def _shown(default: object) -> str:
    """A default as it would be set; empty where nothing is."""
    if default is None or default == ():
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


if __name__ == "__main__":
    print(guide(), end="")
