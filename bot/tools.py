"""What an assistant can ask for: the names and forms of the tools, and what to do with their replies.

The forms are those of the API, which are told here without loading what answers.
"""

from typing import Annotated, NamedTuple

from pydantic import Field

from bot.reply import Category, Level
from corpus.document import Frozen, Language

ABOUT = """\
A clinic's documents about psychodynamic therapy, answered from in exact quotes only.
Show a quote word for word with its source; never paraphrase, complete or merge quotes.
If `kind` is crisis, show the card first and unchanged: its `message`, then all its `helplines`. \
Never paraphrase, shorten or leave out a card.
Where the documents do not answer, say so with the reply's `message`, and do not answer in their \
place. Nothing is remembered between calls."""

_ASK = """\
What the documents say to the last turn. What to do with the reply, by its `kind`:
- crisis: someone may be in danger. Show the card first and unchanged: `message`, then every line \
of `helplines`, before anything else. Never paraphrase, shorten or leave out a card.
- quoted: `quotes` are exact quotes. Show each word for word, in quotation marks, after its \
`context` if it has one and with its source: `title`, `publisher`, `section`, `url`. Show its \
`side` and `note` as they are. Never paraphrase a quote.
- not_found, declined, contact, about: show `message`, and `suggestions` and `contact` if there \
are any. Do not answer in the documents' place.
Show `notes` and `helplines` with every kind. `candidates` were found and not chosen: they are no \
answer. Before turns are left out of a long conversation, keep the highest `level` of their \
replies and its `category`. Who was shown a card at the level crisis and wants an answer all the \
same: call again with the same turns and `card_seen`."""

_SCREEN = """\
How urgent the last turn is; nothing is searched. If there is a `card`, show it first and \
unchanged: its `message`, then every line of its `helplines`. Never paraphrase a card. At the level \
concern show `helplines` beside your own reply. `none` does not mean that someone is safe."""

_SOURCE = """\
A document as far as its publisher lets it be shown, with the place of a quote. `text` is exact: \
show it word for word with `title`, `publisher` and `url`. `marked` are the ranges of the quote, in \
code points of the document, as are `start`, `end` and `cuts` of a section."""


class Messages(Frozen):
    """A conversation; the last turn is what the reply is to."""

    turns: Annotated[
        tuple[str, ...],
        Field(
            min_length=1,
            max_length=40,
            description="What the person wrote, word for word, oldest first; nothing of yours.",
        ),
    ]
    language: Annotated[Language | None, Field(description="Without it, told from the words.")] = (
        None
    )
    level: Annotated[
        Level, Field(description="The highest level of replies to turns that were left out.")
    ] = "none"
    category: Annotated[Category | None, Field(description="The category of that reply.")] = None
    card_seen: Annotated[
        bool,
        Field(description="True only if the person saw the last turn's card and asks to go on."),
    ] = False


class Place(Frozen):
    """A document, and where in it a quote stands."""

    document: Annotated[
        str, Field(min_length=1, max_length=200, description="The `document` of a quote.")
    ]
    quote: Annotated[
        str | None,
        Field(pattern=r"^\d{1,9}-\d{1,9}$", description="A quote's `start` and `end`: START-END."),
    ] = None


class Offer(NamedTuple):
    """A tool: what it takes, and what is told of it."""

    name: str
    takes: type[Frozen]
    told: str


OFFERS = (
    Offer("ask", Messages, _ASK),
    Offer("screen", Messages, _SCREEN),
    Offer("source", Place, _SOURCE),
)
