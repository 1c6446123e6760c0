"""Verbs of the history: plan, record, complete, put off, cancel, correct; promises kept and questions answered.

Whatever touches a client's history locks his row first, so that the last contact and the next step on his card are
always what the history says.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from clients import preferences as own_preferences
from clients import telling
from clients.actions import ladder
from clients.actions.steps import refresh_one
from clients.choices import (
    ActivityCode,
    ActivityStatus,
    Category,
    CommitmentKind,
    Direction,
)
from clients.models import (
    Activity,
    ActivityGoal,
    ActivityKind,
    ActivityResult,
    Client,
    Commitment,
    Contact,
    Question,
    RelationshipMove,
)
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core import preferences
from salesexpert.core.errors import DomainError


class SummaryIsRequired(DomainError):
    pass


class NextStepIsRequired(DomainError):
    pass


class ClientIsRequired(DomainError):
    pass


class NotYoursToChange(DomainError):
    pass


class MayNotPlanForOthers(DomainError):
    pass


class AlreadyOver(DomainError):
    """The planned work was done or cancelled by somebody meanwhile."""


class CardIsArchived(DomainError):
    pass


class InTheFuture(DomainError):
    pass


class ToldUsToStop(DomainError):
    """The person or the client wants no calls, or no processing of his data at all."""


class AlreadySettled(DomainError):
    pass


@dataclass(frozen=True, slots=True)
class Step:
    """The next step, as it is planned together with what was done. No `performer`: whoever does the deed himself."""

    kind: ActivityKind
    planned_at: datetime
    performer: User | None = None
    title: str = ""
    note: str = ""
    goal: ActivityGoal | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """An agreement or promise made. Without a `text` it is the résumé itself."""

    text: str = ""
    kind: str = CommitmentKind.PROMISE
    due_on: date | None = None


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
    client = _locked(client, kind=kind, by=by)
    if entered := _entered(key, by):
        return entered
    activity = _plan(
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
    client = _locked(client, kind=kind, by=by)
    if entered := _entered(key, by):
        return entered
    activity = Activity(
        client=client,
        contact=contact,
        deal_id=deal_id,
        kind=kind,
        goal=goal,
        direction=_direction(kind, direction),
        title=title,
        minutes=minutes,
        performer=by,
        created_at=at,
        created_by=by,
        entry_key=key,
    )
    _finish(
        activity,
        client=client,
        summary=summary,
        done_at=done_at or at,
        result=result,
        stage_id=stage_id,
        at=at,
    )
    activity.save(force_insert=True)
    _add_words(activity, promise=promise, question=question, by=by, at=at)
    _next(activity, client=client, step=next_step, by=by, at=at)
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
    activity, client = _locked_plan(activity, by=by)
    if minutes is not None:
        activity.minutes = minutes
    _finish(
        activity,
        client=client,
        summary=summary,
        done_at=done_at or at,
        result=result,
        stage_id=_stage_of(activity),
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
    _add_words(activity, promise=promise, question=question, by=by, at=at)
    _next(activity, client=client, step=next_step, by=by, at=at)
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
    activity, client = _locked_plan(activity, by=by)
    performer = performer or activity.performer
    if performer.pk != activity.performer_id:
        _may_plan_for(performer, by)
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
    activity, client = _locked_plan(activity, by=by)
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
    activity, client = _locked_activity(activity, by=by)
    if activity.status == ActivityStatus.PLANNED:
        changes = {k: v for k, v in changes.items() if k not in _OF_DONE}
    else:
        changes.pop("note", None)
        _check_summary(activity.kind, str(changes.get("summary", activity.summary)))
        moment = changes.get("done_at", activity.done_at)
        if isinstance(moment, datetime) and activity.status == ActivityStatus.DONE:
            _check_past(moment, at)
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
    activity.direction = _direction(activity.kind, direction)
    activity.minutes = minutes
    _finish(
        activity,
        client=client,
        summary=summary,
        done_at=done_at,
        result=None,
        stage_id=_stage_of(activity) if activity.pk else None,
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
    activity, client = _locked_activity(activity, by=by)
    if activity.status != ActivityStatus.DONE or activity.summary.strip():
        raise AlreadySettled(
            _("Its résumé is written already: “%(summary)s”.")
            % {"summary": activity.summary[:200] or activity}
        )
    _check_summary(activity.kind, summary)
    activity.summary, activity.result = summary, result
    activity.save(update_fields=["summary", "result"])
    _add_words(activity, promise=promise, question=question, by=by, at=at)
    _next(activity, client=client, step=next_step, by=by, at=at)
    return activity


@transaction.atomic
def settle_commitment(*, commitment: Commitment, by: User, at: datetime) -> Commitment:
    """Mark an agreement or promise as kept or no longer due. Raises AlreadySettled, CardIsArchived."""
    _locked(commitment.client, by=by)
    commitment = (
        Commitment.objects.select_for_update(of=["self"])
        .select_related("settled_by")
        .get(pk=commitment.pk)
    )
    if commitment.settled_at:
        raise AlreadySettled(
            _("%(person)s has already settled this.")
            % {"person": commitment.settled_by}
        )
    commitment.settled_at = max(at, commitment.made_at)
    commitment.settled_by = by
    commitment.save(update_fields=["settled_at", "settled_by"])
    journal.record(
        "commitment.settled", commitment, by=by, at=at, client=commitment.client_id
    )
    return commitment


@transaction.atomic
def answer_question(
    *, question: Question, answer: str, by: User, at: datetime
) -> Question:
    """Write down what the client was answered. Raises SummaryIsRequired, AlreadySettled, CardIsArchived."""
    if not answer.strip():
        raise SummaryIsRequired(_("Write what the client was answered."))
    _locked(question.client, by=by)
    question = (
        Question.objects.select_for_update(of=["self"])
        .select_related("answered_by")
        .get(pk=question.pk)
    )
    if question.answered_at:
        raise AlreadySettled(
            _("%(person)s has already answered this.")
            % {"person": question.answered_by}
        )
    question.answer = answer
    question.answered_at = at
    question.answered_by = by
    question.save(update_fields=["answer", "answered_at", "answered_by"])
    journal.record(
        "question.answered", question, by=by, at=at, client=question.client_id
    )
    return question


def may_change(activity: Activity, user: User) -> bool:
    """Whether the entry is the user's own (he performs or entered it), or he may change what others wrote."""
    return user.pk in {
        activity.performer_id,
        activity.created_by_id,
    } or user.has_perm("clients.change_others_activity")


