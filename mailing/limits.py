"""Settings of the company for mailings."""

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from salesexpert.core import preferences
from salesexpert.core.preferences import Declared

MEGABYTE = 1024 * 1024


def declare() -> None:
    preferences.declare(
        Declared(
            "mailing_approval_above",
            _("Mailings to more addressees than this wait for approval"),
            "number",
            500,
            help=_("0: every mailing waits for a head."),
        ),
        Declared(
            "mailing_largest_files",
            _("Largest files of one letter together, MB"),
            "number",
            15,
            help=_("Most mail servers refuse letters above 20 MB."),
        ),
    )


def approval_above() -> int:
    return int(preferences.get("mailing_approval_above") or 0)


def largest() -> int:
    """Bytes."""
    return int(preferences.get("mailing_largest_files") or 15) * MEGABYTE


def in_words(size: int) -> str:
    return filesizeformat(size)
