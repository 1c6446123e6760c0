"""Terms of the first answer: minutes of the company's working hours. Pure arithmetic over local moments."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

# Two months without a single working hour: the hours are set wrong, and the term is the plain clock's.
_FARTHEST_DAYS = 62


def due_at(
    start: datetime,
    minutes: int,
    *,
    zone: tzinfo,
    begins: time,
    ends: time,
    is_working_day: Callable[[date], bool],
) -> datetime:
    """The moment by which `minutes` of working time have passed since `start`.

    With hours from 9 to 18, 30 minutes from Friday 17:50 end on Monday at 9:20; from Saturday noon on Monday at 9:30.
    Hours are of the clock in `zone`, across a change of the clock too.
    """
    day = start.astimezone(zone).date()
    left = timedelta(minutes=minutes)
    for _step in range(_FARTHEST_DAYS):
        if is_working_day(day) and begins < ends:
            opens = max(datetime.combine(day, begins, zone), start)
            closes = datetime.combine(day, ends, zone)
            here = closes.timestamp() - opens.timestamp()
            if here > 0 and left.total_seconds() <= here:
                return opens.astimezone(UTC) + left
            if here > 0:
                left -= timedelta(seconds=here)
        day += timedelta(days=1)
    return start + timedelta(minutes=minutes)
