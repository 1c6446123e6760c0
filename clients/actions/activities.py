"""Verbs of the history: plan, record, complete, put off, cancel, correct, sum up. See `activity_rules` for their refusals."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from clients import telling
from clients.actions import ladder
from clients.actions.activity_parts import (
    add,
    add_words,
    finish,
    plan_next,
    put_into_plan,
    stage_of,
)
from clients.actions.activity_rules import (
    AlreadySettled,
    Promise,
    Step,
    SummaryIsRequired,
    check_past,
    check_summary,
    direction_of,
    entered_before,
    locked,
    locked_activity,
    locked_plan,
    may_plan_for,
)
from clients.actions.steps import refresh_one
from clients.choices import (
    ActivityStatus,
)
from clients.models import (
    Activity,
    ActivityGoal,
    ActivityKind,
    ActivityResult,
    Client,
    Contact,
)
from salesexpert.accounts.models import User
from salesexpert.audit import journal


@transaction.atomic
def plan_activity(
    *,
    client: Client | None,
    kind: ActivityKind,
    planned_at: datetime,
    by: User,
    at: datetime,
    performer: User | None = None,
    title: str = "",
    note: str = "",
    goal: ActivityGoal | None = None,
    contact: Contact | None = None,
    deal_id: int | None = None,
    minutes: int | None = None,
    key: UUID | None = None,
    appointed: bool = False,
) -> Activity:
    """Plan work of `performer` (`by` himself when none is given) with a client, or without one if it is internal.

    `appointed`: the process gives the performer his work, which asks `by` for no right. `key` is the form's own: sent twice, it plans once and answers with the first entry.

    Raises ClientIsRequired, MayNotPlanForOthers, CardIsArchived.
    """
    client = locked(client, kind=kind, by=by)
    if entered := entered_before(key, by):
        return entered
    activity = put_into_plan(
        client=client,
        step=Step(kind, planned_at, performer, title, note, goal, minutes),
        by=by,
        at=at,
        contact=contact,
        deal_id=deal_id,
        key=key,
        appointed=appointed,
    )
    if client:
        refresh_one(client.pk)
    return activity


@transaction.atomic
def record_activity(
    *,
    client: Client | None,
    kind: ActivityKind,
    summary: str,
    by: User,
    at: datetime,
    done_at: datetime | None = None,
    direction: str = "",
    contact: Contact | None = None,
    deal_id: int | None = None,
    stage_id: int | None = None,
    goal: ActivityGoal | None = None,
    result: ActivityResult | None = None,
    title: str = "",
    minutes: int | None = None,
    promise: Promise | None = None,
    question: str = "",
    next_step: Step | None = None,
    key: UUID | None = None,
) -> Activity:
    """Write down what `by` has done, now or at the earlier moment `done_at`, and plan the next step with it.

    The first contact with a client sets its moment and author on the card, once. `stage_id` is the deal's stage.
    `key` is the form's own: sent twice, it records once and answers with the first entry.

    Raises SummaryIsRequired, NextStepIsRequired, ClientIsRequired, MayNotPlanForOthers, CardIsArchived, InTheFuture.
    """
    client = locked(client, kind=kind, by=by)
    if entered := entered_before(key, by):
        return entered
    activity = Activity(
        client=client,
        contact=contact,
        deal_id=deal_id,
        kind=kind,
        goal=goal,
        direction=direction_of(kind, direction),
        title=title,
        minutes=minutes,
        performer=by,
        created_at=at,
        created_by=by,
        entry_key=key,
    )
    finish(
        activity,
        client=client,
        summary=summary,
        done_at=done_at or at,
        result=result,
        stage_id=stage_id,
        at=at,
    )
    add(activity)
    add_words(activity, promise=promise, question=question, by=by, at=at)
    plan_next(activity, client=client, step=next_step, by=by, at=at)
    return activity


@transaction.atomic
def complete_activity(
    *,
    activity: Activity,
    summary: str,
    by: User,
    at: datetime,
    done_at: datetime | None = None,
    result: ActivityResult | None = None,
    minutes: int | None = None,
    promise: Promise | None = None,
    question: str = "",
    next_step: Step | None = None,
) -> Activity:
    """Turn planned work into done work, and plan the next step with it.

    Raises AlreadyOver when somebody was quicker; SummaryIsRequired, NextStepIsRequired, NotYoursToChange,
    MayNotPlanForOthers, CardIsArchived, InTheFuture. None of them changes anything.
    """
    activity, client = locked_plan(activity, by=by)
    if minutes is not None:
        activity.minutes = minutes
    finish(
        activity,
        client=client,
        summary=summary,
        done_at=done_at or at,
        result=result,
        stage_id=stage_of(activity),
        at=at,
    )
    activity.save(
        update_fields=[
            "status",
            "summary",
            "result",
            "done_at",
            "feed_at",
            "minutes",
            "relationship",
            "stage",
        ]
    )
    add_words(activity, promise=promise, question=question, by=by, at=at)
    plan_next(activity, client=client, step=next_step, by=by, at=at)
    return activity


@transaction.atomic
def reschedule_activity(
    *,
    activity: Activity,
    planned_at: datetime,
    by: User,
    at: datetime,
    performer: User | None = None,
) -> Activity:
    """Put planned work off to another moment, or hand it to another performer.

    Raises AlreadyOver, NotYoursToChange, MayNotPlanForOthers, CardIsArchived.
    """
    activity, client = locked_plan(activity, by=by)
    performer = performer or activity.performer
    if performer.pk != activity.performer_id:
        may_plan_for(performer, by)
    before = activity.planned_at
    moved_from = activity.performer
    activity.planned_at = activity.feed_at = planned_at
    activity.performer = performer
    activity.save(update_fields=["planned_at", "feed_at", "performer"])
    if client:
        refresh_one(client.pk)
    journal.record(
        "activity.rescheduled",
        activity,
        by=by,
        at=at,
        client=activity.client_id,
        from_at=before.isoformat() if before else None,
        to_at=planned_at.isoformat(),
        from_performer=moved_from.pk,
        to_performer=performer.pk,
    )
    telling.rescheduled(activity, was_performed_by=moved_from, by=by, at=at)
    return activity


@transaction.atomic
def cancel_activity(
    *, activity: Activity, reason: str, by: User, at: datetime
) -> Activity:
    """Take planned work out of the plan. It stays in the history with the reason.

    Raises SummaryIsRequired without a reason, AlreadyOver, NotYoursToChange, CardIsArchived.
    """
    if not reason.strip():
        raise SummaryIsRequired(_("Say why it is cancelled."))
    activity, client = locked_plan(activity, by=by)
    activity.status = ActivityStatus.CANCELLED
    activity.summary = reason
    activity.feed_at = at
    activity.save(update_fields=["status", "summary", "feed_at"])
    if client:
        refresh_one(client.pk)
    journal.record(
        "activity.cancelled", activity, by=by, at=at, client=activity.client_id
    )
    telling.cancelled(activity, by=by, at=at)
    return activity


@transaction.atomic
def edit_activity(
    *, activity: Activity, by: User, at: datetime, **changes: object
) -> Activity:
    """Correct an entry: `title, note, summary, direction, minutes, contact, goal, result, done_at`.

    The moment, the relationship and the stage frozen when it was done stay; a new `done_at` moves it in the feed.

    Raises NotYoursToChange, SummaryIsRequired, CardIsArchived, InTheFuture.
    """
    activity, client = locked_activity(activity, by=by)
    if activity.status == ActivityStatus.PLANNED:
        changes = {k: v for k, v in changes.items() if k not in _OF_DONE}
    else:
        changes.pop("note", None)
        check_summary(activity.kind, str(changes.get("summary", activity.summary)))
        moment = changes.get("done_at", activity.done_at)
        if isinstance(moment, datetime) and activity.status == ActivityStatus.DONE:
            check_past(moment, at)
            changes["feed_at"] = moment
        else:
            changes.pop("done_at", None)
    changed = [
        name for name, value in changes.items() if getattr(activity, name) != value
    ]
    if not changed:
        return activity
    for name in changed:
        setattr(activity, name, changes[name])
    activity.save(update_fields=changed)
    if client:
        refresh_one(client.pk)
        if activity.result and activity.result.shows_interest and "result" in changed:
            ladder.rise_by_facts([client.pk], by=by, at=at)
    journal.record(
        "activity.edited",
        activity,
        by=by,
        at=at,
        client=activity.client_id,
        fields=sorted(changed),
    )
    return activity


_OF_DONE = {"summary", "result", "done_at"}


@transaction.atomic
def note_talk(
    *,
    client: Client,
    kind: ActivityKind,
    by: User,
    at: datetime,
    done_at: datetime,
    direction: str,
    contact: Contact | None = None,
    minutes: int | None = None,
    instead_of: Activity | None = None,
    summary: str = "",
) -> Activity:
    """Enter a talk that a machine has witnessed: done, and without a résumé until `sum_up` writes it.

    `summary` is given where the machine knows what was said: a letter. `instead_of` is planned work that this talk was;
    what is over already is left alone and a new entry made.
    """
    client = Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    activity = _still_planned(instead_of, client) or Activity(
        client=client, contact=contact, kind=kind, created_at=at, created_by=by
    )
    activity.performer = by
    activity.direction = direction_of(activity.kind, direction)
    activity.minutes = minutes
    finish(
        activity,
        client=client,
        summary=summary,
        done_at=done_at,
        result=None,
        stage_id=stage_of(activity) if activity.pk else None,
        at=at,
        owes_summary=not summary,
    )
    activity.save()
    refresh_one(client.pk)
    return activity


def _still_planned(activity: Activity | None, client: Client) -> Activity | None:
    if activity is None:
        return None
    rows = Activity.objects.planned().select_for_update(of=["self"])
    return rows.select_related("kind").filter(pk=activity.pk, client=client).first()


@transaction.atomic
def sum_up(
    *,
    activity: Activity,
    summary: str,
    by: User,
    at: datetime,
    result: ActivityResult | None = None,
    promise: Promise | None = None,
    question: str = "",
    next_step: Step | None = None,
) -> Activity:
    """Write the résumé of a talk that waits for it, and plan the next step with it.

    Raises AlreadySettled when somebody was quicker; SummaryIsRequired, NextStepIsRequired, NotYoursToChange,
    MayNotPlanForOthers, CardIsArchived. None of them changes anything.
    """
    activity, client = locked_activity(activity, by=by)
    if activity.status != ActivityStatus.DONE or activity.summary.strip():
        raise AlreadySettled(
            _("Its résumé is written already: “%(summary)s”.")
            % {"summary": activity.summary[:200] or activity}
        )
    check_summary(activity.kind, summary)
    activity.summary, activity.result = summary, result
    activity.save(update_fields=["summary", "result"])
    add_words(activity, promise=promise, question=question, by=by, at=at)
    plan_next(activity, client=client, step=next_step, by=by, at=at)
    return activity
