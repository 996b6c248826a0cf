"""python -m benchmarks.collections: does the fusion hold on public collections that are not ours?

Reads BEIR folders (corpus, queries, qrels), indexes them as a clinic's documents would be, without
the handbook, and compares meaning and words fused with either alone: nDCG@10 by ir-measures.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import ir_measures
import numpy as np
from ir_measures import nDCG

from corpus.document import Document
from index.build import build
from index.search import Index
from index.sentence_encoder import SentenceEncoder, identity

DATA = Path("../shared/data")
COLLECTIONS = ("stackfaq", "medquad-mental")
RESULT = Path(__file__).parent / "results" / "collections.json"
PASSAGES, DEEPEST = 100, 10
BATCH = 200

Run = dict[str, dict[str, float]]


def main() -> None:
    encoder = SentenceEncoder(threads=2)
    result: dict[str, object] = {}
    for name in COLLECTIONS:
        folder = DATA / name
        with TemporaryDirectory() as out:
            documents = list(_documents(folder, Path(out)))
            build(documents, Path(out) / "index", lambda: encoder, identity())
            index = Index.load(Path(out) / "index", encoder, identity())
            result[name] = _figures(index, folder)
        print(name, json.dumps(result[name]))
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def _documents(folder: Path, out: Path) -> Iterator[Document]:
    for number, row in enumerate(_lines(folder / "corpus.jsonl")):
        # The ids of some collections are no names of files.
        path = out / f"{number}.md"
        text = f"# {row['title']}\n\n{row['text']}\n"
        path.write_text(text, encoding="utf-8")
        digest = sha256(text.encode()).hexdigest()
        yield Document(
            id=row["_id"], title=row["title"], origin="source", path=path, sha256=digest, text=text
        )


def _figures(index: Index, folder: Path) -> dict[str, float]:
    queries = {row["_id"]: row["text"] for row in _lines(folder / "queries.jsonl")}
    with (folder / "qrels" / "test.tsv").open(encoding="utf-8") as file:
        judged: Run = {}
        for row in csv.DictReader(file, delimiter="\t"):
            judged.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    asked = {id: text for id, text in queries.items() if id in judged}
    runs = {
        "fused": _fused(index, asked),
        "meaning": _meaning(index, asked),
        "words": _words(index, asked),
    }
    figures: dict[str, float] = {"queries": len(asked), "documents": len(index.documents)}
    for name, run in runs.items():
        found = ir_measures.calc_aggregate([nDCG @ DEEPEST], judged, run)
        figures[name] = round(found[nDCG @ DEEPEST], 4)
    return figures


def _fused(index: Index, asked: dict[str, str]) -> Run:
    ids = list(asked)
    run: Run = {}
    for at in range(0, len(ids), BATCH):
        part = ids[at : at + BATCH]
        found = index.search_all([asked[id] for id in part], PASSAGES)
        for id, one in zip(part, found, strict=True):
            run[id] = _best((hit.passage.document, hit.score) for hit in one.hits)
    return run


def _meaning(index: Index, asked: dict[str, str]) -> Run:
    """The cosine of the question as it was typed with each passage, and nothing else."""
    vectors = index._queries._encoder.encode(list(asked.values()))
    scores, rows = index._vectors.search(vectors, PASSAGES, among=len(index._passages))
    owner = [passage.document for passage in index._passages]
    return {
        id: _best(
            (owner[row], float(score)) for row, score in zip(rows[at], scores[at], strict=True)
        )
        for at, id in enumerate(asked)
    }


def _words(index: Index, asked: dict[str, str]) -> Run:
    """BM25 of the question as it was typed."""
    owner = [passage.document for passage in index._passages]
    run: Run = {}
    for id, text in asked.items():
        scores = index._fusion.lexical.scores(text)
        best = np.argsort(-scores)[:PASSAGES]
        run[id] = _best((owner[row], float(scores[row])) for row in best)
    return run


def _best(scored: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Each document by its best passage."""
    found: dict[str, float] = {}
    for document, score in scored:
        found[document] = max(score, found.get(document, -1.0))
    return found


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


if __name__ == "__main__":
    main()
