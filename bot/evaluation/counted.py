"""Counts in words."""


def counted(number: int, noun: str) -> str:
    """Such as "1 turn" and "2 turns"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
