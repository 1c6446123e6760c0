"""Settings of the company that concern the work with clients."""

from django.utils.translation import gettext_lazy as _

from salesexpert.core import preferences
from salesexpert.core.preferences import Declared

NEXT_STEP_REQUIRED = "next_step_required"


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
    )
