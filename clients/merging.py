"""Two people edit one card: what both changed is a question, everything else just joins. Pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

type State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Clash:
    """One value that both changed, differently. None is “taken away” or “was not there”."""

    key: str
    theirs: Any
    mine: Any


def merge(
    base: Mapping[str, Any], theirs: State, mine: State
) -> tuple[State, list[Clash]]:
    """What the card should hold when `mine`, typed over `base`, meets `theirs`, saved meanwhile.

    Where both changed a value to different things the result holds mine, and the clash is told. A state is flat:
    {"inn": "7702070139", "phones:12": ["8 495 …", "work", ""]}; a value of None is the same as none at all.
    """
    merged: State = {}
    clashes: list[Clash] = []
    for key in dict.fromkeys([*theirs, *mine]):
        was, now, typed = base.get(key), theirs.get(key), mine.get(key)
        if typed in (was, now):
            value = now
        else:
            value = typed
            if now != was:
                clashes.append(Clash(key, now, typed))
        if value is not None:
            merged[key] = value
    return merged, clashes
