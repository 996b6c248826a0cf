from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import BuildIndex, OpenIndex

from bot.confidence import calibration, confidence
from corpus.document import Document
from index import adapter
from index.bridge import Bridge, Known
from index.evidence import COMPARED
from index.providers import Providers
from index.search import Index
from index.sentence_encoder import SentenceEncoder, identity


def test_evidence_has_every_signal_that_the_calibration_weighs_or_a_typical_one(
    tiny_index: Index,
) -> None:
    evidence = tiny_index.search("How long is a visit?", 3).evidence
    assert evidence is not None
    weighed = calibration().signals.keys()
    assert weighed <= evidence.signals.keys() | calibration().typical.keys()
    # How many passages of three pages share no words depends on which are best.
    ten = len(tiny_index.search("How long is a visit?", COMPARED).hits) == COMPARED
    assert ("first_ten" in evidence.signals) == ten
    # Without a handbook nothing is known of entries.
    assert weighed - evidence.signals.keys() - {"first_ten"} == {
        "about",
        "answering",
        "contact",
        "declined",
        "entry_covered",
        "entry_here",
    }
    assert len(calibration().question) == len(evidence.question) == 384


def test_what_is_asked_for_does_not_change_the_evidence(tiny_index: Index) -> None:
    one, three = (tiny_index.search("How long is a visit?", k).evidence for k in (1, 3))
    assert one is not None
    assert three is not None
    assert one.signals == three.signals


def test_words_that_the_documents_have_count_for_a_hit(tiny_index: Index) -> None:
    known = tiny_index.search("video visits in Ohio", 3)
    strange = tiny_index.search("video visits with a zebra accountant", 3)
    assert known.evidence is not None
    assert strange.evidence is not None
    assert known.evidence.signals["covered"] > strange.evidence.signals["covered"]
    assert strange.evidence.signals["unknown_words"] > known.evidence.signals["unknown_words"]
    assert confidence(known.hits, known.evidence) > confidence(strange.hits, strange.evidence)


def test_an_amount_that_no_number_answers_is_noticed(tiny_index: Index) -> None:
    told = tiny_index.search("how often do people come to Elm House", 1).evidence
    untold = tiny_index.search("how much do wishes in dreams cost", 1).evidence
    assert told is not None
    assert untold is not None
    assert (told.signals["asks_amount"], told.signals["amount_missing"]) == (1, 0)
    assert (untold.signals["asks_amount"], untold.signals["amount_missing"]) == (1, 1)


def test_the_bridge_leads_from_an_entry_to_what_says_the_same() -> None:
    passages = np.eye(4, dtype=np.float32)
    entry = Known((3,), passages[[1, 1]], passages[[3]])
    reach = Bridge([entry], passages, ends=[3]).reach({3: 0.9})
    assert reach.tolist() == [-0.5, 0.0, -0.5, 0.0]
    assert Bridge([entry], passages, ends=[3]).reach({}).tolist() == [0, 0, 0, 0]
    assert Bridge([], passages, ends=[]).covered(3, 1) == (0.0, 0.0)


def test_a_publisher_is_known_by_its_name_or_its_first_word() -> None:
    def page(id: str, publisher: str | None) -> Document:
        return Document(
            id=id,
            title=id,
            publisher=publisher,
            origin="source",
            path=Path(id),
            sha256="",
            text="",
        )

    pages = [
        page("a", "Elm House"),
        page("b", "Elm Street Clinic"),
        page("c", "Birch"),
        page("d", None),
    ]
    providers = Providers({one.id: one for one in pages})
    assert providers.named("Does Birch do video?") == {"Birch"}
    assert providers.named("is ELM HOUSE open") == {"Elm House"}
    assert providers.named("an elm tree") == frozenset()
    assert providers.publisher("d") is None


def test_a_question_that_names_a_publisher_is_answered_by_it(
    pages: Path, tmp_path: Path, build_index: BuildIndex, open_index: OpenIndex
) -> None:
    (pages / "birch.md").write_text("# Visits\n\nA visit at our house lasts about fifty minutes.\n")
    (pages / "sources.toml").write_text(
        '[[source]]\nfile = "elm-house.md"\npublisher = "Elm House"\n'
        '[[source]]\nfile = "birch.md"\npublisher = "Birch"\n'
    )
    build_index(pages, tmp_path / "index")
    index = open_index(tmp_path / "index")
    for name, document in (("Birch", "birch"), ("Elm House", "elm-house")):
        hits = index.search(f"how long is a visit with {name}", 1).hits
        assert hits[0].passage.document == document


def test_the_adapter_is_part_of_the_models_identity_and_changes_what_it_reads() -> None:
    assert adapter.digest()[:16] in identity().name
    plain = SentenceEncoder(is_tuned=False)
    text = ["will they just nod while I pay"]
    before = plain.encode(text)[0]
    adapter.add(plain.transformer, adapter.load())
    after = plain.encode(text)[0]
    assert float(before @ after) < 0.99
    assert after == pytest.approx(SentenceEncoder().encode(text)[0], abs=1e-5)


def test_saved_updates_are_read_as_they_were(tmp_path: Path) -> None:
    name = "encoder.layer.0.output.dense"
    update = adapter.Update(torch.ones(3, 2), torch.full((2, 4), 0.5))
    adapter.save(tmp_path / "adapter.npz", {name: update})
    with np.load(tmp_path / "adapter.npz") as stored:
        assert stored[f"{name}.up"].tolist() == update.up.tolist()
        assert stored[f"{name}.down"].tolist() == update.down.tolist()


def test_an_adapter_of_another_architecture_is_refused() -> None:
    with pytest.raises(KeyError):
        adapter.add(SentenceEncoder(is_tuned=False).transformer, {})
