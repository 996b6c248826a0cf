"""What the adapter learns from: questions with what answers them, and questions without."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.evaluation.own_questions import OwnQuestion, answers
from corpus.claims import differing
from corpus.document import Document, Passage
from corpus.language import detect
from corpus.sentences import sentences
from corpus.split import split
from index.overlap import holds
from index.rows import rows_of

TWICE = 2  # how often an epoch shows each of our own questions
MOST_SENTENCES = 3


class Pair(NamedTuple):
    """A question, texts that answer it, other ways of asking the same, and where those texts stand.

    `rows` are positions of the passages in the bank, none of which is wrong for the question.
    """

    question: str
    texts: tuple[str, ...]
    like: tuple[str, ...]
    rows: frozenset[int]


class Data(NamedTuple):
    """`bank` holds the texts of each passage that a question may be compared with.

    Those of sources stand behind the handbook's, from `sources` on; they answer none of `unanswered`.
    """

    pairs: list[Pair]
    bank: list[tuple[str, ...]]
    sources: int
    unanswered: list[str]


def data(
    handbook: Sequence[Document],
    sources: Sequence[Document],
    asked: Sequence[OwnQuestion],
) -> Data:
    """What is learnt from: questions and answers, and questions without."""
    bank: list[tuple[str, ...]] = []
    pairs = list(_of_handbook(handbook, bank))
    passages = [passage for document in sources for passage in split(document).passages]
    first = len(bank)
    bank.extend(row.texts for row in rows_of(sources, passages)[: len(passages)])
    for one in asked:
        rows = [at for at, passage in enumerate(passages) if answers(one, passage)]
        if rows:
            texts = tuple(text for at in rows for text in bank[first + at])
            pair = Pair(one.question, texts, (), frozenset(first + at for at in rows))
            pairs += [pair] * TWICE
    pairs += _of_topics(passages, bank[first:], first)
    return Data(pairs, bank, first, [one.question for one in asked if not one.gold])


def _of_handbook(handbook: Sequence[Document], bank: list[tuple[str, ...]]) -> Iterator[Pair]:
    for document in handbook:
        if document.language != "en":
            continue
        asked = [
            q for q in dict.fromkeys((document.title, *document.questions)) if detect(q) == "en"
        ]
        passages = split(document).passages
        first = len(bank)
        bank.extend((passage.text,) for passage in passages)
        rows = frozenset(range(first, len(bank)))
        # The opening answers, the rest adds to it.
        texts = tuple(_windows(passages[0])) * 2 + tuple(
            text for passage in passages for text in _windows(passage)
        )
        for question in asked:
            yield Pair(question, texts, tuple(q for q in asked if q != question), rows)


def _of_topics(
    passages: Sequence[Passage], texts: Sequence[tuple[str, ...]], first: int
) -> Iterator[Pair]:
    """`texts` are those of the passages, of which `first` is the number of the first one in the bank."""
    for topic, sides in differing(passages):
        taking = [passages[at] for _, taken in sides for at in taken]
        rows = [at for at, one in enumerate(passages) if any(holds(one, part) for part in taking)]
        said = tuple(text for at in rows for text in texts[at])
        standing = frozenset(first + at for at in rows)
        for question in topic.asked:
            like = tuple(other for other in topic.asked if other != question)
            yield Pair(question, said, like, standing)


def _windows(passage: Passage) -> Iterator[str]:
    """One to three sentences, as other documents are cut."""
    found = sentences(passage.text)
    for at, (start, _) in enumerate(found):
        for _, end in found[at : at + MOST_SENTENCES]:
            yield passage.text[start:end]
