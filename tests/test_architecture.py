"""The rules of the house that no type can hold."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ORDER = {"corpus": 0, "index": 1, "bot": 2, "app": 3}
MODULES = [
    path for folder in ("corpus", "index", "bot") for path in sorted((ROOT / folder).rglob("*.py"))
] + [ROOT / "app.py"]
# The screen's model is a second user of torch, loaded as late as the first.
HOMES = {
    "sentence_transformers": "index/sentence_encoder.py",
    "torch": "index/sentence_encoder.py index/multilingual_encoder.py index/e5_transformer.py index/layers.py "
    "index/adapter.py bot/evaluation/adapting.py bot/safety/tower.py bot/safety/training.py "
    "bot/safety/models.py bot/safety/classifier.py bot/safety/fitting.py bot/safety/retrain.py "
    "bot/safety/continuing.py bot/evaluation/tune.py",
    "py3langid": "bot/other_language.py",
    "matplotlib": "bot/evaluation/charts.py",
    "ir_measures": "bot/evaluation/ranked.py",
    "openpyxl": "bot/evaluation/sheets.py",
    "junitparser": "bot/evaluation/exports.py",
    "symspellpy": "index/spelling.py bot/safety/plain.py",
    "confusable_homoglyphs": "bot/safety/normalise.py",
    "emoji": "bot/safety/normalise.py",
    "pycountry": "bot/safety/gazetteer.py bot/settings.py",
    "re2": "bot/safety/prefilter.py",
    "faiss": "index/vectors.py",
    "bm25s": "index/lexical.py",
    "trafilatura": "corpus/html_text.py",
    "pypdf": "corpus/pdf_text.py",
    "mammoth": "corpus/docx_text.py",
    "pyromark": "corpus/markdown.py",
    "syntok": "corpus/sentences.py",
    "prometheus_client": "bot/pages/metrics.py bot/pages/monitoring.py",
    "pythonjsonlogger": "bot/logs.py",
    "lingua": "corpus/language.py",
    "textstat": "corpus/reading_grade.py",
    "mcp": "bot/mcp.py",
}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    own = ORDER[path.relative_to(ROOT).parts[0].removesuffix(".py")]
    for name in imports(path):
        assert ORDER.get(name.split(".")[0], own) <= own


def test_each_heavy_library_has_one_home() -> None:
    for path in MODULES:
        here = str(path.relative_to(ROOT))
        for name in imports(path):
            library = name.split(".")[0]
            assert here in HOMES.get(library, here).split()


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_the_bot_does_not_load_torch() -> None:
    assert python("import sys, bot.answer; print('torch' in sys.modules)") == "False\n"


def test_model_index_and_reply_need_no_network(tmp_path: Path) -> None:
    """Every attempt to connect or to look a name up ends the process."""
    page = tmp_path / "pages"
    page.mkdir()
    (page / "dreams.txt").write_text("Dreams can show wishes that you do not know of.")
    code = f"""
import os, sys
def refuse(event, _):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        print("network:", event, file=sys.stderr); os._exit(1)
sys.addaudithook(refuse)
from index.__main__ import main
assert main(["--bare", "--sources", {str(page)!r}, "--out", {str(tmp_path / "index")!r}]) == 0
from bot.loading import load_bot
from bot.settings import Settings
from pathlib import Path
print(load_bot(Settings(index=Path({str(tmp_path / "index")!r}))).reply(["dreams"]).kind)
"""
    assert python(code).endswith("quoted\n")


def test_the_page_opens_before_what_searches_is_imported() -> None:
    heavy = "{'torch', 'sklearn', 'scipy', 'bm25s', 'matplotlib'}"
    assert python(f"import sys, app; print({heavy} & set(sys.modules))") == "set()\n"
