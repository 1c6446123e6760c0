"""What a period is compared with."""

from datetime import date, timedelta

from analytics.months import following
from salesexpert.core.templatetags.look import plain_day


def before(since: date, until: date) -> tuple[date, date]:
    """The period before `since` … `until` (half-open): the same days of the month, quarter or year before where it
    begins with a month, else as many days just before.

    1–17 November is compared with 1–17 October, the whole of February with the whole of January.
    """
    if since.day != 1:
        return since - (until - since), since
    for months in (1, 3, 12):
        if until <= following(since, months):
            break
    else:
        return since - (until - since), since
    begin = following(since, -months)
    whole = until == following(since, months)
    return begin, since if whole else min(begin + (until - since), since)


def in_words(since: date, until: date) -> str:
    """The days of a half-open period, the last of them included."""
    return f"{plain_day(since)} – {plain_day(until - timedelta(days=1))}"
