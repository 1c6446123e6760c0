"""Days and moments of other people's tables."""

from datetime import datetime

from django.utils import timezone

_DATES = (
    "%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%Y/%m/%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
)  # fmt: skip


def read_moment(text: str) -> datetime | None:
    """A day or a moment as people and spreadsheets write it, in the current time zone; a day begins at midnight."""
    text = " ".join(text.split())
    for form in _DATES:
        try:
            moment = datetime.strptime(text, form)  # noqa: DTZ007
        except ValueError:
            continue
        if 1900 <= moment.year <= 2100:
            return timezone.make_aware(moment)
    return None
