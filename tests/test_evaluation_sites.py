from itertools import islice
from pathlib import Path

import pytest
from conftest import BUILT, BuildIndex

from bot.evaluation import sites
from bot.evaluation.cases import Place
from bot.evaluation.own_questions import OwnQuestion
from index import store
from index.search import Index
from index.sentence_encoder import SentenceEncoder
from index.store import Stored


@pytest.fixture
def stored(pages: Path, tmp_path: Path, build_index: BuildIndex) -> Stored:
    build_index(pages, tmp_path / "index")
    return store.load(tmp_path / "index")


def test_every_passage_stands_on_its_documents_site_and_on_a_smaller_one(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sites, "LENGTHS", (2, 3))
    found = list(sites.smaller(stored))
    ids = [[passage.id for passage in site.passages] for site in found]
    for passage in stored.passages:
        assert sum(passage.id in site for site in ids) == 2
    documents = [{passage.document for passage in site.passages} for site in found]
    assert all(len(of) == 1 for of in documents)
    assert [{one.id for one in site.documents} for site in found] == documents


def test_a_smaller_site_finds_what_it_holds_and_nothing_else(
    stored: Stored, encoder: SentenceEncoder
) -> None:
    for site in sites.smaller(stored):
        index = Index(site, encoder)
        here = {passage.id for passage in site.passages}
        found = index.search("What does a dream bring to mind?", 10)
        assert found.hits
        assert {hit.passage.id for hit in found.hits} <= here
        for hit in found.hits:
            asked = index.search(hit.passage.text, 1).hits[0].passage
            assert asked.document == hit.passage.document


def test_the_handbook_leads_to_every_other_site(answering_index: Index) -> None:
    whole = store.load(BUILT / "answers")
    encoder = SentenceEncoder()
    with_entries, bare = (Index(site, encoder) for site in islice(sites.smaller(whole), 2))
    question = "How long does psychodynamic therapy take?"
    here = {id for id, one in bare.documents.items() if one.origin == "source"}
    assert len(here) == 1
    assert here == set(bare.documents)
    assert here == {id for id, one in with_entries.documents.items() if one.origin == "source"}
    for index in (with_entries, bare):
        hits = index.answering(index.search(question, 5)).hits
        assert {hit.passage.document for hit in hits} == here
    told, untold = (index.search(question, 5).evidence for index in (with_entries, bare))
    assert told is not None
    assert untold is not None
    assert told.signals["answering"] > 0.5
    assert "answering" not in untold.signals
    # A passage's vector is its own: at itself, its cosine is that of its words.
    for one in whole.passages[:3]:
        assert with_entries.search(one.text, 1).hits[0].meaning > 0.7


def test_as_many_questions_are_asked_that_a_site_does_not_answer(stored: Stored) -> None:
    gold = [
        Place(document=one.document, start=one.span.start, end=one.span.end, sha256="")
        for one in stored.passages
    ]
    asked = [
        OwnQuestion(id=str(at), author="x", kind="direct", question="?", gold=(place,))
        for at, place in enumerate(gold)
    ]
    here = [one for one in stored.passages if one.document == "silence"]
    found = sites.asked_of(here, asked, seed=0)
    answered = [one for one in found if one.gold]
    assert {one.gold[0].document for one in answered} == {"silence"}
    assert len(found) == 2 * len(answered)
    assert len({one.id for one in found}) == len(found)
