"""Memory that workers share with the parent they part from: what nobody writes to exists once for all of them.

Python counts in each object who refers to it, so that even reading writes, and a page of memory that is written to is copied.
Immortal objects are not counted (PEP 683, which names this use). The interpreter makes its own constants so; here all that
stands before the workers part is made so too. None of it would be freed before the server ends anyway.
"""

import gc
import sys
from collections.abc import Iterable
from ctypes import c_ssize_t
from itertools import batched
from typing import Any

# How CPython 3.12 and 3.13 mark an immortal object on 64 bits; others mark it otherwise, or have no way to.
KNOWN = {(3, 12), (3, 13)}
IMMORTAL = 0xFFFF_FFFF
AT_ONCE = 50_000


def share() -> int:
    """Make all objects immortal and the collector pass them over. Returns how many; 0 where this interpreter is not known.

    Call it once, in a process that only has children to start: what is dropped afterwards stays in memory.
    """
    gc.collect()
    made = _make_immortal() if _is_known() else 0
    gc.freeze()
    return made


def _is_known() -> bool:
    """Whether the constants that the interpreter itself made immortal look as expected."""
    return (
        sys.implementation.name == "cpython"
        and sys.version_info[:2] in KNOWN
        and sys.maxsize > 2**32
        and c_ssize_t.from_address(id(None)).value == IMMORTAL
    )


def _make_immortal() -> int:
    waiting: list[Any] = gc.get_objects()
    made = len(waiting)
    _mark(map(id, waiting))
    while waiting:
        # What the collector does not know is what these refer to: texts, numbers, code, and tuples and dicts of them.
        inner: list[Any] = []
        for part in batched(waiting, AT_ONCE):
            found = {id(one): one for one in gc.get_referents(*part)}
            _mark(found)
            inner += [one for one in found.values() if type(one) in (tuple, dict) and not gc.is_tracked(one)]  # fmt: skip
        waiting = inner
    return made


def _mark(addresses: Iterable[int]) -> None:
    for address in addresses:
        c_ssize_t.from_address(address).value = IMMORTAL
