import json
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import BuildIndex, OpenIndex

from corpus.load import load
from index import store
from index.build import BuildBusyError, build
from index.manifest import EncoderIdentity, StaleIndexError
from index.search import Index
from index.sentence_encoder import SentenceEncoder


def test_only_what_changed_is_embedded(
    pages: Path, tmp_path: Path, build_index: BuildIndex
) -> None:
    first = build_index(pages, tmp_path / "index")
    (pages / "dreams.md").write_text("# Dreams in therapy\n\nDreams are welcome.\n")
    second = build_index(pages, tmp_path / "index")
    assert first.reused == 0
    assert second.embedded == 1
    assert second.reused > 0


def test_nothing_new_embeds_nothing_and_leaves_the_files_alone(
    pages: Path, tmp_path: Path, build_index: BuildIndex
) -> None:
    build_index(pages, tmp_path / "index")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "index").rglob("*.faiss")}
    assert build_index(pages, tmp_path / "index").embedded == 0
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_removed_document_is_gone(pages: Path, tmp_path: Path, build_index: BuildIndex) -> None:
    build_index(pages, tmp_path / "index")
    (pages / "dreams.md").unlink()
    build_index(pages, tmp_path / "index")
    assert "dreams" not in store.load(tmp_path / "index").manifest.documents


def test_two_builds_of_one_index_do_not_meet(
    pages: Path, tmp_path: Path, encoder: SentenceEncoder, model: EncoderIdentity
) -> None:
    documents = load([pages], None).documents

    def busy() -> SentenceEncoder:
        with pytest.raises(BuildBusyError, match="another build is running"):
            build(documents, tmp_path / "index", lambda: encoder, model)
        return encoder

    build(documents, tmp_path / "index", busy, model)


def test_another_model_is_stale_and_the_error_names_the_command(
    pages: Path, tmp_path: Path, build_index: BuildIndex, encoder: SentenceEncoder
) -> None:
    build_index(pages, tmp_path / "index")
    other = EncoderIdentity(name="other", weights_sha256="0", dimension=384)
    with pytest.raises(StaleIndexError, match="python -m index"):
        Index.load(tmp_path / "index", encoder, other)


def test_a_changed_document_makes_the_index_stale(
    pages: Path, tmp_path: Path, build_index: BuildIndex, open_index: OpenIndex
) -> None:
    build_index(pages, tmp_path / "index")
    (pages / "dreams.md").write_text("# Dreams\n\nOther words.\n")
    with pytest.raises(StaleIndexError, match=r"dreams\.md"):
        open_index(tmp_path / "index")


def test_another_splitter_is_stale(
    pages: Path, tmp_path: Path, build_index: BuildIndex, open_index: OpenIndex
) -> None:
    build_index(pages, tmp_path / "index")
    path = tmp_path / "index" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"splitter": 0}))
    with pytest.raises(StaleIndexError, match="splitter"):
        open_index(tmp_path / "index")


@pytest.mark.parametrize(
    "damage", ["rows.jsonl", "vectors.faiss", "manifest.json", "passages.jsonl"]
)
def test_a_damaged_index_is_stale_and_the_next_build_mends_it(
    damage: str, pages: Path, tmp_path: Path, build_index: BuildIndex
) -> None:
    build_index(pages, tmp_path / "index")
    victim = next((tmp_path / "index").rglob(damage))
    victim.write_bytes(victim.read_bytes()[:40])
    with pytest.raises(StaleIndexError):
        store.load(tmp_path / "index")
    build_index(pages, tmp_path / "index")
    store.load(tmp_path / "index")


def test_no_index_is_stale(tmp_path: Path) -> None:
    with pytest.raises(StaleIndexError, match="python -m index") as raised:
        store.load(tmp_path)
    # Tuning hears of it from another process.
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)


def test_an_index_of_nothing_loads(
    tmp_path: Path, encoder: SentenceEncoder, model: EncoderIdentity, open_index: OpenIndex
) -> None:
    build([], tmp_path / "index", lambda: encoder, model)
    assert open_index(tmp_path / "index").search("dreams?", 3).hits == ()


KILLED_BUILD = """
import sys
from pathlib import Path
from corpus.load import load
from index.build import build
from index.manifest import EncoderIdentity
import numpy as np

class Slow:
    def encode(self, texts):
        return np.ones((len(texts), 384), dtype=np.float32)

documents = load([Path(sys.argv[1])], None).documents
print("started", flush=True)
build(documents, Path(sys.argv[2]), Slow, EncoderIdentity(name="x", weights_sha256="0", dimension=384))
"""


def test_a_kill_at_any_moment_leaves_an_index_that_loads(tmp_path: Path) -> None:
    """Real processes, killed ever later, each while it swaps another version in."""
    folder, out = tmp_path / "pages", tmp_path / "index"
    folder.mkdir()
    text = "# Page {}\n\n" + "\n\n".join(f"Paragraph {n} says so." for n in range(300))
    command = [sys.executable, "-c", KILLED_BUILD, str(folder), str(out)]
    (folder / "page.md").write_text(text.format(0))
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    start = time.perf_counter()
    (folder / "page.md").write_text(text.format("of reference"))
    _build_and_kill(command, after=60)
    whole = time.perf_counter() - start
    killed = 0
    for attempt in range(12):
        (folder / "page.md").write_text(text.format(attempt + 1))
        killed += _build_and_kill(command, after=whole * attempt / 14)
        stored = store.load(out)
        assert len(stored.vectors) == len(stored.rows) == len(stored.manifest.rows)
    assert killed > 0


def _build_and_kill(command: list[str], after: float) -> bool:
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            process.wait(timeout=after)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            return True
    return False
