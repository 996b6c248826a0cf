import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from bot.confidence import Calibration
from bot.evaluation import adapting, calibrate, pairs, tune, uncertainty
from bot.evaluation.cases import Place
from bot.evaluation.export import export
from bot.evaluation.own_questions import OwnQuestion, own_questions
from corpus.claims import differences
from corpus.document import Passage, Span
from index import adapter
from index.hit import Evidence, Found, Hit
from index.search import Index
from index.sentence_encoder import SentenceEncoder

NOTHING: Mapping[str, float] = {}


def exported(folder: Path, *rows: str) -> list[object]:
    path = folder / "set.jsonl"
    path.write_text("\n".join(rows), encoding="utf-8")
    return [json.loads(line) for line in export(path)]


def test_questions_messages_and_dialogues_become_conversations(tmp_path: Path) -> None:
    rows = (
        '{"id": "q", "question": "Why?", "gold": []}',
        '{"id": "m", "text": "¿Por qué?", "level": "none"}',
        '{"id": "d", "turns": [{"question": "Why?"}, {"text": "And?"}]}',
    )
    assert exported(tmp_path, *rows) == [
        {"id": "q", "turns": ["Why?"]},
        {"id": "m", "turns": ["¿Por qué?"]},
        {"id": "d", "turns": ["Why?", "And?"]},
    ]


def test_the_own_questions_still_stand_where_they_were_labelled(five_index: Index) -> None:
    asked = own_questions(five_index.documents)
    assert len({one.id for one in asked}) == len(asked) > 3000


def test_the_calibration_error_and_the_area_are_those_of_small_cases_by_hand() -> None:
    sure = np.array([0.95, 0.85, 0.15, 0.05])
    right = np.array([True, False, False, False])
    # Bins of one: .05 + .85 + .15 + .05, over four.
    assert uncertainty.calibration_error(sure, right) == pytest.approx(1.1 / 4)
    assert uncertainty.area(np.array([0.9, 0.3]), np.array([0.5, 0.1])) == pytest.approx(0.75)


def test_risk_and_coverage_go_from_the_surest_to_the_least_sure() -> None:
    sure = np.array([0.1, 0.9, 0.8, 0.3])
    right = np.array([False, True, True, False])
    coverage, risk = uncertainty.risk_coverage(sure, right)
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert risk.tolist() == pytest.approx([0, 0, 1 / 3, 0.5])
    assert uncertainty.covered(sure, right, 0.05) == 0.5
    assert uncertainty.covered(sure, ~right, 0.05) == 0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=4, max_size=60))
def test_the_area_is_scikit_learns(pairs: list[tuple[float, bool]]) -> None:
    sure = np.array([number for number, _ in pairs])
    right = np.array([flag for _, flag in pairs])
    assume(right.any() and not right.all())
    area = uncertainty.area(sure[right], sure[~right])
    assert area == pytest.approx(roc_auc_score(right, sure), abs=1e-9)


def test_what_the_calibration_is_fitted_to_it_tells_apart_on_other_authors() -> None:
    rng = np.random.default_rng(0)
    cases = [
        _case(rng, author, kind)
        for author in "xyz"
        for kind in ("direct", "near", "direct", "far") * 30
    ]
    sure, answered = calibrate.held_out(cases)
    found = calibrate.figures(cases, sure, answered)
    assert found.auroc_near > 0.9
    assert found.calibration_error < 0.15
    assert found.refused == pytest.approx(calibrate.REFUSED, abs=0.15)
    fitted = calibrate.fit(cases)
    assert fitted.signals["score"] > 0


