"""Put off at one stroke what a person did not get to."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from clients.actions.activities import reschedule_activity
from clients.actions.activity_rules import AlreadyOver, CardIsArchived, NotYoursToChange
from clients.models import Activity
from salesexpert.accounts.models import User

AT_MOST = 200


@dataclass(frozen=True, slots=True)
class PutOff:
    """`left` could not be moved: the card was archived, or somebody was quicker."""

    moved: int
    left: int


def late_work(user: User, *, at: datetime) -> "list[Activity]":
    """Planned work of `user` due before the day of the moment `at` in the active time zone, oldest first; at most 200."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    found = Activity.objects.needs_attention(user=user, until=midnight)
    return list(found.select_related("performer", "client")[:AT_MOST])


def put_off_late_work(*, on: date, by: User, at: datetime) -> PutOff:
    """Move the late work of `by` to the day `on`, each at the hour it had. Each piece is its own transaction."""
    moved = left = 0
    for activity in late_work(by, at=at):
        planned_at = activity.planned_at
        assert planned_at is not None  # needs_attention asks for planned work alone
        hour = timezone.localtime(planned_at).time()
        to = timezone.make_aware(datetime.combine(on, hour))
        try:
            reschedule_activity(activity=activity, planned_at=to, by=by, at=at)
        except (AlreadyOver, CardIsArchived, NotYoursToChange):
            left += 1
        else:
            moved += 1
    return PutOff(moved, left)
