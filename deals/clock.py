"""When a stage is due: working days of the norm, with the days skipped in which we wait for the client. Pure functions."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from salesexpert.core.working_days import add_working_days, is_working_day

# A planned activity of a stage stands at this hour of the company's day.
PLANNED_AT = time(10)
YELLOW_FROM = 0.8
LONGEST = 800


def due_on(
    entered_on: date, norm_days: int, waits: Iterable[tuple[date, date]] = ()
) -> date:
    """The last day within the norm; the day of entry counts as day 0.

    `waits` are half-open spans [since, until): the clock stands still in them and runs again on the day `until`.
    """
    spans = list(waits)
    day, left = entered_on, norm_days
    while left or any(since <= day < until for since, until in spans):
        day += timedelta(days=1)
        waiting = any(since <= day < until for since, until in spans)
        if left and not waiting and is_working_day(day):
            left -= 1
    return day


def due_at(
    entered_at: datetime,
    norm_days: int | None,
    zone: ZoneInfo,
    waits: Iterable[tuple[date, date]] = (),
) -> datetime | None:
    """The end of the last day within the norm, in the company's time zone. None where there is no norm."""
    if norm_days is None:
        return None
    last = due_on(entered_at.astimezone(zone).date(), norm_days, waits)
    return datetime.combine(last, time(23, 59, 59), tzinfo=zone)


def planned_at(entered_at: datetime, after_days: int, zone: ZoneInfo) -> datetime:
    """The moment for which a stage plans an activity `after_days` working days after it began.

    Never in the past: what should have been this morning is planned for the next full half hour.
    """
    entered = entered_at.astimezone(zone)
    day = add_working_days(entered.date(), after_days)
    if not is_working_day(day):
        day = add_working_days(day, 1)
    moment = datetime.combine(day, PLANNED_AT, tzinfo=zone)
    if moment >= entered:
        return moment
    hour = entered.replace(minute=0, second=0, microsecond=0)
    return hour + timedelta(minutes=30 if entered.minute < 30 else 60)


def working_days_since(since: date, until: date, waits: Iterable[tuple[date, date]] = ()) -> int:
    """Working days after `since` up to and including `until`, those of the waits left out; never negative.

    A stage entered on a Friday has used 1 day of its norm on Monday.
    """
    spans = list(waits)
    days, day = 0, since
    # Nobody looks further back than this: an old import would otherwise count day by day through decades.
    if (until - since).days > LONGEST:
        since = day = until - timedelta(days=LONGEST)
    while day < until:
        day += timedelta(days=1)
        if is_working_day(day) and not any(a <= day < b for a, b in spans):
            days += 1
    return days


def light(days: int, norm: int | None) -> str:
    """Traffic light of a stay: "ok", "warn" from 80 % of the norm, "bad" past it; "" where no clock runs."""
    if norm is None:
        return ""
    if days > norm:
        return "bad"
    return "warn" if days >= norm * YELLOW_FROM else "ok"
