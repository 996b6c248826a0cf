"""make bench: what the bot costs beside the model alone, on this machine, each with its ratio."""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median, quantiles

import psutil
from sentence_transformers import SentenceTransformer

from bot.answer import Bot
from bot.evaluation.own_questions import questions_only
from corpus.folder import SOURCES
from corpus.load import HANDBOOK, load
from index.build import build
from index.encoder import Vectors
from index.search import Index
from index.sentence_encoder import BATCH_SIZE, MODEL, SentenceEncoder, identity

RESULT = Path(__file__).parent / "results" / "speed.json"
FOLDERS = [folder for folder in (SOURCES, Path("../shared/sources")) if folder.exists()]
QUESTIONS = 100
PORT = 7877
# What the model costs by itself: a process that loads it and embeds two words.
BARE_MODEL = (
    "from sentence_transformers import SentenceTransformer; "
    f"SentenceTransformer({str(MODEL)!r}, device='cpu').encode(['warm up'])"
)
START_RUNS, BUILD_RUNS = 3, 3

Figures = dict[str, float]


class Recorder:
    """An encoder that keeps what it was given."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return self._encoder.encode(texts)


class Timed:
    """An encoder that remembers how long its last call took, in seconds."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder
        self.last = 0.0

    def encode(self, texts: Sequence[str]) -> Vectors:
        start = time.perf_counter()
        vectors = self._encoder.encode(texts)
        self.last = time.perf_counter() - start
        return vectors


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        result = {
            "machine": _machine(),
            "build": _builds(index),
            "reply": _replies(index),
            "start": _starts(index),
        }
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


def _machine() -> dict[str, str | int]:
    return {
        "processor": platform.machine(),
        "cores": psutil.cpu_count() or 0,
        "python": platform.python_version(),
        "date": time.strftime("%Y-%m-%d"),
    }


def _builds(out: Path) -> Figures:
    """A whole build and one `encode` of the same texts in turn, in texts a second; all cores."""
    encoder = SentenceEncoder(threads=psutil.cpu_count() or 1)
    model = _model()
    documents = load(FOLDERS, HANDBOOK).documents
    recorder = Recorder(encoder)
    model.encode(["warm up"])
    built, bare = [], []
    for run in range(BUILD_RUNS):
        recorder.texts = []
        folder = out if run == 0 else out.with_name(f"again-{run}")
        start = time.perf_counter()
        build(documents, folder, lambda: recorder, identity())
        built.append(time.perf_counter() - start)
        bare.append(_seconds(partial(_encode, model, recorder.texts)))
    texts = len(recorder.texts)
    return {
        "texts": texts,
        "build_texts_per_s": texts / min(built),
        "bare_texts_per_s": texts / min(bare),
        "ratio": min(bare) / min(built),
    }


def _encode(model: SentenceTransformer, texts: list[str]) -> object:
    return model.encode(texts, batch_size=BATCH_SIZE, normalize_embeddings=True)


def _replies(folder: Path) -> Figures:
    """`Bot.reply` and a bare `encode` of the same question in turn, one thread, milliseconds."""
    encoder = Timed(SentenceEncoder(threads=1))
    model = _model()
    bot = Bot(Index.load(folder, encoder, identity()))
    whole, bare, rest = [], [], []
    questions = questions_only()[: QUESTIONS + 5]
    for question in questions:
        bare.append(_seconds(partial(model.encode, [question], normalize_embeddings=True)))
        encoder.last = 0.0
        whole.append(_seconds(partial(bot.reply, [question])))
        rest.append(whole[-1] - encoder.last)
    # The first calls warm caches up.
    whole, bare, rest = whole[5:], bare[5:], rest[5:]
    return {
        **_percentiles("reply", whole),
        **_percentiles("bare_encode", bare),
        **_percentiles("reply_minus_own_encodes", rest),
        "ratio_p50": median(whole) / median(bare),
    }


def _starts(index: Path) -> Figures:
    """Process start to the first page, to readiness and to a first answer, seconds; and memory."""
    imports = min(_process("-c", "import fastapi, gradio") for _ in range(START_RUNS))
    model = min(_process("-c", BARE_MODEL) for _ in range(START_RUNS))
    pages, readies, memory = [], [], 0.0
    for _ in range(START_RUNS):
        with _serving(index) as (server, start):
            _wait("/chat/", lambda body: True)
            pages.append(time.perf_counter() - start)
            _wait("/health", lambda body: json.loads(body)["status"] == "ready")
            readies.append(time.perf_counter() - start)
            memory = psutil.Process(server.pid).memory_info().rss / 2**20
    question = ("-m", "bot", "--index", str(index), "How long does a session last?")
    answer = min(_process(*question) for _ in range(START_RUNS))
    bare_memory = _bare_memory()
    return {
        "import_fastapi_gradio_s": imports,
        "first_page_s": min(pages),
        "first_page_minus_imports_s": min(pages) - imports,
        "first_page_ratio": min(pages) / imports,
        "bare_model_and_one_encode_s": model,
        "page_can_answer_s": min(readies),
        "page_can_answer_ratio": min(readies) / (imports + model),
        "answer_in_terminal_s": answer,
        "answer_in_terminal_ratio": answer / model,
        "memory_mb": memory,
        "bare_model_memory_mb": bare_memory,
        "memory_ratio": memory / bare_memory,
    }


@contextmanager
def _serving(index: Path) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    start = time.perf_counter()
    command = [sys.executable, "app.py", "--port", str(PORT)]
    with subprocess.Popen(
        command,
        env=os.environ | {"FAQ_INDEX": str(index)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            yield server, start
        finally:
            server.terminate()


def _wait(path: str, is_there: Callable[[bytes], bool], seconds: float = 120) -> None:
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=5) as response:
                if is_there(response.read()):
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.02)
    raise TimeoutError(f"{path} was not there after {seconds} s")


def _bare_memory() -> float:
    code = f"{BARE_MODEL}; import psutil; print(psutil.Process().memory_info().rss / 2**20)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return float(done.stdout)


def _model() -> SentenceTransformer:
    return SentenceTransformer(str(MODEL), device="cpu")


def _process(*arguments: str) -> float:
    return _seconds(
        lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    )


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _percentiles(name: str, seconds: Sequence[float]) -> Figures:
    return {
        f"{name}_ms_p50": 1000 * median(seconds),
        f"{name}_ms_p95": 1000 * quantiles(seconds, n=20)[-1],
    }


if __name__ == "__main__":
    main()