# ── parts of the verbs ───────────────────────────────────────────────────────────────────────────────────────────────


def _locked(
    client: Client | None, *, by: User, kind: ActivityKind | None = None
) -> Client | None:
    """The client, re-read and held until the end, so that people working with him take turns."""
    if client is None:
        if kind is not None and kind.code != ActivityCode.INTERNAL:
            raise ClientIsRequired(_("Choose the client, or the kind “Internal”."))
        # Without a client the person himself is the root: his double click must find his first one.
        User.objects.select_for_update(no_key=True, of=["self"]).get(pk=by.pk)
        return None
    # No key changes here, so others may go on pointing at the client: files, phones, deals.
    client = Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    if client.archived_at:
        raise CardIsArchived(_("The card is archived: restore it first."))
    return client


def _entered(key: UUID | None, by: User) -> Activity | None:
    if key is None:
        return None
    return Activity.objects.filter(entry_key=key, created_by=by).first()


def _locked_activity(activity: Activity, *, by: User) -> tuple[Activity, Client | None]:
    client = _locked(activity.client, by=by)
    activity = (
        Activity.objects.select_for_update(of=["self"])
        .select_related("kind", "performer")
        .get(pk=activity.pk)
    )
    if not may_change(activity, by):
        raise NotYoursToChange(
            _("Only %(person)s or a head may change this.")
            % {"person": activity.performer}
        )
    return activity, client


def _locked_plan(activity: Activity, *, by: User) -> tuple[Activity, Client | None]:
    activity, client = _locked_activity(activity, by=by)
    if activity.status == ActivityStatus.DONE:
        raise AlreadyOver(
            _("This is already marked as done: “%(summary)s”. Nothing was changed.")
            % {"summary": activity.summary[:200] or activity}
        )
    if activity.status == ActivityStatus.CANCELLED:
        raise AlreadyOver(
            _("This was cancelled meanwhile: “%(reason)s”. Nothing was changed.")
            % {"reason": activity.summary[:200]}
        )
    return activity, client


def _direction(kind: ActivityKind, direction: str) -> str:
    return direction if kind.has_direction else Direction.NONE


def _check_summary(kind: ActivityKind, summary: str) -> None:
    if kind.needs_summary and not summary.strip():
        raise SummaryIsRequired(_("Write a line on how it went."))


def _check_past(moment: datetime, at: datetime) -> None:
    if moment > at:
        raise InTheFuture(
            _("This moment has not come yet: plan the work instead of recording it.")
        )


