"""When something that repeats is due next."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta, tzinfo

from analytics.choices import Rhythm
from salesexpert.core.working_days import is_working_day

# A year and a holiday longer than any: nothing that repeats waits longer.
_FURTHEST = 400


def next_due(
    rhythm: str, *, weekday: int, month_day: int, hour: time, after: datetime, zone: tzinfo
) -> datetime:  # fmt: skip
    """The first moment after `after` that is due: at `hour` of `zone`.

    `weekday` 1 is Monday, of a rhythm by weeks; `month_day` of one by months, the last day where a month is shorter.

    """
    begin = after.astimezone(zone).date()
    for n in range(_FURTHEST):
        day = begin + timedelta(days=n)
        if _is_due(rhythm, day, weekday, month_day):
            moment = datetime.combine(day, hour, zone)
            if moment > after:
                return moment
    raise ValueError(f"no day is due by {rhythm}")


def _is_due(rhythm: str, day: date, weekday: int, month_day: int) -> bool:
    if rhythm == Rhythm.WORKDAY:
        return is_working_day(day)
    if rhythm == Rhythm.WEEK:
        return day.isoweekday() == weekday
    if rhythm == Rhythm.MONTH:
        return day.day == min(month_day, monthrange(day.year, day.month)[1])
    return True
