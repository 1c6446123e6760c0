"""What a stage may ask for before it is left: the app that owns deals says what it can look for."""

from collections.abc import Callable

_asked: list[Callable[[], list[tuple[str, str]]]] = []


def declare(ask: Callable[[], list[tuple[str, str]]]) -> None:
    """`ask` answers with names and labels in the reader's language; call this from `ready()`."""
    _asked[:] = [ask]


def askable() -> list[tuple[str, str]]:
    """Name and label of everything that a deal can be asked for."""
    return [pair for ask in _asked for pair in ask()]
