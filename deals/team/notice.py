"""What people are told of requests for time, and the setting that makes requests of bookings."""

from django.utils.translation import gettext_lazy as _

from salesexpert.core import preferences
from salesexpert.notices import kinds

NOTICE = "deals.booking"


def declare() -> None:
    preferences.declare(
        preferences.Declared(
            "central_booking",
            _("The head deals work out"),
            "yes_no",
            False,
            _("Whoever wants a colleague's time asks the head, who names the person and the time."),
        )
    )  # fmt: skip
    kinds.declare(
        kinds.Kind(
            NOTICE,
            _("Requests for a colleague's time"),
            {
                "asked": _("%(who)s asks for time: %(what)s"),
                "assigned": _("Assigned to %(who)s: %(what)s"),
                "declined": _("No time was given: %(what)s"),
            },
            icon="calendar-plus",
        )
    )
