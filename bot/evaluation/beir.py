"""Collections of the BEIR benchmark (Thakur et al., 2021) as documents and a set.

A folder holds `corpus.jsonl`, `queries.jsonl` and judgements in `qrels/<split>.tsv` or `qrels.tsv`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.evaluation.beir_documents import BeirDocument, Shelf
from bot.evaluation.beir_lines import BeirError, Line, lines
from bot.evaluation.cases import Case, RightDocument, Turn
from corpus.document import Frozen

_HEADER = ["query-id", "corpus-id", "score"]


class _Query(Line):
    text: Annotated[str, Field(min_length=1)]


class Collection(Frozen):
    """The judged queries of one split by their ids, and each one's grades by document.

    Documents are read when they are asked for, since there may be millions.
    """

    folder: Path
    queries: dict[str, str]
    grades: dict[str, dict[str, int]]

    def documents(self) -> Iterator[BeirDocument]:
        """All documents, in order. BeirError names a line that is none."""
        return lines(self.folder / "corpus.jsonl", BeirDocument)


class Written(Frozen):
    """What was made of a collection, and how many could not be used.

    `empty` documents have no words, `doubles` those of another; `missing` ones are judged only.
    """

    documents: int
    cases: int
    empty: int
    doubles: int
    missing: int

    def __str__(self) -> str:
        return (
            f"{self.documents} documents and {self.cases} cases; left out {self.empty} documents "
            f"without words, {self.doubles} with those of another, {self.missing} that are not there"
        )


def read(folder: Path, split: str = "test") -> Collection:
    """What a split judges; grades of 0 and less are left out. BeirError names what can't be read."""
    path = folder / "queries.jsonl"
    grades = _grades(folder, split)
    queries = {one.id: one.text for one in lines(path, _Query) if one.id in grades}
    for id in grades:
        if id not in queries:
            step = "fetch the whole collection again"
            raise BeirError(f"{path}: found no query {id!r}; expected it, as it is judged; {step}")
    return Collection(folder=folder, queries=queries, grades=grades)


def write(collection: Collection, out: Path) -> Written:
    """Makes `out/sources/`, a file a document, and `out/set.jsonl`, a case a query with an answer.

    Documents with the same words can't be indexed beside each other: the first stands for all. BeirError
    names a line that is no document, or the folder if files are in it already.
    """
    shelf = Shelf(out / "sources")
    judged = {id for of in collection.grades.values() for id in of}
    stems: dict[str, str | None] = {}
    for document in collection.documents():
        stem = shelf.put(document)
        if document.id in judged:
            stems[document.id] = stem
    cases = [case for id in collection.queries if (case := _case(collection, id, stems))]
    written = (case.model_dump_json(exclude_defaults=True) for case in cases)
    (out / "set.jsonl").write_text("".join(f"{line}\n" for line in written), "utf-8")
    return Written(
        documents=len(shelf.first),
        cases=len(cases),
        empty=shelf.empty,
        doubles=shelf.doubles,
        missing=len(judged - stems.keys()),
    )


def _case(collection: Collection, id: str, stems: Mapping[str, str | None]) -> Case | None:
    """None if no document that answers is there."""
    best: dict[str, int] = {}
    for document, grade in collection.grades[id].items():
        if stem := stems.get(document):
            best[stem] = max(best.get(stem, 0), grade)
    right = tuple(RightDocument(id=stem, grade=grade) for stem, grade in best.items())
    turn = Turn(question=collection.queries[id], expect_document=right)
    return Case(id=id, turns=(turn,), tags=("beir",)) if right else None


def _grades(folder: Path, split: str) -> dict[str, dict[str, int]]:
    path = _judgements(folder, split)
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                query, document, score = line.decode("utf-8-sig").rstrip("\r\n").split("\t")
                grade = 0 if [query, document, score] == _HEADER else int(score)
            except ValueError as error:
                expected = f"the header {' '.join(_HEADER)}" if number == 1 else "three columns"
                raise BeirError(
                    f"{path}: line {number}: found {line[:60]!r}; expected {expected}, with tabs "
                    "between and a whole number as score; correct the line"
                ) from error
            if grade > 0:
                found[query][document] = grade
    return dict(found)


def _judgements(folder: Path, split: str) -> Path:
    path, only = folder / "qrels" / f"{split}.tsv", folder / "qrels.tsv"
    if path.exists():
        return path
    if only.exists():
        return only
    splits = ", ".join(sorted(one.stem for one in folder.glob("qrels/*.tsv"))) or "no split"
    raise BeirError(f"{path}: found {splits}; expected {split}; name another split or folder")
