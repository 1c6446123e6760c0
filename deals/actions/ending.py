"""Verbs of the end: success when its condition holds, refusal with its reason and stage, and the way back from both."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.actions import ladder
from clients.ladder import standing
from clients.models import RelationshipMove
from deals import signals
from deals.actions import passing
from deals.actions.errors import (
    DealIsOpen,
    MayNotOverride,
    ReasonIsRequired,
    StageNotReachable,
    SuccessNotReached,
)
from deals.actions.holding import held, open_one
from deals.actions.moving import fill
from deals.choices import DealState, Outcome
from deals.models import (
    Competitor,
    CompetitorPrice,
    Deal,
    Refusal,
    RefusalReason,
    StagePassage,
)
from deals.success import conditions
from pipeline.clock import day_of
from pipeline.models import Stage
from salesexpert.accounts.models import User
from salesexpert.audit import journal

ENDING = [
    "state",
    "closed_at",
    "closed_by",
    "reason",
    "refusal_stage",
    "override_reason",
    "waits_until",
    "due_at",
    "norm_days",
    "paused",
    "updated_at",
]
BY_SALES = ("sale", "sales")


@transaction.atomic
def succeed(
    deal_id: int,
    *,
    by: User,
    override_reason: str = "",
    values: Mapping[str, Any] | None = None,
    checks: Iterable[int] = (),
    at: datetime | None = None,
) -> Deal:
    """End the deal in success. One more success moves the client up the ladder.

    With an `override_reason` by one who has the right, neither condition nor checklist is asked.
    Raises SuccessNotReached with all that is missing, RequirementsNotMet, MayNotOverride, DealIsClosed.
    """
    at = at or timezone.now()
    deal = open_one(deal_id)
    fill(deal, values or {})
    passing.tick(deal, list(checks), by=by)
    override_reason = override_reason.strip()
    if override_reason and not by.has_perm("deals.override_success"):
        raise MayNotOverride(
            _("Only a head may end a deal in success before its condition holds.")
        )
    if not override_reason:
        found = conditions(deal)
        if not all(c.met for c in found):
            raise SuccessNotReached(found)
        passing.demand(deal)
    passing.leave(deal, outcome=Outcome.WON, comment=override_reason, at=at)
    deal.state = DealState.WON
    deal.override_reason = override_reason
    _close(deal, by=by, at=at)
    _count_sales(deal, by=by, at=at)
    signals.deal_ended.send(sender=Deal, deal=deal.pk, at=at)
    journal.record(
        "deal.won",
        deal,
        by=by,
        at=at,
        client=deal.client_id,
        overridden=bool(override_reason),
    )
    return deal


@transaction.atomic
def refuse(
    deal_id: int,
    *,
    by: User,
    reason: RefusalReason,
    comment: str = "",
    competitor: Competitor | None = None,
    competitor_price: Decimal | None = None,
    at: datetime | None = None,
) -> Refusal:
    """End the deal in refusal. The stage is written down as it is now and stays so, whatever becomes of the process.

    A competitor with his price is also kept among the competitors' prices. Raises DealIsClosed.
    """
    at = at or timezone.now()
    deal = open_one(deal_id)
    refusal = Refusal.objects.create(
        deal=deal,
        reason=reason,
        stage=deal.stage,
        comment=comment.strip(),
        competitor=competitor,
        competitor_price=competitor_price,
        currency=deal.currency,
        refused_at=at,
        refused_by=by,
    )
    if competitor and competitor_price:
        CompetitorPrice.objects.create(
            competitor=competitor,
            deal=deal,
            product=deal.interests.first() if deal.interests.count() == 1 else None,
            price=competitor_price,
            currency=deal.currency,
            seen_on=day_of(at),
            known_from=_("refusal: %(deal)s") % {"deal": deal.title[:200]},
            entered_by=by,
        )
    passing.leave(deal, outcome=Outcome.LOST, comment=comment.strip(), at=at)
    deal.state = DealState.LOST
    deal.reason = reason
    deal.refusal_stage = deal.stage
    _close(deal, by=by, at=at)
    journal.record(
        "deal.refused",
        deal,
        by=by,
        at=at,
        client=deal.client_id,
        reason=reason.pk,
        stage=deal.stage_id,
    )
    return refusal


@transaction.atomic
def reopen(
    deal_id: int, *, by: User, comment: str, at: datetime | None = None
) -> StagePassage:
    """Take an ended deal up again at the stage at which it ended. Its refusals stay in the history.

    A success taken back moves the client down the ladder again, if it was sales that had moved him up.
    Raises DealIsOpen, ReasonIsRequired, StageNotReachable where the process has no stage left.
    """
    at = at or timezone.now()
    deal = held(deal_id)
    if deal.state == DealState.OPEN:
        raise DealIsOpen(_("The deal is in work already."))
    if not comment.strip():
        raise ReasonIsRequired(_("Say why the deal is taken up again."))
    won = deal.state == DealState.WON
    Refusal.objects.filter(deal=deal, reopened_at=None).update(
        reopened_at=at, reopened_by=by
    )
    stage = _stage_to_return_to(deal)
    deal.state = DealState.OPEN
    deal.stage = stage
    deal.closed_at = deal.closed_by = None
    deal.reason = deal.refusal_stage = None
    deal.override_reason = ""
    deal.save(update_fields=["stage", *ENDING])
    passage = passing.enter(deal, stage, by=by, at=at, plan=False)
    if won:
        _count_sales(deal, by=by, at=at)
        _step_down(deal, by=by, at=at, comment=comment)
        signals.deal_ended.send(sender=Deal, deal=deal.pk, at=at)
    journal.record(
        "deal.reopened", deal, by=by, at=at, client=deal.client_id, stage=stage.pk
    )
    return passage


def _stage_to_return_to(deal: Deal) -> Stage:
    stage = deal.stage or deal.refusal_stage
    if stage is not None and stage.retired_at is None:
        return stage
    live = deal.process.stages.in_use().order_by("-position")
    if stage is not None:
        live = live.filter(position__lte=stage.position)
    found = live.first() or deal.process.stages.in_use().order_by("position").first()
    if found is None:
        raise StageNotReachable(_("The process has no stage in use any more."))
    return found


def _close(deal: Deal, *, by: User, at: datetime) -> None:
    deal.closed_at = max(at, deal.opened_at or at)
    deal.closed_by = by
    deal.waits_until = None
    deal.due_at = deal.norm_days = None
    deal.paused = False
    deal.save(update_fields=ENDING)


def _count_sales(deal: Deal, *, by: User, at: datetime) -> None:
    count = Deal.objects.filter(client_id=deal.client_id, state=DealState.WON).count()
    ladder.note_sales(client=deal.client, count=count, by=by, at=at)


def _step_down(deal: Deal, *, by: User, at: datetime, comment: str) -> None:
    """Put the client back where he stood before the sales that no longer count, if nobody moved him since."""
    client = deal.client
    client.refresh_from_db(fields=["relationship", "sales_count"])
    last = RelationshipMove.objects.filter(client=client).order_by("-at", "-pk").first()
    if (
        last is None
        or last.fact not in BY_SALES
        or last.from_type is None
        or last.to_type_id != client.relationship_id
    ):
        return
    stands = standing([client.pk])
    if stands and stands[0].facts_step < last.to_type.step:
        ladder.move_relationship(
            client=client,
            to_type=last.from_type,
            by=by,
            at=at,
            reason=_("Deal “%(deal)s” was reopened: %(why)s")
            % {"deal": deal.title, "why": comment.strip()},
        )
