"""What tests in a browser have in common."""

import mimetypes
from functools import cache
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import Http404, HttpRequest, HttpResponse


def settled(page: Any) -> None:
    """Wait for the parts that a page asks for by htmx; “network idle” would wait half a second on every page."""
    page.wait_for_selector(
        "body:not(:has(.htmx-request, .htmx-swapping, .htmx-settling))",
        state="attached",
    )


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
