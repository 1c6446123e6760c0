"""What people are told of work with clients: the kinds of notices, and who hears of which deed."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients.choices import BulkState
from clients.models import Activity, BulkChange, ImportJob, TakeOverRequest
from salesexpert.accounts.models import User
from salesexpert.notices import kinds
from salesexpert.notices.actions import notify, notify_each
from salesexpert.notices.choices import Way
from salesexpert.notices.kinds import Kind
from salesexpert.notices.models import Notice

REMINDER, PLANNED, MOVED, TAKE_OVER = "reminder", "planned", "moved", "take_over"
IMPORT, BULK = "import", "bulk"


def declare() -> None:
    kinds.declare(
        Kind(
            REMINDER,
            _("Planned work is near"),
            {
                "": _("%(when)s: %(what)s"),
                "client": _("%(when)s: %(what)s, %(client)s"),
            },
            icon="alarm",
        ),
        Kind(
            PLANNED,
            _("A colleague planned work for me"),
            {
                "": _("%(by)s planned for you: %(what)s, %(when)s"),
                "client": _("%(by)s planned for you: %(what)s, %(client)s, %(when)s"),
            },
            icon="calendar-plus",
        ),
        Kind(
            MOVED,
            _("A colleague moved or cancelled my work"),
            {
                "moved": _("%(by)s moved “%(what)s” %(client)s to %(when)s"),
                "taken": _("%(by)s gave “%(what)s” %(client)s to %(performer)s"),
                "cancelled": _("%(by)s cancelled “%(what)s” %(client)s, %(when)s"),
            },
            icon="calendar-off",
        ),
        Kind(
            TAKE_OVER,
            _("A client changes hands"),
            {
                "asked": _("%(by)s asks to take over %(client)s"),
                "accepted": _("The client has a new curator: %(client)s"),
                "refused": _("The client stays with the curator: %(client)s"),
            },
            icon="arrows-exchange",
            ways=(Way.PAGE, Way.BROWSER, Way.EMAIL),
        ),
        Kind(
            IMPORT,
            _("My import is finished"),
            {
                "done": _("Import of %(name)s is finished: %(rows)s rows, added %(created)s, changed %(updated)s, refused %(rejected)s"),
                "failed": _("Import of %(name)s could not be finished"),
            },
            icon="table-import",
            permission="clients.import_clients",
        ),
        Kind(
            BULK,
            _("My change of many records is finished"),
            {
                "done": _("Change of many clients is finished: changed %(changed)s, left as they were %(left)s"),
                "failed": _("Change of many clients could not be finished: changed %(changed)s"),
            },
            icon="list",
        ),
    )  # fmt: skip


def _of(activity: Activity) -> dict[str, Any]:
    return {
        "link": reverse("clients:activity", args=[activity.pk]),
        "about": activity,
    }


def _words(activity: Activity, **more: Any) -> dict[str, Any]:
    return {
        "what": str(activity),
        "client": str(activity.client) if activity.client else "",
        "when": activity.planned_at,
        **more,
    }


def planned(activity: Activity, *, by: User, at: datetime) -> None:
    """The performer hears of work that another planned for him, with the note."""
    if activity.performer_id == by.pk:
        return
    moment = activity.planned_at.isoformat() if activity.planned_at else ""
    notify(
        activity.performer,
        PLANNED,
        key=f"planned:{activity.pk}:{activity.performer_id}:{moment}",
        variant="client" if activity.client_id else "",
        words=_words(activity, by=by),
        note=activity.note,
        by=by,
        at=at,
        **_of(activity),
    )


def rescheduled(
    activity: Activity, *, was_performed_by: User, by: User, at: datetime
) -> None:
    """Whoever was to do it, is to do it now, or booked it, hears that another moved it."""
    words = _words(activity, by=by, performer=activity.performer)
    told = [activity.created_by]
    if was_performed_by.pk != activity.performer_id:
        planned(activity, by=by, at=at)
        variant = "taken"
        told.append(was_performed_by)
    else:
        variant = "moved"
        told.append(activity.performer)
    key = f"moved:{activity.pk}:{at.isoformat()}"
    people = [person for person in told if variant != "taken" or person.pk != activity.performer_id]  # fmt: skip
    notify_each(
        people, MOVED, key=key, variant=variant, words=words, by=by, at=at, **_of(activity)
    )  # fmt: skip


def cancelled(activity: Activity, *, by: User, at: datetime) -> None:
    notify_each(
        [activity.performer, activity.created_by],
        MOVED,
        key=f"cancelled:{activity.pk}",
        variant="cancelled",
        words=_words(activity, by=by),
        note=activity.summary,
        by=by,
        at=at,
        **_of(activity),
    )


def reminded(activity: Activity, *, at: datetime) -> Notice | None:
    """One reminder for each moment that the work was planned for."""
    assert activity.planned_at is not None
    return notify(
        activity.performer,
        REMINDER,
        key=reminder_key(activity.pk, activity.planned_at),
        variant="client" if activity.client_id else "",
        words=_words(activity),
        note=activity.note,
        at=at,
        **_of(activity),
    )


def reminder_key(activity_id: int, planned_at: datetime) -> str:
    return f"reminder:{activity_id}:{int(planned_at.timestamp())}"


def take_over(
    request: TakeOverRequest, what: str, people: list[User], *, by: User, at: datetime
) -> None:
    notify_each(
        people,
        TAKE_OVER,
        key=f"take-over:{request.pk}:{what}",
        variant=what,
        words={"by": by, "client": request.client},
        note=request.reason if what == "asked" else request.note,
        link=reverse("clients:take_overs") if what == "asked" else reverse("clients:card", args=[request.client_id]),
        about=request,
        by=by,
        at=at,
        letter=False,  # it has one of its own
    )  # fmt: skip


def import_ended(job: ImportJob, variant: str, *, at: datetime) -> None:
    if job.created_by is None:
        return
    notify(
        job.created_by,
        IMPORT,
        key=f"import:{job.pk}:{variant}",
        variant=variant,
        words={
            "name": job.name,
            "rows": job.rows_done,
            "created": job.created_count,
            "updated": job.updated_count,
            "rejected": job.rejected_count,
        },
        note=job.failure if variant == "failed" else "",
        link=reverse("clients:import_job", args=[job.pk]),
        about=job,
        at=at,
    )


def bulk_ended(change: BulkChange, *, at: datetime) -> None:
    done = change.state == BulkState.DONE
    notify(
        change.created_by,
        BULK,
        key=f"bulk:{change.pk}",
        variant="done" if done else "failed",
        words={"changed": change.changed_count, "left": change.left_count},
        note=change.failure,
        link=reverse("clients:bulk_change", args=[change.pk]),
        about=change,
        at=at,
    )
