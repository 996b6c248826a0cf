"""The YAML at the head of a Markdown file, with the file's line for every place in it."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from yaml.reader import ReaderError

from corpus.errors import CorpusError

_FRONT_MATTER = re.compile(
    r"\A\ufeff?---[ \t]*\r?\n(?P<yaml>.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)


class FrontMatter(NamedTuple):
    """The values of the keys, their nodes, and the offset in the text at which the body begins."""

    fields: Any
    root: yaml.MappingNode
    body: int

    def line(self, place: tuple[int | str, ...]) -> int:
        """The file's line of a key or an item, or of what should hold it."""
        node: yaml.Node = self.root
        line = node.start_mark.line
        for step in place:
            if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                node = node.value[step]
                line = node.start_mark.line
            elif isinstance(node, yaml.MappingNode):
                pair = next((pair for pair in node.value if pair[0].value == str(step)), None)
                if pair is None:
                    break
                line, node = pair[0].start_mark.line, pair[1]
        return line + 1


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader that names the line of a date like 2025-02-30, too."""

    def construct_yaml_timestamp(self, node: yaml.ScalarNode) -> Any:
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError as error:
            raise yaml.MarkedYAMLError(problem=str(error), problem_mark=node.start_mark) from error


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_yaml_timestamp)


def read(path: Path, text: str) -> FrontMatter:
    """The front matter of a file that must have one; CorpusError where it is not valid YAML."""
    found = _FRONT_MATTER.match(text)
    if found is None:
        message = "has no front matter; expected its keys between two lines ---; add them"
        raise CorpusError(path, message, 1)
    # The empty line stands for the first ---, so that YAML's line numbers are the file's.
    root, fields = _load(path, "\n" + found["yaml"])
    return FrontMatter(fields, root, found.end())


def _load(path: Path, text: str) -> tuple[yaml.MappingNode, Any]:
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        if not isinstance(root, yaml.MappingNode):
            raise CorpusError(path, "has no keys in its front matter; expected id: …; add them", 1)
        _refuse_repeated_keys(path, root)
        return root, loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = f"is not valid YAML ({error.problem}); correct this line"
        raise CorpusError(path, message, mark.line + 1 if mark else None) from error
    except ReaderError as error:
        message = f"holds U+{error.character:04X}, which YAML forbids; remove it from this line"
        raise CorpusError(path, message, text.count("\n", 0, error.position) + 1) from error


def _refuse_repeated_keys(path: Path, root: yaml.MappingNode) -> None:
    """YAML forbids them; PyYAML takes the last one in silence."""
    for mapping in _mappings(root):
        counts = Counter(str(key.value) for key, _ in mapping.value)
        for key, _ in reversed(mapping.value):
            if counts[str(key.value)] > 1:
                message = f"a second {key.value!r}; expected one; join them"
                raise CorpusError(path, message, key.start_mark.line + 1)


def _mappings(root: yaml.MappingNode) -> Iterator[yaml.MappingNode]:
    """The front matter and the tables in its lists."""
    yield root
    for _, value in root.value:
        if isinstance(value, yaml.SequenceNode):
            yield from (item for item in value.value if isinstance(item, yaml.MappingNode))