def _finish(
    activity: Activity,
    *,
    client: Client | None,
    summary: str,
    done_at: datetime,
    result: ActivityResult | None,
    stage_id: int | None,
    at: datetime,
    owes_summary: bool = False,
) -> None:
    """Make the entry done and freeze what the client and the deal were; mark the client's first contact."""
    if not owes_summary:
        _check_summary(activity.kind, summary)
    _check_past(done_at, at)
    activity.status = ActivityStatus.DONE
    activity.summary = summary
    activity.result = result
    activity.done_at = activity.feed_at = done_at
    activity.stage_id = stage_id
    if client is None:
        return
    activity.relationship_id = client.relationship_id
    if done_at < at:
        later = RelationshipMove.objects.filter(client=client, at__gt=done_at)
        move = later.order_by("at", "pk").values_list("from_type", flat=True).first()
        activity.relationship_id = move or client.relationship_id
    if activity.kind.is_contact and client.first_contact_at is None:
        client.first_contact_at = done_at
        client.first_contact_by_id = activity.performer_id
        client.save(
            update_fields=["first_contact_at", "first_contact_by", "updated_at"]
        )


def _stage_of(activity: Activity) -> int | None:
    if not activity.deal_id:
        return None
    # The deal lies above this app; the lazy reference of `Activity.deal` is the way to its stage (decision 0001).
    return Activity.objects.values_list("deal__stage_id", flat=True).get(pk=activity.pk)


def _add_words(
    activity: Activity,
    *,
    promise: Promise | None,
    question: str,
    by: User,
    at: datetime,
) -> None:
    """Promises and questions belong to a client; what was said without one is only the résumé."""
    if not activity.client_id:
        return
    said_at = activity.done_at or at
    if promise:
        Commitment.objects.create(
            client_id=activity.client_id,
            activity=activity,
            kind=promise.kind,
            text=(promise.text.strip() or " ".join(activity.summary.split()))[:500],
            due_on=promise.due_on,
            made_at=said_at,
            made_by=by,
        )
    if question.strip():
        Question.objects.create(
            client_id=activity.client_id,
            activity=activity,
            text=question.strip()[:500],
            asked_at=said_at,
            recorded_by=by,
        )


def _next(
    activity: Activity,
    *,
    client: Client | None,
    step: Step | None,
    by: User,
    at: datetime,
) -> None:
    """Plan the next step after what was done, bring the card up to date, and refuse a client left without a step."""
    if step:
        _plan(
            client=client,
            step=step,
            by=by,
            at=at,
            contact=activity.contact,
            deal_id=activity.deal_id,
            follows=activity,
        )
    if client is None:
        return
    has_step = refresh_one(client.pk)
    if activity.result and activity.result.shows_interest:
        ladder.rise_by_facts([client.pk], by=by, at=at)
    if (
        not has_step
        and client.category == Category.CLIENT
        and activity.kind.is_contact
        and preferences.get(own_preferences.NEXT_STEP_REQUIRED)
    ):
        raise NextStepIsRequired(
            _("Plan the next step: the company keeps no client without one.")
        )


def _may_plan_for(performer: User, by: User) -> None:
    if performer.pk != by.pk and not by.has_perm("clients.plan_for_others"):
        raise MayNotPlanForOthers(_("You may plan only your own work."))
    if not performer.is_active:
        raise MayNotPlanForOthers(
            _("%(person)s no longer works here.") % {"person": performer}
        )


def refuse_unwanted(
    kind: ActivityKind, client: Client | None, contact: Contact | None
) -> None:
    """No work is planned with who told us to stop, and no call to who asked not to be called."""
    asked: tuple[Any, ...] = (contact, client)
    for who in filter(None, asked):
        if who.stopped_at and kind.is_contact:
            raise ToldUsToStop(
                _("“%(who)s” told us to stop processing: nothing can be planned.")
                % {"who": who}
            )
        if who.do_not_call and kind.code == ActivityCode.CALL:
            raise ToldUsToStop(
                _("“%(who)s” asked not to be called: choose another kind of work.")
                % {"who": who}
            )


def _plan(
    *,
    client: Client | None,
    step: Step,
    by: User,
    at: datetime,
    contact: Contact | None = None,
    deal_id: int | None = None,
    follows: Activity | None = None,
    key: UUID | None = None,
    appointed: bool = False,
) -> Activity:
    performer = step.performer or by
    if not appointed:
        _may_plan_for(performer, by)
    if client is None and step.kind.code != ActivityCode.INTERNAL:
        raise ClientIsRequired(_("Choose the client, or the kind “Internal”."))
    refuse_unwanted(step.kind, client, contact)
    activity = Activity(
        client=client,
        contact=contact,
        deal_id=deal_id,
        kind=step.kind,
        goal=step.goal,
        title=step.title.strip() or str(step.goal or step.kind),
        note=step.note,
        status=ActivityStatus.PLANNED,
        planned_at=step.planned_at,
        feed_at=step.planned_at,
        minutes=step.minutes or step.kind.default_minutes,
        performer=performer,
        follows=follows,
        created_at=at,
        created_by=by,
        entry_key=key,
    )
    activity.save(force_insert=True)
    if not appointed:
        telling.planned(activity, by=by, at=at)
    return activity
