"""The web server: `python -m salesexpert.serving MODULE:APPLICATION [options of granian]`.

The application is loaded once, in the parent, and its workers part from it: what none of them writes to they share, so
that a second worker costs a fraction of the memory of the first.
"""

import gc
import multiprocessing
import sys
from importlib import import_module

from django.db import connections
from django.urls import get_resolver
from granian.cli import entrypoint


def load(target: str) -> None:
    """Import the application and all its pages, leaving nothing open that workers must not share."""
    import_module(target.partition(":")[0])
    _ = get_resolver().url_patterns
    connections.close_all()
    # Collecting would write to every object, and a page of memory that is written to is shared no more.
    gc.collect()
    gc.freeze()


def main() -> None:
    # Python 3.14 would start workers from nothing.
    multiprocessing.set_start_method("fork")
    load(sys.argv[1])
    sys.argv[1:1] = ["--interface", "wsgi"]
    entrypoint()


if __name__ == "__main__":
    main()
