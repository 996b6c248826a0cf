"""A search that was really made worse is told from one that was not, from index to command line."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from conftest import BuildIndex, OpenIndex

from bot.answer import Bot
from bot.evaluation import commands, what_runs
from bot.evaluation.__main__ import main
from bot.evaluation.cases import Case
from bot.evaluation.run import Runner
from bot.evaluation.run_folder import RunFolder
from bot.settings import Settings
from index import store
from index.vectors import VectorIndex

# What is in which room of an invented house, and who asks for it in other words.
ROOMS = {
    "kitchen": {
        "kettle": "What could I boil water in?",
        "frying pan": "I want to make an omelette",
        "bread knife": "How do I slice a loaf?",
    },
    "bathroom": {
        "towels": "I am wet and want to dry myself",
        "soap": "I should wash my hands",
        "toothbrushes": "How can I clean my teeth?",
    },
    "garage": {
        "bicycle": "Could I go for a ride on two wheels?",
        "lawn mower": "Somebody has to cut the grass",
        "snow shovel": "The driveway is white after the blizzard",
    },
    "attic": {
        "suitcases": "I have to pack for a journey",
        "wedding photographs": "Are there pictures of the marriage?",
        "cradle": "Where can the newborn sleep?",
    },
    "library": {
        "atlas": "Which maps of the world do you have?",
        "poems": "I would like to read some verses",
        "dictionary": "How do I look up what a word means?",
    },
    "cellar": {
        "wine": "Can we have a glass of something red with dinner?",
        "coal": "What is burnt to heat the place?",
        "plum jam": "Is there anything sweet to spread on toast?",
    },
    "nursery": {
        "teddy bear": "The child wants a soft toy to cuddle",
        "wooden blocks": "Can the little one build a tower?",
        "night light": "My daughter is afraid of the dark",
    },
    "workshop": {
        "hammer": "I need to drive in a nail",
        "saw": "How can I cut a plank in two?",
        "paint brushes": "The fence needs a new colour",
    },
    "music room": {
        "piano": "Are there black and white keys to play on?",
        "violin": "I play a string instrument with a bow",
        "drums": "Who makes that loud beat?",
    },
    "laundry": {
        "iron": "My shirt is full of wrinkles",
        "clothes pegs": "How do I hang up wet shirts on a line?",
        "washing powder": "Which detergent is there for dirty trousers?",
    },
    "greenhouse": {
        "orchids": "Which exotic flowers bloom here?",
        "watering can": "The plants are thirsty",
        "tomato seedlings": "Can I grow vegetables for a salad?",
    },
    "office": {
        "printer": "I need this document on paper",
        "stapler": "How do I fasten these sheets together?",
        "income tax forms": "What do I owe the state this year?",
    },
}


def cases() -> list[Case]:
    return [
        Case.model_validate({"id": thing, "question": question, "expect_quote": [{"words": thing}]})
        for things in ROOMS.values()
        for thing, question in things.items()
    ]


@pytest.fixture
def house(tmp_path: Path, build_index: BuildIndex) -> Path:
    """An index of the house, a page a room."""
    pages = tmp_path / "pages"
    pages.mkdir()
    for room, things in ROOMS.items():
        sections = (f"## About {one}\n\nThe {one} can be found in the {room}.\n" for one in things)
        (pages / f"{room.replace(' ', '-')}.md").write_text(f"# A room\n\n{''.join(sections)}")
    build_index(pages, tmp_path / "house")
    return tmp_path / "house"


@pytest.fixture
def worsened(house: Path) -> Path:
    """The same index, in which each passage stands under the vector of another."""
    folder = house.with_name("worsened")
    shutil.copytree(house, folder)
    stored = store.load(folder)
    rows = stored.vectors.rows(np.arange(len(stored.vectors)))
    file = folder / stored.manifest.generation / "vectors.faiss"
    VectorIndex.of(np.roll(rows, len(rows) // 2, axis=0)).save(file)
    return folder


def run(index: Path, open_index: OpenIndex, folder: Path) -> Path:
    bot = Bot(open_index(index))
    info = what_runs.info([], cases(), Settings(index=index), bot, 16)
    list(Runner(bot).run(cases(), RunFolder(folder), info))
    return folder


def test_a_worsened_search_is_flagged_by_the_command_line(
    house: Path,
    worsened: Path,
    open_index: OpenIndex,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    old = run(house, open_index, tmp_path / "old")
    new = run(worsened, open_index, tmp_path / "new")
    for metric in ("hit@1", "MRR@10", "nDCG@10"):
        found = commands.compared(old, new).difference(metric)
        assert found is not None
        assert found.n == 36
        assert found.is_worse
        assert found.p_corrected < 0.01
    assert main(["compare", str(old), str(new)]) == 0
    verdict = capsys.readouterr().out.splitlines()[1]
    assert verdict.startswith("Significantly different: ")
    assert "hit@1 worse" in verdict


def test_the_same_search_twice_is_no_different(
    house: Path, open_index: OpenIndex, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = (run(house, open_index, tmp_path / name) for name in ("old", "new"))
    assert main(["compare", str(old), str(new)]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "No difference in 36 turns."


def test_a_gate_is_broken_by_a_worsened_search(
    house: Path, worsened: Path, open_index: OpenIndex, tmp_path: Path
) -> None:
    old = run(house, open_index, tmp_path / "old")
    new = run(worsened, open_index, tmp_path / "new")
    baseline, gate = tmp_path / "baseline.jsonl", tmp_path / "gate.toml"
    gate.write_text("baseline = 'baseline.jsonl'\n[[not_worse]]\nmetric = 'MRR@10'\n")
    assert main(["baseline", str(old), str(baseline)]) == 0
    assert main(["gate", str(old), str(gate)]) == 0
    assert main(["gate", str(new), str(gate)]) == 1
