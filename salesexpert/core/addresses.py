"""Addresses worked out once: a page draws a hundred of them, and they differ only in the numbers of records."""

from typing import Any

from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

# Stands for a number of a record while the address is taken apart; longer than any other part of one.
_STAND_IN = 900_000_000_000_000_000
# Fields that a firm makes for itself are words of addresses too.
_KNOWN_AT_MOST = 3000
_known: dict[tuple[Any, ...], list[str] | None] = {}


def address(name: str, *numbers: int) -> str:
    """Like `reverse(name, args=numbers)`. Raises NoReverseMatch."""
    found = pieces(name, (None,) * len(numbers))
    return reverse(name, args=numbers) if found is None else joined(found, numbers)


def joined(found: list[str], numbers: "tuple[int, ...] | list[int]") -> str:
    text = found[0]
    for number, piece in zip(numbers, found[1:], strict=True):
        text = f"{text}{number}{piece}"
    return text


def pieces(name: str, shape: tuple[str | None, ...]) -> list[str] | None:
    """What of the address stands between its numbers; None where it cannot be taken apart. It needs no escaping.

    `shape` has None for each number and the word itself for each argument that is a word.
    """
    key = (name, shape, get_urlconf(), get_script_prefix())
    if key in _known:
        return _known[key]
    args: list[Any] = [_STAND_IN + n if w is None else w for n, w in enumerate(shape)]
    stand_ins = [arg for arg, word in zip(args, shape, strict=True) if word is None]
    try:
        left = reverse(name, args=args)
    except NoReverseMatch:
        return None
    if len(_known) >= _KNOWN_AT_MOST:
        _known.clear()
    found: list[str] = []
    for stand_in in stand_ins:
        before, sign, left = left.partition(str(stand_in))
        if not sign:
            break
        found.append(before)
    found.append(left)
    whole = len(found) == len(stand_ins) + 1 and not any(
        s in "".join(found) for s in "&<>\"'"
    )
    _known[key] = found if whole else None
    return _known[key]
