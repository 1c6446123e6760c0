"""What a period is compared with."""

from datetime import date, timedelta

NAMED_MONTHS = {1: "month", 3: "quarter", 12: "year"}


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    following = (first + timedelta(days=31)).replace(day=1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def before(since: date, until: date) -> tuple[date, date]:
    """The period before `since` … `until` (half-open): the same days of the month, quarter or year before where it
    begins with a month, else as many days just before.

    1–17 November is compared with 1–17 October, the whole of February with the whole of January.
    """
    if since.day != 1:
        return since - (until - since), since
    for months in (1, 3, 12):
        if until <= months_later(since, months):
            break
    else:
        return since - (until - since), since
    begin = months_later(since, -months)
    whole = until == months_later(since, months)
    return begin, since if whole else min(begin + (until - since), since)
