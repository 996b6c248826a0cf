from pathlib import Path

import pytest
from conftest import SHARED

from corpus.claims import (
    DIFFERENCES,
    MOST_WORDS_OF_A_NOTE,
    QUALIFICATIONS,
    Side,
    conflicts,
    differences,
    makes,
    qualifications,
    qualified,
    read,
    report,
    taking,
)
from corpus.document import Passage
from corpus.errors import CorpusError
from corpus.load import HANDBOOK, load
from corpus.split import split
from corpus.stems import stems


def five_passages() -> list[Passage]:
    if not (SHARED / "sources").exists():
        pytest.skip("the five third-party documents are not beside this checkout")
    documents = load([SHARED / "sources"], None).documents
    return [passage for document in documents for passage in split(document).passages]


@pytest.mark.parametrize(
    ("cue", "sentence", "is_made"),
    [
        ("cbt fade", "The gains of CBT are fading sooner.", True),
        ("cbt fade -not", "The gains of CBT are not fading.", False),
        ("session 50 minutes -60", "A session of 50 to 60 minutes.", False),
        ("cbt", "Cognitive therapy.", False),
    ],
)
def test_a_cue_is_all_its_words_in_any_order_and_none_that_it_forbids(
    cue: str, sentence: str, is_made: bool
) -> None:
    assert makes([cue], frozenset(stems(sentence))) is is_made


def test_a_claim_is_looked_for_in_each_sentence_alone() -> None:
    claim = next(one for one in qualifications() if one.id == "cbt-fades")
    assert qualified("Sessions end on time. CBT gains decay sooner.") == (claim,)
    assert claim not in qualified("CBT is common. Gains decay sooner in winter.")


def test_the_files_are_whole() -> None:
    assert len(differences()) >= 12
    assert all(len(one.asked) >= 25 and len(one.unlike) >= 15 for one in differences())
    entries = {path.stem for path in HANDBOOK.rglob("*.md")}
    for one in qualifications():
        assert one.entry is None or one.entry in entries, one.id
        assert set(one.note) == {"en", "es"}, one.id
        assert all(len(note.split()) <= MOST_WORDS_OF_A_NOTE for note in one.note.values()), one.id


def test_every_statement_to_qualify_is_covered() -> None:
    # D30 stands in no sentence of the five pages, D31 is a rule for the notes.
    covered = {fact for one in qualifications() for fact in one.facts}
    assert covered >= {f"D{number:02d}" for number in range(1, 30)}


def test_in_the_five_documents_every_topic_differs_and_no_sentence_takes_two_sides() -> None:
    passages = five_passages()
    assert list(conflicts(passages)) == []
    said = read(passages)
    for one in differences():
        assert all(taking(side, said) for side in one.sides), one.id
    assert len(list(report(passages))) > len(differences())


def test_a_sentence_that_takes_two_sides_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    first = differences()[0]
    both = first.model_copy(update={"sides": (first.sides[0], first.sides[0])})
    monkeypatch.setattr("corpus.claims.differences", lambda: (both,))
    problems = [str(problem) for problem in conflicts(five_passages())]
    assert problems
    assert all("narrow a cue" in problem and "differences.yaml" in problem for problem in problems)


def test_no_note_or_question_repeats_six_words_of_the_five_documents() -> None:
    said = {run for passage in five_passages() for run in _runs(passage.text)}
    texts = [note for one in qualifications() for note in one.note.values()]
    texts += [text for one in differences() for text in (*one.asked, *one.unlike)]
    texts += [text for one in differences() for side in one.sides for text in side.says.values()]
    assert [text for text in texts if said & _runs(text)] == []


def _runs(text: str) -> set[tuple[str, ...]]:
    words = "".join(sign if sign.isalnum() else " " for sign in text.lower()).split()
    return {tuple(words[at : at + 6]) for at in range(len(words) - 5)}


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("id: x\n", 1, "holds no list"),
        ("- id: x\n  cues: [a\n", None, "not valid YAML"),
        ("- id: a\n  cues: [a]\n  note: {en: a, es: b}\n- id: b\n  cues: []\n", 4, "cues"),
        (
            "- {id: a, cues: [a], note: {en: a, es: b}}\n- {id: a, cues: [a], note: {en: a, es: b}}\n",
            2,
            "a second 'a'",
        ),
        ("- {id: a, cues: [a], note: {fr: a}}\n", 1, "note"),
        ("- {id: a, cue: [a], note: {en: a, es: b}}\n", 1, "unknown key"),
    ],
)
def test_a_wrong_item_is_named_with_its_line(
    tmp_path: Path, text: str, line: int | None, said: str
) -> None:
    path = tmp_path / "qualifications.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=said) as caught:
        qualifications.__wrapped__(path)
    assert caught.value.path == path
    assert line is None or caught.value.line == line


def test_a_side_without_cues_is_refused() -> None:
    with pytest.raises(ValueError, match="cues"):
        Side.model_validate({"says": {"en": "a", "es": "b"}, "cues": []})


def test_the_files_stand_where_editors_look() -> None:
    assert DIFFERENCES.parent == QUALIFICATIONS.parent == HANDBOOK.parent
