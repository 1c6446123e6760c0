"""Periods of questions: named ones move with the day on which the question is asked."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from analytics.months import first_of, following, quarter_of
from analytics.periods import before
from analytics.queries.question import Period
from salesexpert.core.errors import DomainError
from salesexpert.core.templatetags.look import plain_day

EARLIEST, LATEST, YEARS = date(1900, 1, 1), date(2200, 1, 1), 100
LAST_DAYS, OWN, ALL = "last_days", "days", "all"
NAMES: dict[str, str | Promise] = {
    ALL: gettext_lazy("all time"),
    "today": pgettext_lazy("period", "today"),
    "this_week": gettext_lazy("this week"),
    "last_week": gettext_lazy("last week"),
    "this_month": gettext_lazy("this month"),
    "last_month": gettext_lazy("last month"),
    "this_quarter": gettext_lazy("this quarter"),
    "last_quarter": gettext_lazy("last quarter"),
    "this_year": gettext_lazy("this year"),
    "last_year": gettext_lazy("last year"),
    "last_12_months": gettext_lazy("the last 12 whole months"),
    "12_months_to_today": gettext_lazy("12 months to today"),
    LAST_DAYS: gettext_lazy("the last days"),
    OWN: gettext_lazy("own days"),
}


class WrongPeriod(DomainError):
    pass


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open; None: open at that end."""

    since: date | None = None
    until: date | None = None

    @property
    def is_open(self) -> bool:
        return self.since is None and self.until is None

    def __str__(self) -> str:
        if self.since and self.until:
            last = self.until - timedelta(days=1)
            if last == self.since:
                return plain_day(self.since)
            return f"{plain_day(self.since)} – {plain_day(last)}"
        if self.since:
            return _("from %s") % plain_day(self.since)
        if self.until:
            return _("to %s") % plain_day(self.until - timedelta(days=1))
        return _("all time")


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise WrongPeriod(_("“%s” is not a day.") % text[:40]) from None
    if not EARLIEST <= day < LATEST:
        raise WrongPeriod(_("The day %s is too far away: check the year.") % f"{day:%d.%m.%Y}")  # fmt: skip
    return day


def of(period: Period, today: date) -> Span:
    """Raises WrongPeriod with a sentence for people."""
    name = period.name
    if name == OWN or (name == ALL and (period.since or period.to)):
        since, to = _day(period.since), _day(period.to)
        if since and to and to < since:
            raise WrongPeriod(_("The period ends before it begins."))
        if since and to and (to - since).days > YEARS * 366:
            raise WrongPeriod(_("The period is longer than a hundred years: check the days."))  # fmt: skip
        return Span(since, to + timedelta(days=1) if to else None)
    if name == LAST_DAYS:
        days = period.n or 30
        if days > YEARS * 366:
            raise WrongPeriod(_("The period is longer than a hundred years: check the days."))  # fmt: skip
        return Span(today - timedelta(days=days - 1), today + timedelta(days=1))
    month, tomorrow, quarter = first_of(today), today + timedelta(days=1), quarter_of(today)  # fmt: skip
    week, year = today - timedelta(days=today.weekday()), month.replace(month=1)
    spans = {
        ALL: (None, None),
        "today": (today, tomorrow),
        "this_week": (week, week + timedelta(days=7)),
        "last_week": (week - timedelta(days=7), week),
        "this_month": (month, following(month)),
        "last_month": (following(month, -1), month),
        "this_quarter": (quarter, following(quarter, 3)),
        "last_quarter": (following(quarter, -3), quarter),
        "this_year": (year, following(year, 12)),
        "last_year": (following(year, -12), year),
        "last_12_months": (following(month, -12), month),
        "12_months_to_today": (following(month, -11), tomorrow),
    }
    if name not in spans:
        raise WrongPeriod(_("There is no period “%s”.") % name[:40])
    return Span(*spans[name])


def compared(span: Span, how: str) -> Span | None:
    """What `span` is compared with: the period before it, or the same a year earlier; None for open ones."""
    if span.since is None or span.until is None:
        return None
    if how == "year":
        return Span(*(_year_before(day) for day in (span.since, span.until)))
    return Span(*before(span.since, span.until))


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)  # fmt: skip


def words(period: Period, today: date) -> str:
    """“last quarter: 1 Jul – 30 Sep”."""
    span = of(period, today)
    if span.is_open or period.name in (OWN, ALL):
        return str(span)
    if period.name == LAST_DAYS:
        name = _("the last %d days") % (period.n or 30)
    else:
        name = str(NAMES[period.name])
    return f"{name}: {span}"
