"""When a stage's own activities are planned, and what its pauses are to the clock of the process."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.utils import timezone

from deals.models import PassagePause
from pipeline import clock
from pipeline.choices import Light
from salesexpert.core.working_days import add_working_days, is_working_day

# A planned activity of a stage stands at this hour of the company's day.
PLANNED_AT = time(10)
# Classes of the look for the traffic light.
COLOURS = {Light.GREEN: "ok", Light.YELLOW: "warn", Light.RED: "bad", None: ""}


def planned_at(entered_at: datetime, after_days: int) -> datetime:
    """The moment for which a stage plans an activity `after_days` working days after it began.

    Never in the past: what should have been this morning is planned for the next full half hour.
    """
    zone = timezone.get_default_timezone()
    entered = entered_at.astimezone(zone)
    day = add_working_days(entered.date(), after_days)
    if not is_working_day(day):
        day = add_working_days(day, 1)
    moment = datetime.combine(day, PLANNED_AT, tzinfo=zone)
    if moment >= entered:
        return moment
    hour = entered.replace(minute=0, second=0, microsecond=0)
    return hour + timedelta(minutes=30 if entered.minute < 30 else 60)


def pauses_of(rows: Iterable[PassagePause]) -> list[clock.Pause]:
    return [clock.Pause(p.since, p.ended_on or p.until) for p in rows]


def colour(days: int, norm: int | None) -> str:
    """The traffic light of so many days as a class of the look; "" where no clock runs."""
    return COLOURS[clock.light_of(days, norm)] if norm is not None else ""
