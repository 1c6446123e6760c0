"""What people are told of requests for time; the company's settings: requests instead of bookings, limits of load."""

from django.utils.translation import gettext_lazy as _

from salesexpert.core import preferences
from salesexpert.notices import kinds

NOTICE = "deals.booking"


def limits() -> tuple[int, int]:
    """Per cent of the working time above which a person is overloaded, and below which he is idle."""
    return preferences.get("load_over"), preferences.get("load_under")


def declare() -> None:
    preferences.declare(
        preferences.Declared(
            "central_booking",
            _("The head deals work out"),
            "yes_no",
            False,
            _("Whoever wants a colleague's time asks the head, who names the person and the time."),
        ),
        preferences.Declared(
            "load_over",
            _("Overloaded above, percent of the working time"),
            "number",
            85,
            _("Planned and done work of a person; the rest is for what nobody foresees."),
        ),
        preferences.Declared(
            "load_under",
            _("Underloaded below, percent of the working time"),
            "number",
            40,
        ),
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
