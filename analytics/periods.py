"""What a period is compared with."""

from datetime import date

from analytics.months import following


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
