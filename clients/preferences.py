"""Settings of the company that concern the work with clients."""

from django.utils.translation import gettext_lazy as _

from salesexpert.core import preferences
from salesexpert.core.preferences import Declared

NEXT_STEP_REQUIRED = "next_step_required"
FILE_LIMIT_MB = "file_limit_mb"


def declare() -> None:
    preferences.declare(
        Declared(
            NEXT_STEP_REQUIRED,
            _("No client without a next step"),
            "yes_no",
            False,
            help=_(
                "A contact with a client is recorded only together with the next step, unless one is planned already."
            ),
        ),
        Declared(
            FILE_LIMIT_MB,
            _("Largest file on a card, MB"),
            "number",
            25,
            help=_("A larger file is refused with a sentence."),
        ),
    )
