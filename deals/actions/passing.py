"""Parts of the verbs that carry a deal along: a stay at a stage begins and ends, and what the stage plans is planned."""

from datetime import datetime

from clients.actions.activities import ToldUsToStop, plan_activity
from deals import telling
from deals.actions.errors import RequirementsNotMet
from deals.choices import DealState, Outcome
from deals.clock import planned_at
from deals.models import CheckMark, Deal, StagePassage
from deals.performers import choose_performer
from deals.requirements import missing_checks, missing_fields
from pipeline.choices import ForWhom
from pipeline.clock import day_of, due_at
from pipeline.models import Stage
from pipeline.norms import norm_of
from salesexpert.accounts.models import User


def enter(
    deal: Deal,
    stage: Stage,
    *,
    by: User,
    at: datetime,
    performer: User | None = None,
    plan: bool = True,
) -> StagePassage:
    """Open a stay at the stage and repeat it on the deal; plan what the stage plans, unless it was planned once."""
    norm = norm_of(stage, deal.client)
    if performer is None:
        choice = choose_performer(stage, deal.client)
        performer = choice.user or deal.responsible
        if choice.hands_over and choice.user is not None:
            deal.responsible = choice.user
    passage = StagePassage.objects.create(
        deal=deal,
        stage=stage,
        performer=performer,
        entered_at=at,
        due_at=due_at(at, norm) if norm is not None else None,
        moved_by=by,
        norm_days=norm,
        percent=stage.percent,
    )
    deal.stage = stage
    deal.state = DealState.OPEN
    deal.performer = performer
    deal.entered_at = at
    deal.due_at = passage.due_at
    deal.waits_until = None
    deal.save(
        update_fields=[
            "stage",
            "state",
            "performer",
            "responsible",
            "entered_at",
            "due_at",
            "waits_until",
            "updated_at",
        ]
    )
    telling.stage_began(passage, deal, by=by, at=at)
    if plan:
        _plan(deal, stage, by=by, at=at)
    return passage


def leave(deal: Deal, *, outcome: Outcome, comment: str, at: datetime) -> None:
    """Close the stay that is open. A deal that came without one (imported) has nothing to close."""
    passage = (
        StagePassage.objects.select_for_update(of=["self"])
        .filter(deal=deal, left_at=None)
        .first()
    )
    if passage is None:
        return
    for pause in passage.pauses.filter(ended_on=None, until__gt=day_of(at)):
        pause.ended_on = max(pause.since, day_of(at))
        pause.save(update_fields=["ended_on"])
    passage.left_at = max(at, passage.entered_at)
    passage.outcome = outcome
    passage.comment = comment
    passage.save(update_fields=["left_at", "outcome", "comment"])


def tick(deal: Deal, checks: "list[int]", *, by: User) -> None:
    """Tick lines of the stage's checklist; ticking twice is ticking once."""
    if deal.stage is None or not checks:
        return
    lines = deal.stage.checks.filter(pk__in=checks, retired_at=None)
    CheckMark.objects.bulk_create(
        [CheckMark(deal=deal, check_line=line, marked_by=by) for line in lines],
        ignore_conflicts=True,
    )


def demand(deal: Deal) -> None:
    """Raises RequirementsNotMet while the stage the deal stands at still asks for something."""
    fields, checks = missing_fields(deal), missing_checks(deal)
    if fields or checks:
        raise RequirementsNotMet(fields, checks)


def _plan(deal: Deal, stage: Stage, *, by: User, at: datetime) -> None:
    for item in stage.planned.select_related("kind", "goal"):
        whom = (
            deal.performer
            if item.for_whom == ForWhom.PERFORMER and deal.performer
            else deal.responsible
        )
        try:
            plan_activity(
                client=deal.client,
                kind=item.kind,
                goal=item.goal,
                title=str(item),
                planned_at=planned_at(at, item.after_days),
                performer=whom if whom.is_active else by,
                contact=deal.contact,
                deal_id=deal.pk,
                by=by,
                at=at,
                appointed=True,
            )
        except ToldUsToStop:
            # Who asked not to be called is not called because a process says so; the deal moves on all the same.
            continue
