"""The rows of the vector index: what is embedded of each passage, and the questions it answers."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from corpus.claims import Difference
from corpus.document import Document, Frozen, Language, Passage
from corpus.language import detect


class Row(Frozen):
    """A vector to be: the mean of its texts' embeddings, standing for a passage or for a topic.

    `document` is set where the text is a question that the passage is known to answer. A question
    may instead belong to a `topic` on which documents differ, or only sound like one (`is_unlike`).
    `language` is that of a question: entries list ways of asking in several.
    """

    passage: str | None = None
    texts: tuple[str, ...]
    document: str | None = None
    topic: str | None = None
    is_unlike: bool = False
    language: Language | None = None


def rows_of(
    documents: Sequence[Document],
    passages: Sequence[Passage],
    differences: Sequence[Difference] = (),
) -> list[Row]:
    """A row for each passage in their order, for each question one is known to answer, for topics."""
    return [
        *(Row(passage=passage.id, texts=_views(passage)) for passage in passages),
        *_questions(documents, passages),
        *(row for difference in differences for row in _of_topic(difference)),
    ]


def _of_topic(difference: Difference) -> Iterator[Row]:
    for question in dict.fromkeys(difference.asked):
        yield Row(texts=(question,), topic=difference.id, language="en")
    for question in dict.fromkeys(difference.asked_es):
        yield Row(texts=(question,), topic=difference.id, language="es")
    for question in dict.fromkeys(difference.unlike):
        yield Row(texts=(question,), topic=difference.id, is_unlike=True, language="en")


def _views(passage: Passage) -> tuple[str, ...]:
    """The words alone, and the words where they stand: each finds what the other misses."""
    context = passage.context.text if passage.context else None
    surrounded = " ".join(part for part in (passage.section, context, passage.text) if part)
    return (passage.text,) if surrounded == passage.text else (passage.text, surrounded)


def _questions(documents: Sequence[Document], passages: Sequence[Passage]) -> Iterator[Row]:
    """Only of documents that list them: the headings of others say too little of what they answer."""
    by_document = {
        document: list(group) for document, group in groupby(passages, key=lambda p: p.document)
    }
    for document in documents:
        if document.questions and document.id in by_document:
            opening = _opening(by_document[document.id])
            for question in dict.fromkeys((document.title, *document.questions)):
                yield Row(
                    passage=opening.id,
                    texts=(question,),
                    document=document.id,
                    language=detect(question),
                )


def _opening(passages: Sequence[Passage]) -> Passage:
    """The longest passage that starts where the first one does."""
    start = min(passage.span.start for passage in passages)
    first = [passage for passage in passages if passage.span.start == start]
    return max(first, key=lambda passage: passage.span.end)
