import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browsing import NEEDS_BROWSER, complaints_of, served
from conftest import BuildIndex
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from bot.answer import Bot
from bot.pages.evaluation_bench import Folders
from bot.pages.server import web_app
from bot.pages.warming import Desk
from bot.settings import Settings

# Models take their time to load, twice in one test, on a machine that may be busy.
PATIENCE = 180_000  # milliseconds

pytestmark = NEEDS_BROWSER

SET = (
    "id,question,expect_kind\n"
    "visit,How long is a visit at Elm House?,quoted\n"
    "dream,Does somebody have to remember a dream?,quoted\n"
    "tyre,Where can I repair a bicycle tyre?,not_found\n"
)
BROKEN = "id,question,expect_kind\n1,How long?,quoted\n2,How often?,quotted\n"


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """Empty ones, but for one shipped set; nothing is indexed."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "ours.csv").write_text(SET)
    return Folders(
        index=tmp_path / "index",
        sets=tmp_path / "sets",
        runs=tmp_path / "runs",
        shipped=tmp_path / "own",
    )


@pytest.fixture
def address(folders: Folders) -> Iterator[str]:
    """Where a real server serves the page for staff."""
    with served(lambda: web_app(Desk(Bot()), Settings(counts=None), folders)) as found:
        yield found


@contextmanager
def opened(
    browser: Browser, address: str, width: int = 1280, has_scripts: bool = True
) -> Iterator[tuple[Page, list[str]]]:
    """The page, and what it complained of or asked of another origin."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, java_script_enabled=has_scripts
    )
    page = context.new_page()
    complaints = complaints_of(page, address)
    page.goto(f"{address}/staff/evaluation")
    yield page, complaints
    context.close()


def upload(page: Page, name: str, content: str) -> None:
    file: FilePayload = {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
    page.get_by_label("A file").set_input_files(file)
    page.get_by_role("button", name="Add the set").click()


def by_keyboard(page: Page, wanted: Locator) -> None:
    """Goes to what is wanted with Tab alone, and presses it."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{wanted} can't be reached by Tab")


def test_a_set_is_uploaded_run_stopped_gone_on_with_and_reported_by_keyboard(
    browser: Browser, address: str, folders: Folders, pages: Path, build_index: BuildIndex
) -> None:
    build_index(pages, folders.index)
    with opened(browser, address) as (page, complaints):
        upload(page, "three.csv", SET)
        expect(page.get_by_role("status")).to_contain_text("three.csv can be read")
        expect(page.get_by_role("radio", name="three.csv")).to_be_checked()
        by_keyboard(page, page.get_by_role("button", name="Start the run"))
        said = page.locator("#said")
        expect(said).to_contain_text("Getting ready")
        expect(page.get_by_role("progressbar")).to_be_visible()
        by_keyboard(page, page.get_by_role("button", name="Stop the run"))
        go_on = page.get_by_role("button", name="Go on")
        expect(go_on).to_be_visible(timeout=PATIENCE)
        expect(said).to_contain_text("Stopped before the first turn")
        by_keyboard(page, go_on)
        expect(said).to_contain_text("Finished: 3 turns answered", timeout=PATIENCE)
        expect(page.locator("#run")).to_contain_text("of 3 judged turns")
        run = page.url
        by_keyboard(page, page.get_by_role("link", name="Open the report"))
        expect(page.locator("body")).to_contain_text("How long is a visit at Elm House?")
        page.goto(run)
        with page.expect_download(timeout=PATIENCE) as download:
            page.get_by_role("link", name="CSV").click()
        assert "visit" in download.value.path().read_text("utf-8")
        name = run.rpartition("/")[2]
        shutil.copytree(folders.runs / name, folders.runs / "earlier")
        page.goto(f"{address}/staff/evaluation")
        page.get_by_role("button", name="Compare").click(timeout=PATIENCE)
        expect(page.locator("body")).to_contain_text("No difference in 3 turns")
        assert complaints == []


def test_a_run_is_followed_by_reloading_where_there_are_no_scripts(
    browser: Browser, address: str
) -> None:
    with opened(browser, address, has_scripts=False) as (page, complaints):
        page.get_by_role("radio", name="ours.csv").check()
        page.get_by_role("button", name="Start the run").click()
        expect(page.locator("#said")).to_contain_text("The run failed", timeout=PATIENCE)
        expect(page.locator("pre")).to_contain_text("python -m index")
        assert complaints == []


def test_a_run_that_ends_is_shown_without_reloading_and_takes_the_keyboard_along(
    browser: Browser, address: str
) -> None:
    with opened(browser, address) as (page, complaints):
        page.get_by_role("radio", name="ours.csv").check()
        page.get_by_role("button", name="Start the run").click()
        page.get_by_role("button", name="Stop the run").focus()
        page.evaluate("document.body.dataset.sameDocument = 'yes'")
        expect(page.get_by_role("button", name="Try again")).to_be_visible(timeout=PATIENCE)
        expect(page.locator("body")).to_have_attribute("data-same-document", "yes")
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        assert complaints == []


def test_a_broken_set_is_refused_with_row_and_column(browser: Browser, address: str) -> None:
    with opened(browser, address) as (page, complaints):
        upload(page, "broken.csv", BROKEN)
        problem = page.get_by_role("alert").get_by_role("listitem")
        expect(problem).to_contain_text("broken.csv: row 3, column expect_kind")
        expect(page.get_by_role("radio", name="broken.csv")).to_have_count(0)
        # What a browser says of every page with such a status.
        assert [one for one in complaints if "status of 422" not in one] == []


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_nothing_is_wider_than_the_screen(browser: Browser, address: str, width: int) -> None:
    with opened(browser, address, width) as (page, _):
        upload(page, f"{'a-very-long-name' * 5}.csv", SET)
        expect(page.get_by_role("status")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("button", name="Start the run").click()
        expect(page.get_by_role("button", name="Try again")).to_be_visible(timeout=PATIENCE)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("link", name="All sets and runs").click()
        expect(page.get_by_role("cell", name="failed")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
