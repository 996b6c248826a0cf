"""The shipped handbook against the fact sheet that it was written from, and the five documents."""

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import SHARED

from corpus.document import Document
from corpus.load import HANDBOOK, load

FACTS = Path(__file__).parent / "data" / "facts.toml"
GROUPS = {f"F{number:02}" for number in range(57)}
ENTRIES = {document.id: document for document in load([], HANDBOOK).documents}
RUN = 6


def answers() -> dict[str, Document]:
    return {one.id: one for one in ENTRIES.values() if one.purpose == "answer"}


def test_every_fact_group_is_covered_by_an_entry() -> None:
    covered = tomllib.loads(FACTS.read_text("utf-8"))
    assert covered.keys() <= ENTRIES.keys()
    left = GROUPS - {group for groups in covered.values() for group in groups}
    assert not left, f"no entry covers {sorted(left)}"


def test_every_english_answer_says_which_facts_it_covers() -> None:
    covered = tomllib.loads(FACTS.read_text("utf-8"))
    english = {one.id for one in answers().values() if one.language == "en"}
    assert english == covered.keys()
    assert {group for groups in covered.values() for group in groups} <= GROUPS


def test_there_are_at_least_80_english_entries_and_30_spanish_ones() -> None:
    languages = [one.language for one in answers().values()]
    assert languages.count("en") >= 80
    assert languages.count("es") >= 30


def test_no_entry_shares_six_words_in_a_row_with_the_five_documents() -> None:
    if not (SHARED / "sources").exists():
        pytest.skip("the five third-party documents are not beside this checkout")
    theirs = {run for one in load([SHARED / "sources"], None).documents for run in runs(one.text)}
    for entry in ENTRIES.values():
        texts = [entry.text[entry.body :], entry.title, *entry.questions]
        shared = {" ".join(run) for text in texts for run in runs(text) if run in theirs}
        assert not shared, f"{entry.id}: {shared}"


def runs(text: str) -> list[tuple[str, ...]]:
    """Each six words that follow each other."""
    words = re.findall(r"[\w']+", text.lower())
    return [tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)]


def test_spanish_entries_translate_entries_of_the_same_kind() -> None:
    spanish = [one for one in ENTRIES.values() if one.language == "es"]
    assert all(ENTRIES[str(one.translates)].purpose == one.purpose for one in spanish)
    originals = sorted(str(one.translates) for one in spanish)
    assert all(one != other for one, other in pairwise(originals))
