"""The rows of the vector index: what is embedded of each passage, and the questions it answers."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from corpus.document import Document, Frozen, Passage


class Row(Frozen):
    """A vector to be: the mean of its texts' embeddings, standing for a passage.

    `document` is set where the text is a question that the passage is known to answer.
    """

    passage: str
    texts: tuple[str, ...]
    document: str | None = None


def rows_of(documents: Sequence[Document], passages: Sequence[Passage]) -> list[Row]:
    """A row for each passage in their order, then one for each question a passage is known to answer."""
    return [
        *(Row(passage=passage.id, texts=_views(passage)) for passage in passages),
        *_questions(documents, passages),
    ]


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
                yield Row(passage=opening.id, texts=(question,), document=document.id)


def _opening(passages: Sequence[Passage]) -> Passage:
    """The longest passage that starts where the first one does."""
    start = min(passage.span.start for passage in passages)
    first = [passage for passage in passages if passage.span.start == start]
    return max(first, key=lambda passage: passage.span.end)
