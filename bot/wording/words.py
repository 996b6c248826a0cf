"""What a visitor reads that is not a quote, in English and Spanish; none can be missing."""

from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, ValidationError

from bot.reply import Language
from corpus.document import Frozen

_Text = Annotated[str, Field(min_length=1)]


class WordingError(ValueError):
    """A file of wording that cannot be used: names the file and the key, and says why."""


class CardWords(Frozen):
    """What stands above the lines. `again` and `again_emergency` are for a second time, shorter."""

    emergency: _Text
    crisis: _Text
    abuse: _Text
    third_party: _Text
    overdose: _Text
    again: _Text
    again_emergency: _Text


class PageWords(Frozen):
    """Titles, labels and the standing sentences of the page.

    `crisis_line` names numbers of the United States; every other country has the other one.
    """

    title: _Text
    heading: _Text
    intro: _Text
    crisis_line: _Text
    crisis_line_anywhere: _Text
    question_label: _Text
    question_placeholder: _Text
    no_names: _Text
    send: _Text
    clear: _Text
    examples_label: _Text
    examples: Annotated[tuple[_Text, ...], Field(min_length=6, max_length=6)]
    section: _Text
    unnamed_page: _Text
    context: _Text
    handbook: _Text
    not_reviewed: _Text
    helplines_title: _Text
    call: _Text
    text: _Text
    chat: _Text


class Wording(Frozen):
    """The sentences of one language.

    `concern_line` stands before the lines where a topic is touched, `concern_after` where an
    earlier turn disclosed something. `english_only` frames an English quote; empty in English.
    """

    card: CardWords
    concern_line: _Text
    concern_after: _Text
    quoted_intro: _Text
    not_found: _Text
    not_found_suggestions: _Text
    english_only: str
    warming_up: _Text
    search_down: _Text
    empty_question: _Text
    too_long: _Text
    page: PageWords


def read(path: Path) -> Wording:
    """The wording in one YAML file; a missing, empty or unknown key is a `WordingError`."""
    try:
        return Wording.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise WordingError(f"{path}: {error}") from error


@cache
def words(language: Language) -> Wording:
    """The wording that visitors of this language read."""
    return read(Path(__file__).with_name(f"{language}.yaml"))
