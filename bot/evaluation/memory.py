"""Giving memory back. What a batch's arrays leave free between what lives on, glibc keeps: a few
hundred MB after some thousand questions, although no more is in use than after the first batch.
"""

import ctypes
import os


def give_back() -> bool:
    """Hands freed memory back to the system; whether there was any. Does nothing without glibc."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    return bool(trim and trim(0))
