"""Parts of the verbs of the history: work is put into the plan or done, with what was said and the step after it."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from clients import preferences as own_preferences
from clients import telling
from clients.actions import ladder
from clients.actions.activity_rules import (
    ClientIsRequired,
    NextStepIsRequired,
    Promise,
    Step,
    check_past,
    check_summary,
    may_plan_for,
    refuse_unwanted,
)
from clients.actions.steps import refresh_one
from clients.choices import (
    ActivityCode,
    ActivityStatus,
    Category,
)
from clients.models import (
    Activity,
    ActivityResult,
    Client,
    Commitment,
    Contact,
    Question,
    RelationshipMove,
)
from salesexpert.accounts.models import User
from salesexpert.core import preferences
from salesexpert.core.compiled import CompiledInsert


def finish(
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
        check_summary(activity.kind, summary)
    check_past(done_at, at)
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


add = CompiledInsert(Activity)


def stage_of(activity: Activity) -> int | None:
    if not activity.deal_id:
        return None
    # The deal lies above this app; the lazy reference of `Activity.deal` is the way to its stage (decision 0001).
    return Activity.objects.values_list("deal__stage_id", flat=True).get(pk=activity.pk)


def add_words(
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


def plan_next(
    activity: Activity,
    *,
    client: Client | None,
    step: Step | None,
    by: User,
    at: datetime,
) -> None:
    """Plan the next step after what was done, bring the card up to date, and refuse a client left without a step."""
    if step:
        put_into_plan(
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


def planned_activity(
    step: Step,
    *,
    client: Client | None,
    contact: Contact | None,
    deal_id: int | None,
    by: User,
    at: datetime,
) -> Activity:
    """The step as an activity, not saved yet; nobody's right is asked for."""
    return Activity(
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
        performer=step.performer or by,
        created_at=at,
        created_by=by,
    )


def put_into_plan(
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
    if not appointed:
        may_plan_for(step.performer or by, by)
    if client is None and step.kind.code != ActivityCode.INTERNAL:
        raise ClientIsRequired(_("Choose the client, or the kind “Internal”."))
    refuse_unwanted(step.kind, client, contact)
    activity = planned_activity(step, client=client, contact=contact, deal_id=deal_id, by=by, at=at)  # fmt: skip
    activity.follows, activity.entry_key = follows, key
    add(activity)
    if not appointed:
        telling.planned(activity, by=by, at=at)
    return activity
