"""Memory that workers share with the parent they part from: what nobody writes to exists once for all of them.

Python counts in each object who refers to it, so that even reading writes, and a page of memory that is written to is copied.
Immortal objects are not counted (PEP 683, which names this use). The interpreter makes its own constants so; here all that
stands before the workers part is made so too. None of it would be freed before the server ends anyway.
"""

import ctypes
import gc
import sys
from collections.abc import Iterable
from contextlib import suppress
from ctypes import c_ssize_t
from itertools import batched
from typing import Any

# How CPython 3.12 and 3.13 mark an immortal object on 64 bits; others mark it otherwise, or have no way to.
KNOWN = {(3, 12), (3, 13)}
IMMORTAL = 0xFFFF_FFFF
AT_ONCE = 50_000

# Parameters of glibc's mallopt, and the size from which it asks the system for memory and gives it back.
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
LARGE = 128 * 1024

# How Python keeps small objects: pools of one size of block each behind a head, sizes in steps.
POOL, HEAD, STEP, SMALL = 16 * 1024, 48, 16, 512
# Numbers are of this size, and the search needs some for a moment.
NUMBER, NUMBERS = 32, 24
# The largest gaps that are worth a search, in blocks.
MOST = 100_000


def give_back() -> None:
    """Let large pieces of memory go back to the system for good; call it before anything large is loaded.

    With each large piece that is freed, glibc raises the size up to which it keeps them, and a worker that once drew a long
    page stays as large. Where there is no glibc nothing is changed.
    """
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(MMAP_THRESHOLD, LARGE)
        mallopt(TRIM_THRESHOLD, LARGE)


def share() -> int:
    """Make all objects immortal and the collector pass them over. Returns how many; 0 where this interpreter is not known.

    Call it once, in a process that only has children to start: what is dropped afterwards stays in memory.
    """
    gc.collect()
    if _is_known():
        _kept.extend(_blocks_in_gaps())
    made = _make_immortal() if _is_known() else 0
    gc.freeze()
    return made


# What fills the gaps, for as long as the server runs.
_kept: list[object] = []


def _blocks_in_gaps() -> list[object]:
    """Objects that fill the free places between those that stand: a worker's next object would copy the page around it."""
    filling: list[object] = []
    for size in range(STEP, SMALL + 1, STEP):
        whole = (POOL - HEAD) // size - (NUMBERS if size == NUMBER else 0)
        pool, run = 0, 0
        for _ in range(MOST):
            filling.append(_block(size))
            here = id(filling[-1]) // POOL
            run = run + 1 if here == pool else 1
            pool = here
            if run == whole:
                # So many in a row lie in one pool only where all of it was free: there are no gaps left.
                del filling[-run:]
                break
    return filling


def _block(size: int) -> object:
    """An object of just that many bytes, unknown to the collector."""
    if size <= sys.getsizeof(object()):
        return object()
    empty = sys.getsizeof(b"")
    # The head of bytes alone is longer than the second size.
    return bytes(size - empty) if size > empty else 0.5 + len(_kept)


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