def test_on_a_smaller_site_the_same_number_may_mean_something_else() -> None:
    rng = np.random.default_rng(0)
    whole, smaller = (
        [
            _case(rng, author, kind, further)
            for author in "xyz"
            for kind in ("direct", "near", "direct", "far") * 30
        ]
        for further in ({"size": 6.0, "lead": 0.1}, {"size": 1.0, "shift": -1.5})
    )
    regardless, minded = calibrate.fit(whole), calibrate.fit(whole, smaller)
    assert "lead" in minded.signals
    assert minded.typical["lead"] == pytest.approx(0.1)

    def wrong(fitted: Calibration, cases: list[calibrate.Case]) -> float:
        sure, _ = calibrate.judged(fitted, cases)
        return float(np.mean((sure > 0.5) != [case.is_right for case in cases]))

    assert wrong(minded, smaller) < 0.1 < wrong(regardless, smaller)
    assert wrong(minded, whole) < 0.1


def test_each_kind_of_question_counts_alike_however_many_of_it_there_are() -> None:
    rng = np.random.default_rng(0)
    elsewhere = (Place(document="d", start=50, end=60, sha256=""),)
    right = [_case(rng, "x", "direct") for _ in range(30)]
    missed = [
        calibrate.Case(
            one.asked.model_copy(update={"kind": "paraphrase", "gold": elsewhere}), one.found
        )
        for one in (_case(rng, "x", "direct") for _ in range(270))
    ]
    fitted = calibrate.fit([*right, *missed, *(_case(rng, "x", "far") for _ in range(60))])
    sure, _ = calibrate.judged(fitted, [*right, *missed])
    assert sure.mean() == pytest.approx(0.5, abs=0.1)


def _case(
    rng: np.random.Generator, author: str, kind: str, further: Mapping[str, float] = NOTHING
) -> calibrate.Case:
    """Scores lie about 1 where the hit is right, else about -1; `shift` moves all of them."""
    is_right = kind == "direct"
    passage = Passage(
        id="d:0-9", document="d", section=None, text="some words", span=Span(start=0, end=10)
    )
    hit = Hit(
        passage=passage, core=passage, score=0.5, base=0.5, meaning=0.5, words=0, question=None
    )
    score = float(rng.normal(1.0 if is_right else -1.0, 0.5))
    question = rng.normal(size=384).astype(np.float32)
    gold = (Place(document="d", start=0, end=10, sha256=""),) if is_right else ()
    asked = OwnQuestion(id=str(score), author=author, kind=kind, question="?", gold=gold)
    signals = {"score": score + further.get("shift", 0), "other": float(rng.normal())}
    told = {name: number for name, number in further.items() if name != "shift"}
    evidence = Evidence(signals | told, question)
    return calibrate.Case(asked, Found(hits=(hit,), evidence=evidence))


def test_no_author_stands_in_two_folds_and_none_is_lost(five_index: Index) -> None:
    asked = own_questions(five_index.documents)
    dealt = tune.folds(asked)
    authors = [author for fold in dealt for author in {one.author for one in fold}]
    assert len(dealt) == tune.FOLDS
    assert sorted(authors) == sorted({one.author for one in asked})
    assert sum(map(len, dealt)) == len(asked)


def test_a_batch_is_learnt_from_and_its_answers_come_nearer(
    five_index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapting, "EPOCHS", 11)
    asked = [one for one in own_questions(five_index.documents) if one.gold][:300]
    never = [one for one in own_questions(five_index.documents) if not one.gold][:40]
    pages = [five_index.documents[id] for id in sorted(five_index.documents)[:1]]
    learnt = pairs.data([], pages, [*asked, *never])
    assert len(learnt.pairs) > pairs.TWICE
    asked_of_topics = {question for topic in differences() for question in topic.asked}
    assert asked_of_topics & {pair.question for pair in learnt.pairs}
    learnt = learnt._replace(pairs=learnt.pairs[: adapting.BATCH])
    updates = adapting.fit(learnt)
    plain, tuned = SentenceEncoder(is_tuned=False), SentenceEncoder(is_tuned=False)
    adapter.add(tuned.transformer, updates)

    def nearness(encoder: SentenceEncoder) -> float:
        questions = encoder.encode([pair.question for pair in learnt.pairs])
        texts = encoder.encode([pair.texts[0] for pair in learnt.pairs])
        cosines = questions @ texts.T
        return float((np.diag(cosines) - cosines.mean(axis=1)).mean())

    assert nearness(tuned) > nearness(plain)
