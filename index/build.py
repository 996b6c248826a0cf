"""Building an index: only what is new or changed is embedded, and it is swapped in at once."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from corpus.claims import differing
from corpus.document import Document, Frozen, Passage
from corpus.split import SPLITTER_VERSION, split
from index import store
from index.encoder import Encoder, Vectors
from index.manifest import FORMAT, EncoderIdentity, Manifest, StaleIndexError
from index.rows import Row, rows_of
from index.store import Stored
from index.vectors import VectorIndex

BATCH = 256

# Makes the model that reads Spanish, and says which one it is.
Spanish = tuple[Callable[[], Encoder], EncoderIdentity]
Progress = Callable[[Iterable[Sequence[str]], int], Iterable[Sequence[str]]]


class BuildBusyError(Exception):
    """Another build of the same index is running."""


class Built(Frozen):
    """What a build did: texts embedded, and texts whose vectors the old index had already."""

    documents: int
    passages: int
    embedded: int
    reused: int


def build(
    documents: Sequence[Document],
    out: Path,
    encoder: Callable[[], Encoder],
    identity: EncoderIdentity,
    progress: Progress = lambda batches, _: batches,
    spanish: Spanish | None = None,
) -> Built:
    """Index `documents` in the folder `out`; `encoder` is only called if there is anything to embed.

    With `spanish`, Spanish questions will be compared with known ones by that model.

    BuildBusyError if another process builds there. `progress` wraps the batches of texts, of which
    it is told how many texts there are.
    """
    out.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(out / ".lock", timeout=0):
            return _build(documents, out, encoder, identity, progress, spanish)
    except Timeout as error:
        raise BuildBusyError(f"{out}: another build is running; wait for it to end") from error


def _build(
    documents: Sequence[Document],
    out: Path,
    encoder: Callable[[], Encoder],
    identity: EncoderIdentity,
    progress: Progress,
    spanish: Spanish | None,
) -> Built:
    # What is never shown stands last, so that a search can stop before it.
    documents = sorted(documents, key=lambda document: not document.quotable)
    taken = [split(document) for document in documents]
    passages = [passage for one in taken for passage in one.passages]
    quotable = {document.id for document in documents if document.quotable}
    topics = differing([passage for passage in passages if passage.document in quotable])
    rows = rows_of(documents, passages, [topic for topic, _ in topics])
    sentences = [one for part in taken for one in part.sentences if one.document in quotable]
    texts = [*(row.texts for row in rows), *((one.text,) for one in sentences)]
    old = _old(out, identity)
    known = _vectors(old)
    new = list(dict.fromkeys(one for one in texts if one not in known))
    if new:
        known |= zip(new, _embed(new, encoder(), progress), strict=True)
    vectors = np.stack([known[one] for one in texts]) if texts else _none(identity)
    questions = [row.texts for row in rows[len(passages) :]]
    in_spanish = _in_spanish(questions, old, spanish, progress) if spanish else None
    manifest = _manifest(documents, passages, rows, identity, spanish[1] if spanish else None)
    if old is None or old.manifest != manifest:
        of_rows, of_sentences = np.split(vectors, [len(rows)])
        stored = Stored(
            manifest,
            list(documents),
            passages,
            rows,
            VectorIndex.of(of_rows),
            in_spanish,
            sentences,
            VectorIndex.of(of_sentences),
        )
        store.save(out, stored)
    return Built(
        documents=len(documents),
        passages=len(passages),
        embedded=len(new),
        reused=len(set(texts)) - len(new),
    )


def _old(out: Path, identity: EncoderIdentity) -> Stored | None:
    """The index that is being replaced, if its vectors are of the same kind."""
    try:
        old = store.load(out)
        old.manifest.check(out, identity, old.manifest.splitter)
    except StaleIndexError:
        return None
    return old


def _vectors(old: Stored | None) -> dict[tuple[str, ...], Vectors]:
    """The vectors of an index by the texts they were made of."""
    if old is None:
        return {}
    texts = [*(row.texts for row in old.rows), *((one.text,) for one in old.sentences)]
    vectors = [one.rows(np.arange(len(one))) for one in (old.vectors, old.of_sentences)]
    return dict(zip(texts, np.vstack(vectors), strict=True))


def _in_spanish(
    questions: Sequence[tuple[str, ...]], old: Stored | None, spanish: Spanish, progress: Progress
) -> VectorIndex:
    """The known questions as the model that reads Spanish sees them."""
    encoder, identity = spanish
    known: dict[tuple[str, ...], Vectors] = {}
    if old is not None and old.spanish is not None and old.manifest.spanish == identity:
        before = [row.texts for row in old.rows[len(old.passages) :]]
        known = dict(zip(before, old.spanish.rows(np.arange(len(before))), strict=True))
    new = list(dict.fromkeys(question for question in questions if question not in known))
    if new:
        known |= zip(new, _embed(new, encoder(), progress), strict=True)
    vectors = [known[question] for question in questions]
    return VectorIndex.of(np.stack(vectors) if vectors else _none(identity))


def _embed(texts: list[tuple[str, ...]], encoder: Encoder, progress: Progress) -> list[Vectors]:
    """A vector for each row's texts: their mean."""
    flat = list(dict.fromkeys(text for group in texts for text in group))
    # Texts of one length make batches without padding.
    flat.sort(key=len)
    found: dict[str, Vectors] = {}
    batches = [flat[start : start + BATCH] for start in range(0, len(flat), BATCH)]
    for batch in progress(batches, len(flat)):
        found |= zip(batch, encoder.encode(batch), strict=True)
    return [np.mean([found[text] for text in group], axis=0) for group in texts]


def _none(identity: EncoderIdentity) -> Vectors:
    return np.zeros((0, identity.dimension), dtype=np.float32)


def _manifest(
    documents: Sequence[Document],
    passages: Sequence[Passage],
    rows: Sequence[Row],
    identity: EncoderIdentity,
    spanish: EncoderIdentity | None,
) -> Manifest:
    models = [identity.model_dump_json(), spanish.model_dump_json() if spanish else "-"]
    content = sha256(f"{FORMAT} {models}".encode())
    for model in (*documents, *passages, *rows):
        content.update(model.model_dump_json().encode())
    return Manifest(
        generation=content.hexdigest()[:16],
        encoder=identity,
        spanish=spanish,
        splitter=SPLITTER_VERSION,
        documents={document.id: document.sha256 for document in documents},
        rows=tuple(row.passage or row.topic or "" for row in rows),
    )
