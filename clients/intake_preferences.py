"""How the company takes inquiries: its hours, its term of the first answer, who gets what comes from known clients."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from clients import answer_terms
from salesexpert.core import preferences, settings_pages
from salesexpert.core.preferences import Declared
from salesexpert.core.settings_pages import SettingsPage
from salesexpert.core.working_days import is_working_day

ANSWER_MINUTES = "inquiry_answer_minutes"
HOURS_FROM = "inquiry_hours_from"
HOURS_UNTIL = "inquiry_hours_until"
TO_CURATOR = "inquiry_to_curator"
PAGE = "intake"


def declare() -> None:
    preferences.declare(
        Declared(
            ANSWER_MINUTES,
            _("First answer within, working minutes"),
            "number",
            60,
            help=_("Rules of distribution may say otherwise. 0: no term."),
            page=PAGE,
        ),
        Declared(HOURS_FROM, _("Inquiries are answered from, hour"), "number", 9, page=PAGE),
        Declared(HOURS_UNTIL, _("Inquiries are answered until, hour"), "number", 18, page=PAGE),
        Declared(
            TO_CURATOR,
            _("What comes from a known client goes to his curator"),
            "yes_no",
            True,
            page=PAGE,
        ),
    )  # fmt: skip
    settings_pages.declare(
        SettingsPage(
            "clients:intake",
            _("Inquiries"),
            _("Forms on sites, who gets which inquiry, terms of the first answer"),
            "inbox",
            "clients.manage_intake",
        )
    )


def term_from(start: datetime, minutes: int | None) -> datetime | None:
    """When an inquiry received at `start` must be answered; None: there is no term."""
    wanted = preferences.get(ANSWER_MINUTES) if minutes is None else minutes
    if not wanted:
        return None
    return answer_terms.due_at(
        start,
        int(wanted),
        zone=ZoneInfo(preferences.get("default_time_zone")),
        begins=_hour(HOURS_FROM),
        ends=_hour(HOURS_UNTIL),
        is_working_day=is_working_day,
    )


def _hour(name: str) -> time:
    hour = min(max(int(preferences.get(name)), 0), 24)
    return time(hour) if hour < 24 else time(23, 59, 59)
