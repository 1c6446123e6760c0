"""HTML to PDF. Only the worker calls this: WeasyPrint without fonts or with a bad picture must not take a page with it."""

import base64
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

_FONTS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext")


class CannotMakePdf(Exception):
    """A sentence for whoever waits for the paper."""


@cache
def _font_faces() -> str:
    """Our own fonts inside the style sheet: without any font the library takes the process with it."""
    faces = []
    for part in _FONTS:
        found = finders.find(f"vendor/fonts/golos-text-{part}-wght-normal.woff2")
        if found:
            data = base64.b64encode(Path(found).read_bytes()).decode()
            faces.append(
                f"@font-face{{font-family:'Golos {part}';"
                f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
            )
    if not faces:
        raise CannotMakePdf(
            _("The fonts of papers are missing on the server: run `make assets`.")
        )
    return "".join(faces)


FAMILY = ",".join(f"'Golos {part}'" for part in _FONTS)


def make_pdf(html: str) -> tuple[bytes, int]:
    """The PDF and the number of its pages. Nothing is fetched: pictures must stand in the HTML as data.

    Raises CannotMakePdf.
    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise CannotMakePdf(
            _("The server lacks the library Pango, which draws PDF: see the installation guide.")
        ) from error  # fmt: skip
    styled = html.replace("/*fonts*/", _font_faces(), 1)
    document = HTML(
        string=styled, url_fetcher=URLFetcher(allowed_protocols={"data"})
    ).render()
    return document.write_pdf() or b"", len(document.pages)
