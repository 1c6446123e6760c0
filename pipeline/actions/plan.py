"""Verbs of the calendar: move work, lengthen it."""

from datetime import datetime

from django.db import transaction

from clients.actions.activities import edit_activity, reschedule_activity
from clients.models import Activity
from pipeline.models import Occurrence
from salesexpert.accounts.models import User


@transaction.atomic
def move(
    *,
    activity: Activity,
    begins: datetime,
    minutes: int | None,
    by: User,
    at: datetime,
    performer: User | None = None,
) -> Activity:
    """Put planned work at another time, make it longer or shorter, give it to another person; all three or nothing.

    One time of a series stands alone from then on: changes of the whole series pass it by.

    Raises AlreadyOver, NotYoursToChange, MayNotPlanForOthers, CardIsArchived.
    """
    if activity.planned_at != begins or performer is not None:
        activity = reschedule_activity(
            activity=activity, planned_at=begins, performer=performer, by=by, at=at
        )
    if minutes and minutes != activity.minutes:
        activity = edit_activity(activity=activity, by=by, at=at, minutes=minutes)
    Occurrence.objects.filter(activity=activity, is_own=False).update(is_own=True)
    return activity
