"""Sets as nested entries: YAML, and its lesser relation of one JSON object a line.

What a value of a case is called in the file, and in which line it stands, is known. Items are counted
from 1, as people do.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import yaml

from bot.evaluation.other_form import OTHERWISE

Path = Sequence[str | int]


class NestedEntry(NamedTuple):
    """A case as it is given, the line in which it begins, and its node where that is known."""

    file: str
    given: Any
    line: int
    node: yaml.Node | None = None

    @property
    def part(self) -> str:
        """What a person corrects."""
        return "field"

    def place(self, loc: Path) -> str:
        """Where the value at a place of the case stands in the file."""
        path = _path(self.given, loc)
        name = ".".join(str(step + 1 if isinstance(step, int) else step) for step in path)
        line = _line(self.node, path) if self.node else self.line
        return f"{self.file}: line {line}" + (f", field {name}" if name else "")


class Nested(NamedTuple):
    """The cases of a file, and the problems of what could not be read."""

    entries: list[NestedEntry]
    problems: list[str]


def read_json_lines(file: str, text: str) -> Nested:
    """A case in each line that is not blank."""
    found = Nested([], [])
    # JSON may hold other characters that `splitlines` takes for the end of a line.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            found.entries.append(NestedEntry(file, _json(line), number))
        except (ValueError, RecursionError) as error:
            why = str(error).replace("line 1 ", "")
            problem = f"{file}: line {number}: found no JSON ({why}); expected a case a line"
            found.problems.append(f"{problem}; correct the line")
    return found


def read_yaml(file: str, text: str) -> Nested:
    """The cases of a list. Values stay as they are written: 003 is no number, `no` no truth value."""
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        if root is not None and not isinstance(root, yaml.SequenceNode):
            problem = f"{file}: line 1: found no list; expected cases; begin each with `- `"
            return Nested([], [problem])
        nodes = [] if root is None else root.value
        values = [(loader.construct_document(node), node) for node in nodes]
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        before = text[: mark.index if mark else getattr(error, "position", 0)]
        why = getattr(error, "problem", None) or " ".join(str(error).split())
        place = f"{file}: line {before.count(chr(10)) + 1}"
        return Nested([], [f"{place}: found no YAML ({why}); expected cases; correct the line"])
    entries = [NestedEntry(file, value, _line(node, ()), node) for value, node in values]
    return Nested(entries, [])


class _Loader(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """PyYAML would keep the last of two values of one key."""
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for at, name in enumerate(names):
            if name in names[:at]:
                why = f"{name!r} stands twice in one entry"
                raise yaml.constructor.ConstructorError(
                    None, None, why, node.value[at][0].start_mark
                )
        return super().construct_mapping(node, deep)


def _as_written(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return loader.construct_scalar(node)


for _kind in ("int", "float", "bool", "timestamp", "value"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_kind}", _as_written)


def _json(line: str) -> Any:
    raw = json.loads(line, object_pairs_hook=_each_once)
    if isinstance(raw, dict) and type(raw.get("id")) in (int, float):
        # As it is written: 1.10 is another id than 1.1.
        raw["id"] = json.loads(line, parse_int=str, parse_float=str)["id"]
    return raw


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    for at, name in enumerate(names):
        if name in names[:at]:
            raise ValueError(f"{name!r} stands twice in one entry")
    return dict(pairs)


def _line(node: yaml.Node, path: Path) -> int:
    """Of what stands at a path, or of the nearest that is there."""
    line: int = node.start_mark.line + 1
    for step in path:
        inner = _child(node, step)
        if inner is None:
            break
        node, line = inner, inner.start_mark.line + 1
    return line


def _child(node: yaml.Node, step: str | int) -> yaml.Node | None:
    found: yaml.Node | None = None
    if isinstance(node, yaml.MappingNode):
        found = next((value for key, value in node.value if key.value == step), None)
    elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        found = node.value[step]
    return found


def _path(raw: Any, loc: Path) -> list[str | int]:
    """The way to a value of the case in what was written."""
    path: list[str | int] = []
    is_flat = isinstance(raw, dict) and raw.get("turns") is None
    for step in loc[2:] if is_flat and loc[0] == "turns" else loc:
        if isinstance(step, int):
            if not isinstance(raw, list) or step >= len(raw):
                continue  # one value, which stands for a list of one
            raw = raw[step]
        elif isinstance(raw, dict):
            other = OTHERWISE.get(step, step)
            step = other if other in raw and step not in raw else step
            raw = raw.get(step)
        else:
            break
        path.append(step)
    return path
