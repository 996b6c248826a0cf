"""What the bot answers: the six kinds of reply, and the quote that only a slice of a passage can be."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from corpus.document import Frozen, Language, Origin, Span

Level = Literal["none", "concern", "crisis", "emergency"]
Category = Literal[
    "suicide",
    "self_harm",
    "harm_to_others",
    "domestic_violence",
    "child_abuse",
    "sexual_assault",
    "overdose_poisoning",
    "medical_emergency",
    "psychosis",
    "eating_disorder",
    "substance",
    "perinatal",
    "elder_abuse",
    "trafficking",
    "stalking",
    "online_exploitation",
    "professional_abuse",
    "hopelessness",
]


class Helpline(Frozen):
    """A human line: `call` and `text` are what to dial or send, `chat` an address, `hours` in words."""

    name: str
    call: str | None = None
    text: str | None = None
    chat: str | None = None
    hours: str | None = None
    languages: tuple[str, ...] = ()


class Quote(Frozen):
    """Words of a document. `file[start:end]` without `cuts` equals `text`, code point for code point.

    `reviewed` is when a clinician last read the document. `context` is verbatim too and stands at
    `context_span`; `highlight` is the half-open range of
    `text` that answers most directly. `score` orders the quotes of one reply and means nothing else.
    `side` is what the quote says on a topic on which the sources differ, `note` what a careful
    clinician would add to it; both in our own words. `is_other_provider`: it speaks of another
    clinic than the one that answers. `lines` are the half-open ranges of `text` to show as lines of
    their own; a line end inside one of them stands for a space.
    """

    text: str
    document: str
    title: str
    publisher: str | None
    origin: Origin = "source"
    reviewed: date | None = None
    section: str | None
    url: str | None
    start: int
    end: int
    cuts: tuple[tuple[int, int], ...] = ()
    context: str | None = None
    context_span: Span | None = None
    highlight: tuple[int, int] | None = None
    score: float
    side: str | None = None
    note: str | None = None
    is_other_provider: bool = False
    lines: tuple[tuple[int, int], ...] = ()


class ContactCard(Frozen):
    """How to reach the clinic, as its operator says."""

    clinic: str | None = None
    phone: str | None = None
    email: str | None = None
    page: str | None = None


class _Reply(Frozen):
    level: Level = "none"
    category: Category | None = None
    language: Language = "en"
    quotes: tuple[Quote, ...] = ()
    candidates: tuple[Quote, ...] = ()
    confidence: float | None = Field(default=None, ge=0, le=1)
    helplines: tuple[Helpline, ...] = ()
    message: str
    suggestions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    contact: ContactCard | None = None


class Quoted(_Reply):
    """The sources answer; `quotes` holds one to three of them.

    Where they differ on what was asked, `differ` names the topic and each quote its side.
    """

    kind: Literal["quoted"] = "quoted"
    differ: str | None = None


class NotFound(_Reply):
    """The sources do not answer; `suggestions` are questions that they do answer.

    `looked_for` is what was searched for; nothing where the visitor may be in distress.
    """

    kind: Literal["not_found"] = "not_found"
    looked_for: str | None = None


class Declined(_Reply):
    """A question for a professional: diagnosis, medication, a decision about one's life."""

    kind: Literal["declined"] = "declined"


class Contact(_Reply):
    """A practical request that only the clinic can meet: booking, price, hours."""

    kind: Literal["contact"] = "contact"


class About(_Reply):
    """A question about the bot itself, a greeting, thanks."""

    kind: Literal["about"] = "about"


class Crisis(_Reply):
    """Someone may be in danger: a human line comes first. Never holds a quote or a confidence.

    `message` is one to three paragraphs, parted by an empty line. `quick_exit` asks for a way to
    leave the page at once, since someone may be watching the visitor.
    """

    kind: Literal["crisis"] = "crisis"
    level: Level = "crisis"
    quick_exit: bool = False


Reply = Annotated[
    Quoted | NotFound | Declined | Contact | About | Crisis, Field(discriminator="kind")
]
