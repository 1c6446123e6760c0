"""Parts of the verbs that carry a deal along: a stay at a stage begins and ends, and what the stage plans is planned."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from clients.actions.activity_rules import Step
from clients.actions.appointing import plan_appointed
from deals import telling
from deals.actions.errors import RequirementsNotMet
from deals.choices import DealState, Outcome
from deals.clock import planned_at
from deals.models import CheckMark, Deal, StagePassage
from deals.performers import choose_performer
from deals.requirements import lines_of, missing_checks, missing_fields
from pipeline.book import book
from pipeline.choices import ForWhom
from pipeline.clock import day_of, due_at
from pipeline.models import Stage
from pipeline.norms import norm_of
from salesexpert.accounts.models import User
from salesexpert.core.compiled import CompiledInsert, CompiledUpdate
from salesexpert.core.prepared import prepared


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
    passage = _begin(
        StagePassage(
            deal=deal,
            stage=stage,
            performer=performer,
            entered_at=at,
            due_at=due_at(at, norm) if norm is not None else None,
            moved_by=by,
            norm_days=norm,
            percent=stage.percent,
        )
    )
    deal.stage = stage
    deal.state = DealState.OPEN
    deal.performer = performer
    deal.entered_at = at
    deal.due_at = passage.due_at
    deal.waits_until = None
    deal.norm_days, deal.paused = norm, False
    deal.updated_at = timezone.now()
    _repeat(
        pk=deal.pk,
        stage=stage.pk,
        performer=performer.pk,
        responsible=deal.responsible_id,
        entered=at,
        due=deal.due_at,
        norm=norm,
        updated=deal.updated_at,
    )
    telling.stage_began(passage, deal, by=by, at=at)
    if plan:
        _plan(deal, stage, by=by, at=at)
    return passage


_begin = CompiledInsert(StagePassage)


@CompiledUpdate
def _repeat(
    pk: int, stage: int, performer: int, responsible: int, entered: datetime, due: datetime, norm: int, updated: datetime,
) -> tuple[QuerySet[Deal], dict[str, Any]]:  # fmt: skip
    changes = {
        "stage": stage, "state": DealState.OPEN, "performer": performer, "responsible": responsible, "entered_at": entered,
        "due_at": due, "waits_until": None, "norm_days": norm, "paused": False, "updated_at": updated,
    }  # fmt: skip
    return Deal.with_bin.filter(pk=pk), changes


# Whoever changes a stay holds its deal, so its rows are not locked one by one.
_LEAVE = """
WITH left_one AS (
    UPDATE deals_stagepassage SET left_at = GREATEST(%s, entered_at), outcome = %s, comment = %s
    WHERE deal_id = %s AND left_at IS NULL RETURNING id
), today AS (SELECT %s AS day)
UPDATE deals_passagepause AS p SET ended_on = GREATEST(p.since, today.day)
FROM left_one, today WHERE p.passage_id = left_one.id AND p.ended_on IS NULL AND p.until > today.day
"""


def leave(deal: Deal, *, outcome: Outcome, comment: str, at: datetime) -> None:
    """Close the stay that is open, and its pause. A deal that came without one (imported) has nothing to close."""
    with prepared() as cursor:
        cursor.execute(_LEAVE, [at, outcome.value, comment, deal.pk, day_of(at)])


def tick(deal: Deal, checks: "list[int]", *, by: User) -> None:
    """Tick lines of the stage's checklist; ticking twice is ticking once."""
    if not checks:
        return
    lines = [line for line in lines_of(deal) if line.pk in checks]
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
    steps = []
    for item in book().planned.get(stage.pk, ()):
        own = item.for_whom == ForWhom.PERFORMER and deal.performer
        whom = deal.performer if own else deal.responsible
        steps.append(
            Step(
                kind=item.kind,
                goal=item.goal,
                title=str(item),
                planned_at=planned_at(at, item.after_days),
                performer=whom if whom and whom.is_active else by,
            )
        )
    if steps:
        # Who asked not to be called is not called because a process says so; the deal moves on all the same.
        plan_appointed(deal.client, steps, contact=deal.contact, deal_id=deal.pk, by=by, at=at)  # fmt: skip
