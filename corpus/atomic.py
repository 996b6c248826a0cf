"""Files that are written whole or not at all, whenever the process is killed."""

import os
import secrets
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """Put `data` at `path`, in place of what was there; OSError leaves the old file as it was."""
    # Hidden, so that what a killed process leaves behind is never loaded.
    partial = path.with_name(f".{secrets.token_hex(8)}.partial")
    try:
        with partial.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
