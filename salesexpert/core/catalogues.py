"""Compiled message catalogues that are never older than their source.

The `.po` files are the truth and the only ones in the repository. Every process of the product
passes here before it reads a translation, so no way of starting one meets an old catalogue.
"""

import logging
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

logger = logging.getLogger(__name__)


def compile_stale(folders: Iterable[Path]) -> list[Path]:
    """Compile each `.po` under `folders` whose `.mo` was not made from it; returns those."""
    compiled = []
    for folder in folders:
        for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
            if is_stale(source):
                try:
                    _compile(source)
                except OSError as error:
                    logger.warning("cannot compile %s: %s", source, error)
                else:
                    compiled.append(source)
    return compiled


def is_stale(source: Path) -> bool:
    """Whether the `.mo` beside `source` is missing or of another moment than its source.

    Equal to the nanosecond, not merely newer: a checkout may put an older source in place.
    """
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime_ns != source.stat().st_mtime_ns


def _compile(source: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    before = source.stat()
    with open(source, "rb") as file:
        catalogue = read_po(file)
    # Renamed into place whole: several processes may start at once.
    number, name = tempfile.mkstemp(dir=source.parent, suffix=".mo.new")
    try:
        with os.fdopen(number, "wb") as file:
            write_mo(file, catalogue)
        os.chmod(name, 0o644)
        os.utime(name, ns=(before.st_atime_ns, before.st_mtime_ns))
        os.replace(name, source.with_suffix(".mo"))
    except BaseException:
        os.unlink(name)
        raise
