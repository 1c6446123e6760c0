"""The web server: `python -m salesexpert.serving MODULE:APPLICATION [options of granian]`.

The application is loaded once, in the parent, and its workers part from it: what none of them writes to they share, so
that a second worker costs a fraction of the memory of the first.
"""

import multiprocessing
import sys
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import connections
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation
from django.utils.translation import gettext
from granian.cli import entrypoint

from salesexpert.sharing import give_back, share

# Seconds after which a thread that only reckons lets another on. A page asks the base ten times, and after each answer it would
# wait the usual 5 ms for a thread that draws a long table: beside heavy questions pages took twice as long, now a quarter more.
SWITCH = 0.0005


def load(target: str) -> None:
    """Import the application and all its pages, leaving nothing open that workers must not share."""
    sys.setswitchinterval(SWITCH)
    module, _, name = target.partition(":")
    application = getattr(import_module(module), name)
    _ = get_resolver().url_patterns
    _compile_templates()
    _read_catalogues()
    _warm(application)
    connections.close_all()
    share()


def _compile_templates() -> None:
    """The product's own templates, which the engine keeps once they are compiled: no first page pays for them either."""
    folder = settings.BASE_DIR / "templates"
    for path in sorted(folder.rglob("*.html")):
        get_template(str(path.relative_to(folder)))


def _read_catalogues() -> None:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            gettext("Save")


def _warm(application: Any) -> None:
    # Only now are there models to import.
    from salesexpert.warming import warm

    warm(application)


def main() -> None:
    give_back()
    # Python 3.14 would start workers from nothing.
    multiprocessing.set_start_method("fork")
    load(sys.argv[1])
    sys.argv[1:1] = ["--interface", "wsgi"]
    entrypoint()


if __name__ == "__main__":
    main()
