"""Everyday words that meet clinical ones, from a file that an editor can read and extend."""

from collections.abc import Container
from importlib import resources

import yaml
from pydantic import TypeAdapter

from corpus.document import Frozen
from corpus.stems import stems as stems_of


class Everyday(Frozen):
    """Whoever says one of `say` may mean one of `means`."""

    say: tuple[str, ...]
    means: tuple[str, ...]


class Thesaurus:
    """Finds what a question may mean in other words; an inflection is known by its stem.

    A single word that the documents use themselves (`stems`) needs no other and gets none.
    """

    def __init__(self, entries: tuple[Everyday, ...], stems: Container[str] = ()) -> None:
        means = {stems_of(said): entry.means for entry in entries for said in entry.say}
        self._means = {k: v for k, v in means.items() if len(k) > 1 or k[0] not in stems}
        self.words = tuple(said for entry in entries for said in entry.say)
        self._longest = max((len(said) for said in self._means), default=0)

    @classmethod
    def load(cls, stems: Container[str] = ()) -> "Thesaurus":
        """The entries of `everyday.yaml`; ValidationError if it holds anything else."""
        text = resources.files("index").joinpath("everyday.yaml").read_text("utf-8")
        return cls(TypeAdapter(tuple[Everyday, ...]).validate_python(yaml.safe_load(text)), stems)

    def means(self, question: str) -> list[str]:
        """Words that documents would use for what the question says, in its order."""
        stems = stems_of(question)
        found: dict[str, None] = {}
        for start in range(len(stems)):
            for end in range(start + 1, min(start + self._longest, len(stems)) + 1):
                found |= dict.fromkeys(self._means.get(stems[start:end], ()))
        return list(found)
