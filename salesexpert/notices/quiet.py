"""Quiet hours: pure arithmetic on the clock of the person."""

from datetime import datetime, time, timedelta, tzinfo


def quiet_until(
    at: datetime, *, begins: time | None, ends: time | None, zone: tzinfo
) -> datetime | None:
    """When the quiet hours that hold at `at` end; None when it is not quiet then.

    From 22:00 until 7:00 spans midnight; the same moment twice is no quiet at all. The end counts as loud.
    """
    if begins is None or ends is None or begins == ends:
        return None
    local = at.astimezone(zone)
    clock = local.time()
    if begins < ends:
        quiet, day = begins <= clock < ends, local.date()
    else:
        quiet = clock >= begins or clock < ends
        day = local.date() + timedelta(days=1) if clock >= begins else local.date()
    return datetime.combine(day, ends, tzinfo=zone) if quiet else None
