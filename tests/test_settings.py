from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings
from bot.settings_guide import guide

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to start in, and no setting in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"FAQ_{name.upper()}", raising=False)
    return tmp_path


def section(name: str) -> str:
    _, _, rest = guide().partition(f"\n## FAQ_{name.upper()}\n")
    return rest.partition("\n## ")[0]


def test_the_page_about_settings_is_current() -> None:
    assert PAGE.read_text("utf-8") == guide(), "run `make settings`"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_each_setting_has_a_heading_and_says_what_it_is_for(name: str) -> None:
    description = Settings.model_fields[name].description
    assert description
    assert description in section(name)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_default_as_shown_is_the_real_one(
    name: str, nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = getattr(Settings(), name)
    (line,) = [one for one in section(name).splitlines() if one.startswith("- Default: ")]
    shown = line.removeprefix("- Default: ").strip("`")
    if shown != "none":
        monkeypatch.setenv(f"FAQ_{name.upper()}", shown)
    assert getattr(Settings(), name) == real
    assert (shown == "none") == (real in (None, ()))


@pytest.mark.parametrize("name", Settings.model_fields)
def test_an_example_can_be_used_as_it_stands(
    name: str, nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for line in section(name).splitlines():
        if line.startswith("- Example: "):
            variable, _, value = line.removeprefix("- Example: ").strip("`").partition("=")
            monkeypatch.setenv(variable, value)
            assert getattr(Settings(), name) != Settings.model_fields[name].default


def test_a_file_in_the_folder_says_the_same_and_the_environment_wins(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (nowhere / ".env").write_text("# ours\nFAQ_COUNTRY=GB\nFAQ_RATE=7\n")
    monkeypatch.setenv("FAQ_COUNTRY", "US-AZ")
    assert (Settings().country, Settings().rate) == ("US-AZ", 7)


def test_a_bound_is_told_and_held(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "- Value: a whole number, 1 or more" in section("rate")
    monkeypatch.setenv("FAQ_RATE", "0")
    with pytest.raises(ValidationError):
        Settings()
