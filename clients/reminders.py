"""Reminding people of planned work: each minute, each piece once for each moment that it was planned for."""

from datetime import datetime, timedelta

from django.db.models import (
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Value,
)
from django.db.models.functions import Coalesce

from clients import telling
from clients.models import Activity
from clients.telling import reminder_key
from salesexpert.notices.choices import AHEAD, AHEAD_DEFAULT
from salesexpert.notices.models import LastLook, Notice

LOOK = "reminders"
# After a longer silence of beat what was due before it is history.
MOST_BEHIND = timedelta(days=3)
# In one turn; the rest waits for the next minute.
MOST = 2000


def remind(*, at: datetime) -> int:
    """Remind of work that begins within each performer's own minutes, and of what began since the last look.

    Returns how many reminders were given. Two of these at once give none twice.
    """
    look, _created = LastLook.objects.get_or_create(
        name=LOOK, defaults={"looked_until": at}
    )
    since = max(look.looked_until, at - MOST_BEHIND)
    minute = Value(timedelta(minutes=1))
    ahead = Coalesce(F("performer__notice_choice__remind_minutes"), AHEAD_DEFAULT)
    near = list(
        Activity.objects.planned()
        .filter(
            performer__is_active=True,
            planned_at__gt=since,
            planned_at__lte=at + timedelta(minutes=max(AHEAD)),
        )
        .annotate(ahead=ExpressionWrapper(ahead * minute, DurationField()))
        .filter(
            planned_at__lte=ExpressionWrapper(Value(at) + F("ahead"), DateTimeField())
        )
        .select_related("performer", "client__legal_form", "kind")
        .order_by("planned_at", "pk")[:MOST]
    )
    keys = {reminder_key(a.pk, a.planned_at): a for a in near if a.planned_at}
    told = set(
        Notice.objects.filter(
            user__in={a.performer_id for a in near}, key__in=keys
        ).values_list("user_id", "key")
    )
    reminded = 0
    for key, activity in keys.items():
        if (activity.performer_id, key) not in told:
            reminded += telling.reminded(activity, at=at) is not None
    if len(near) < MOST:
        LastLook.objects.filter(name=LOOK, looked_until__lt=at).update(looked_until=at)
    return reminded
