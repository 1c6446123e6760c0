"""The plan of the day by letter: who is due, writing it once, ending it."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from mailing.digest import digest_of
from mailing.links import digest_token
from pipeline.schedules import schedules_of, zone_of
from pipeline.working_time import ONE_DAY, Schedule, working
from salesexpert.accounts.models import User
from salesexpert.core.templatetags.look import plain_day
from salesexpert.notices.actions import choice_of, choose
from salesexpert.notices.models import NoticeChoice
from salesexpert.outbox.actions import BadAddress, queue_letter
from salesexpert.outbox.models import Letter

LETTER = "day-plan"
# When beat was down in the morning the letter comes late; in the evening it is of no use any more.
STILL_OF_USE = timedelta(hours=8)


def key_of(user_id: int, day: date) -> str:
    return f"{LETTER}:{user_id}:{day.isoformat()}"


def due(*, at: datetime) -> list[tuple[int, date]]:
    """Whose letter is due and not written yet, and of which day of theirs. A few queries, however many people."""
    wanted: dict[int, tuple[User, date]] = {}
    people = User.objects.active().exclude(email="").select_related("notice_choice")
    for user in people.order_by("pk"):
        choice = getattr(user, "notice_choice", None) or NoticeChoice(user=user)
        local = at.astimezone(zone_of(user.time_zone))
        begins = datetime.combine(local.date(), choice.digest_at, tzinfo=local.tzinfo)
        if choice.digest and begins <= local < begins + STILL_OF_USE:
            wanted[user.pk] = user, local.date()
    keys = {key_of(pk, day): pk for pk, (_user, day) in wanted.items()}
    for key in Letter.objects.filter(key__in=keys).values_list("key", flat=True):
        del wanted[keys[str(key)]]
    if not wanted:
        return []
    schedules = schedules_of(
        [user for user, _day in wanted.values()], since=at - ONE_DAY, until=at + ONE_DAY
    )
    return [
        (pk, day) for pk, (_user, day) in wanted.items() if _works(schedules[pk], day)
    ]


def _works(schedule: Schedule, day: date) -> bool:
    begins = datetime.combine(day, time.min, tzinfo=schedule.zone)
    ends = datetime.combine(day + ONE_DAY, time.min, tzinfo=schedule.zone)
    return bool(working(schedule, begins, ends))


@transaction.atomic
def write(user_id: int, day: date, *, at: datetime) -> Letter | None:
    """Queue the letter of `day` for this person, once. None when he wants none any more, or it is another day by now."""
    user = User.objects.active().exclude(email="").filter(pk=user_id).first()
    if user is None or not choice_of(user).digest:
        return None
    zone = zone_of(user.time_zone)
    if at.astimezone(zone).date() != day:
        return None
    with translation.override(user.language), timezone.override(zone):
        digest = digest_of(user, at=at)
        stop = settings.PUBLIC_URL + reverse("mailing:digest_stop", args=[digest_token(user.pk)])  # fmt: skip
        context = {
            "digest": digest,
            "person": user,
            "site": settings.PUBLIC_URL,
            "stop": stop,
            "choices": settings.PUBLIC_URL + reverse("notices:choices"),
            "language": user.language,
        }
        subject = _("Plan for %(day)s") % {"day": plain_day(day)}
        if digest.plan or digest.late:
            subject = _("Plan for %(day)s: today %(today)s, late %(late)s") % {
                "day": plain_day(day),
                "today": digest.plan.count,
                "late": digest.late.count,
            }
        text = render_to_string("mailing/letters/digest.txt", context)
        html = render_to_string("mailing/letters/digest.html", context)
    try:
        return queue_letter(
            to=user.email,
            subject=subject,
            text=text,
            html=html,
            kind=LETTER,
            key=key_of(user.pk, day),
            at=at,
            headers={
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
    except BadAddress:
        return None


def stop(user: User) -> None:
    """He wants no plan of the day by letter any more; his profile begins it again."""
    choose(user, digest=False)
