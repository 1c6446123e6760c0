"""A last word before letters of a kind leave: apps above say which must not, because the world changed since they were queued."""

from collections.abc import Callable, Sequence

from salesexpert.outbox.models import Letter

Gate = Callable[[Sequence[Letter]], set[int]]
_gates: dict[str, Gate] = {}


def register_gate(kind: str, gate: Gate) -> None:
    """`gate(letters)` gives the ids of those that must not go any more; it is asked once for each batch."""
    _gates[kind] = gate


def held_back(letters: Sequence[Letter]) -> set[int]:
    found: set[int] = set()
    for kind in {letter.kind for letter in letters} & set(_gates):
        found |= _gates[kind]([letter for letter in letters if letter.kind == kind])
    return found
