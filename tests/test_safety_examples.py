from pathlib import Path

import pytest

from bot.safety.check_examples import main
from bot.safety.example import CATEGORIES, ExampleError, examples, read
from bot.safety.similar import groups, matches

LINE = "crisis\tsuicide\tself\texplicit\ten\tI want to die"


def file(folder: Path, *lines: str) -> Path:
    path = folder / "01-somebody.tsv"
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_a_line_is_an_example_of_its_author(tmp_path: Path) -> None:
    (example,) = read(file(tmp_path, LINE, ""))
    assert (example.level, example.category, example.author) == ("crisis", "suicide", 1)


def test_a_written_line_break_becomes_one(tmp_path: Path) -> None:
    (example,) = read(file(tmp_path, LINE + r"\nReally."))
    assert example.text == "I want to die\nReally."


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("crisis\tsuicide\tself\texplicit\ten", "5 fields"),
        (LINE.replace("crisis", "panic"), "level"),
        (LINE.replace("explicit", "loud"), "style"),
        (LINE.replace("suicide", "-"), "category -"),
        (LINE.replace("crisis", "none"), "level none"),
        (LINE.replace("\ten", "\tenglish"), "language"),
    ],
)
def test_a_bad_line_names_the_file_and_the_line(tmp_path: Path, line: str, named: str) -> None:
    with pytest.raises(ExampleError, match=rf"01-somebody\.tsv:2: .*{named}"):
        list(read(file(tmp_path, LINE, line)))


def test_a_file_without_an_author_is_named(tmp_path: Path) -> None:
    path = tmp_path / "some-lines.tsv"
    path.write_text(LINE, "utf-8")
    with pytest.raises(ExampleError, match=r"some-lines\.tsv:1: voice"):
        list(read(path))


def test_filled_slots_of_one_template_are_near_duplicates() -> None:
    texts = [
        "My mother Anna hits me when she has had 3 beers",
        "My father Peter hits me when she has had 12 beers",
        "What does a first session cost?",
    ]
    first, second, third = groups(texts)
    assert first == second != third


def test_a_text_that_stands_in_a_set_is_found() -> None:
    found = matches(["How long is one session?"], ["Dogs?", "How long is one session"])
    assert [(row, column) for row, column, _ in found] == [(0, 1)]


def test_the_examples_are_enough_and_agreed_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "kappa" in capsys.readouterr().out


def test_every_kind_is_told_of_oneself_and_of_others() -> None:
    told = {(example.category, example.about) for example in examples()}
    assert told >= {(category, about) for category in CATEGORIES for about in ("self", "other")}
