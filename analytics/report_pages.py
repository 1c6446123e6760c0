"""The page of a report as a command asks for it: its sheet and its period in words."""

from dataclasses import replace
from datetime import date, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics import indicators, panel, plain
from analytics.asked import EARLIEST, LATEST, Asked, process_called
from analytics.asking import midnight
from analytics.known_reports import REPORTS
from analytics.periods import in_words
from analytics.scope import scope_of
from analytics.sheets import Sheet
from analytics.wanted import Wanted

# What commands call by a name of its own stands on the page of another.
PAGES = {"promises": "paying", "cold_calls": "effort"}
PANEL = "diagnosis"


def page_of(name: str, asked: Asked) -> tuple[Sheet | None, str]:
    """The sheet of the page that tells the report, None if it has no page, and the period in words."""
    user = asked.reader
    at = timezone.now() if asked.at is None else midnight(asked.at)
    today = timezone.localdate(at, timezone.get_default_timezone())
    if name == PANEL:
        since, until = panel_days(asked, today)
        known = list(indicators.offered(user).values())
        made = panel.panel(user, scope_of(user), since, until, at=at, indicators=known)
        return panel.sheet(made), in_words(since, until)
    since, until = asked.since or EARLIEST, asked.until or LATEST
    if name == "cash":
        since, until = plain.cash_days(asked.since, asked.until, today)
    period = _("all days") if not (asked.since or asked.until) and name != "cash" else in_words(since, until)  # fmt: skip
    known_report = REPORTS.get(PAGES.get(name, name))
    if known_report is None:
        return None, period
    wanted = Wanted(user, _params(asked), since, until, scope_of(user).people, at)
    return replace(known_report.make(wanted), made_at=at), period


def panel_days(asked: Asked, today: date) -> tuple[date, date]:
    """The period of the diagnosis: by default this month so far."""
    return asked.since or today.replace(day=1), asked.until or today + timedelta(days=1)


def _params(asked: Asked) -> QueryDict:
    params = QueryDict(mutable=True)
    process = process_called(asked.process) if asked.process else None
    given = {"by": next(iter(asked.by), ""), "way": asked.way, "step": asked.step, "process": str(process.pk) if process else ""}  # fmt: skip
    for name, value in given.items():
        if value:
            params[name] = value
    return params
