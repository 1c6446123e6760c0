"""What tests in a browser have in common."""

import mimetypes
from collections.abc import Callable
from functools import cache, partial, wraps
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import Http404, HttpRequest, HttpResponse
from playwright.sync_api import Locator, Page


def settled(page: Any) -> None:
    """Wait for the parts that a page asks for by htmx; “network idle” would wait half a second on every page."""
    page.wait_for_selector(
        "body:not(:has(.htmx-request, .htmx-swapping, .htmx-settling))",
        state="attached",
    )


# What changes a page or asks it for something.
ACTIONS = [
    "check",
    "clear",
    "click",
    "dblclick",
    "drag_to",
    "fill",
    "focus",
    "hover",
    "press",
    "press_sequentially",
    "select_option",
    "set_checked",
    "set_input_files",
    "tap",
    "type",
    "uncheck",
]
KEYS = ["insert_text", "press", "type"]


def act_when_settled() -> None:
    """Let whatever a test does to a page wait until htmx has put in what it asked for, as a person would.

    Playwright waits for the element only: a field in a dialog that is just being swapped in takes what is typed, and
    the swap, its scripts or its focus undo it. On a fast machine that happens once in some hundred tests.
    """
    for owner, page_of in ((Page, lambda page: page), (Locator, lambda it: it.page)):
        for name in ACTIONS:
            if method := getattr(owner, name, None):
                setattr(owner, name, _when_settled(method, page_of))


def type_when_settled(page: Any) -> None:
    """The same for the keys of a page: a keyboard does not say whose it is."""
    keyboard = page.keyboard
    for name in KEYS:
        method = getattr(type(keyboard), name)
        setattr(keyboard, name, partial(_when_settled(method, lambda _it: page), keyboard))  # fmt: skip


def _when_settled(
    method: Callable[..., Any], page_of: Callable[[Any], Any]
) -> Callable[..., Any]:
    @wraps(method)
    def acting(self: Any, *args: Any, **options: Any) -> Any:
        settled(page_of(self))
        return method(self, *args, **options)

    return acting


@cache
def _static_file(name: str) -> tuple[bytes, str] | None:
    path = finders.find(name)
    if not path:
        return None
    with open(path, "rb") as file:
        return file.read(), mimetypes.guess_type(path)[0] or "application/octet-stream"


class KeptStaticFiles(StaticFilesHandler):
    """Static files that the browser may keep, as it keeps those of the product, whose names tell their content.

    Otherwise every page of every test asks for a dozen files and reads most of a megabyte of styles again.
    """

    def serve(self, request: HttpRequest) -> HttpResponse:  # type: ignore[override]
        found = _static_file(self.file_path(request.path))
        if found is None:
            raise Http404
        content, kind = found
        return HttpResponse(
            content,
            kind,
            headers={"Cache-Control": "public, max-age=31536000, immutable"},
        )
