"""What an address chooses of a page: what is not known is told in a sentence, and the usual is shown."""

from collections.abc import Iterable
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from analytics.months import first_of

FIRST_YEAR, LAST_YEAR = 2000, 2100
# So much of what was misread is said again.
SAID = 40


def one_of(
    text: str, choices: Iterable[tuple[str, str | Promise]], usual: str
) -> tuple[str, str]:
    """One of the words of `choices`, and what was misread; the usual one where none is named."""
    if not text or any(text == word for word, _label in choices):
        return text or usual, ""
    return usual, unknown(text)


def unknown(text: str) -> str:
    """The same of what is not there and of what the reader may not choose: it tells nothing of what exists."""
    return _("“%s” cannot be chosen here: the usual is shown.") % text[:SAID]


def month(text: str, usual: date) -> tuple[date, str]:
    """The first day of a month written “2026-11”, and what was misread."""
    if not text:
        return usual, ""
    try:
        found = first_of(date.fromisoformat(f"{text[:7]}-01"))
    except ValueError:
        found = date.min
    if FIRST_YEAR <= found.year <= LAST_YEAR:
        return found, ""
    return usual, _("“%(text)s” is no month from %(first)s to %(last)s: %(month)s is shown.") % {"text": text[:SAID], "month": f"{usual:%m.%Y}", **_YEARS}  # fmt: skip


def year(text: str, usual: int) -> tuple[int, str]:
    text = text.strip()
    if not text:
        return usual, ""
    if text.isascii() and text.isdigit() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR:  # fmt: skip
        return int(text), ""
    return usual, _("“%(text)s” is no year from %(first)s to %(last)s: %(year)s is shown.") % {"text": text[:SAID], "year": usual, **_YEARS}  # fmt: skip


_YEARS = {"first": FIRST_YEAR, "last": LAST_YEAR}
