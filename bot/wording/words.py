"""What a visitor reads that is not a quote, in English and Spanish; none can be missing."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, get_args

import yaml
from pydantic import Field, ValidationError, field_validator

from bot.reply import Category
from corpus.document import Frozen, Language

_Text = Annotated[str, Field(min_length=1)]
# A category, or where none is known.
Kind = Category | Literal["any"]
Urgency = Literal["crisis", "emergency"]


class WordingError(ValueError):
    """A file of wording that cannot be used: names the file and the key, and says why."""


class Aside(Frozen):
    """What is said to someone in danger, and to someone who worries about another; may be nothing."""

    own: str = ""
    other: str = ""

    def to(self, third_party: bool) -> str:
        return self.other if third_party else self.own


class Spoken(Aside):
    """The same, where something has to be said to both."""

    own: _Text
    other: _Text


class ByLevel(Frozen):
    """Sentences for a card at crisis and for one at emergency."""

    crisis: Spoken
    emergency: Spoken

    def at(self, level: Urgency) -> Spoken:
        return self.emergency if level == "emergency" else self.crisis


class GoingOn(Frozen):
    """How to go on with the question."""

    crisis: _Text
    emergency: _Text

    def at(self, level: Urgency) -> str:
        return self.emergency if level == "emergency" else self.crisis


class KindWords(Frozen):
    """What is said of one kind of danger; what is left out is said as for all kinds."""

    acknowledgement: Spoken
    steps: ByLevel | None = None
    note: Aside = Aside()
    people: Spoken | None = None
    page: Aside = Aside()


class AgainWords(Frozen):
    """Parts of the later cards of one conversation, each used in turn.

    Their numbers have no common divisor, so that six and five of them make thirty cards.
    """

    own: Annotated[tuple[_Text, ...], Field(min_length=6, max_length=6)]
    other: Annotated[tuple[_Text, ...], Field(min_length=6, max_length=6)]
    endings: Annotated[tuple[_Text, ...], Field(min_length=5, max_length=5)]


class Again(Frozen):
    """Later cards at both levels."""

    crisis: AgainWords
    emergency: AgainWords

    def at(self, level: Urgency) -> AgainWords:
        return self.emergency if level == "emergency" else self.crisis


class CardWords(Frozen):
    """The parts of which every card is put together; en.yaml explains them."""

    page: _Text
    go_on: GoingOn
    people: ByLevel
    steps: ByLevel
    attack: ByLevel
    devices: _Text
    kinds: dict[Kind, KindWords]
    again: Again

    @field_validator("kinds")
    @classmethod
    def _has_all(cls, kinds: dict[Kind, KindWords]) -> dict[Kind, KindWords]:
        if missing := {"any", *get_args(Category)} - set(kinds):
            raise ValueError(f"expected every kind, {', '.join(sorted(missing))} missing")
        return kinds


class PageWords(Frozen):
    """Titles, labels and the standing sentences of the page; `exit` is where the quick exit leads."""

    title: _Text
    heading: _Text
    intro: _Text
    question_label: _Text
    answer_label: _Text
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
    other_provider: _Text
    reviewed: Annotated[str, Field(pattern=r"\{date\}")]
    in_source: _Text
    helpful: _Text
    helpful_yes: _Text
    helpful_no: _Text
    helpful_thanks: _Text
    note: _Text
    helplines_title: _Text
    call: _Text
    text: _Text
    chat: _Text
    go_on: _Text
    ask_on: _Text
    leave: _Text
    leave_short: _Text
    exit: Annotated[str, Field(pattern="^https://")]
    safety_link: _Text
    other_language: _Text
    no_script: _Text


class StandingWords(Frozen):
    """The constant line. Where a number or an address belongs, the text has it in braces."""

    label: _Text
    emergency: Annotated[str, Field(pattern=r"\{number\}")]
    emergency_anywhere: _Text
    crisis: _Text
    call_or_text: Annotated[str, Field(pattern=r"\{number\}")]
    call: Annotated[str, Field(pattern=r"\{number\}")]
    text: Annotated[str, Field(pattern=r"\{number\}")]
    chat: Annotated[str, Field(pattern=r"\{address\}")]


class Section(Frozen):
    """A heading and the paragraphs under it."""

    heading: _Text
    text: Annotated[tuple[_Text, ...], Field(min_length=1)]


class LinesWords(Frozen):
    """What is said of the helplines on the safety page; `confirmed` has a {date}."""

    heading: _Text
    intro: _Text
    unconfirmed: _Text
    confirmed: Annotated[str, Field(pattern=r"\{date\}")]


class FiguresWords(Frozen):
    """What is said of the measured figures; `interval` has a {low} and a {high}."""

    heading: _Text
    intro: _Text
    none: _Text
    interval: Annotated[str, Field(pattern=r"\{low\}.*\{high\}")]


class SafetyWords(Frozen):
    """The public page about danger."""

    title: _Text
    back: _Text
    other_language: _Text
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    lines: LinesWords
    figures: FiguresWords


class DemoWords(Frozen):
    """The page of an invented clinic that shows the widget."""

    clinic: _Text
    title: _Text
    text: _Text
    floating: _Text
    inline: _Text


class WidgetWords(Frozen):
    """What only the widget says, and the page that shows how it looks."""

    intro: _Text
    conversation: _Text
    asked: _Text
    offline: _Text
    failed: _Text
    new_tab: _Text
    open: _Text
    close: _Text
    demo: DemoWords


class SourceWords(Frozen):
    """The page of a document; `gone` is said of a quote that is no longer there."""

    original: _Text
    only_quotes: _Text
    only_link: _Text
    gone: _Text
    references: _Text
    unverified: _Text
    missing_title: _Text
    missing: _Text
    busy_title: _Text
    busy: _Text


class Wording(Frozen):
    """The sentences of one language.

    `concern_line` stands before the lines where a topic is touched, one of `concern_after` where an
    earlier turn disclosed something. `english_only` frames an English quote; empty in English.
    `differ` has the {topic} on which sources differ, `looked_for` the {question} that found nothing.
    """

    card: CardWords
    concern_line: _Text
    concern_after: Annotated[tuple[_Text, ...], Field(min_length=2)]
    quoted_intro: _Text
    not_found: _Text
    not_found_suggestions: _Text
    english_only: str
    differ: Annotated[str, Field(pattern=r"\{topic\}")]
    other_language: _Text
    looked_for: Annotated[str, Field(pattern=r"\{question\}")]
    contact: _Text
    warming_up: _Text
    looking: _Text
    too_many: Annotated[str, Field(pattern=r"\{seconds\}")]
    too_busy: _Text
    search_down: _Text
    empty_question: _Text
    too_long: _Text
    page: PageWords
    standing: StandingWords
    safety: SafetyWords
    source: SourceWords
    widget: WidgetWords


def read(path: Path) -> Wording:
    """The wording in one YAML file; a missing, empty or unknown key is a `WordingError`."""
    try:
        return Wording.model_validate(yaml.load(path.read_text("utf-8"), yaml.CSafeLoader))
    except (yaml.YAMLError, ValidationError) as error:
        raise WordingError(f"{path}: {error}") from error


@cache
def words(language: Language) -> Wording:
    """The wording that visitors of this language read."""
    return read(Path(__file__).with_name(f"{language}.yaml"))
