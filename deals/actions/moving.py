"""Verbs of the way through the process: move a deal to another stage, stop its clock, let it run again."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from deals.actions import passing
from deals.actions.errors import (
    DealHasMoved,
    NotAPause,
    ReasonIsRequired,
    StageNotReachable,
)
from deals.actions.holding import open_one
from deals.choices import Outcome
from deals.clock import pauses_of
from deals.models import Deal, PassagePause, StagePassage
from pipeline.book import book
from pipeline.clock import day_of, due_at
from pipeline.models import Stage
from salesexpert.accounts.models import User
from salesexpert.audit import journal


@transaction.atomic
def move(
    deal_id: int,
    *,
    by: User,
    to: Stage,
    comment: str = "",
    values: Mapping[str, Any] | None = None,
    checks: Iterable[int] = (),
    performer: User | None = None,
    seen_at: int | None = None,
    at: datetime | None = None,
) -> StagePassage:
    """Close the stay at the present stage and open one at `to`; forward what the stage asks for must be there.

    `values` are filled in on the deal first (names as in `CHANGEABLE`), `checks` are ids of checklist lines ticked now.
    Back goes with a `comment` only, and asks for nothing else. `seen_at` is the stage at which whoever moves it saw the
    deal: when another was quicker, nothing is moved. `performer` goes before what the rules choose.

    Raises DealIsClosed, DealHasMoved, StageNotReachable, ReasonIsRequired, RequirementsNotMet. None changes anything.
    """
    at = at or timezone.now()
    deal = open_one(deal_id)
    here = deal.stage
    assert here is not None  # the database keeps an open deal on a stage
    if (seen_at is not None and seen_at != here.pk) or here.pk == to.pk:
        raise DealHasMoved(_moved(deal))
    if not reachable(here, to):
        raise StageNotReachable(
            _("There is no step from “%(here)s” to “%(to)s”.")
            % {"here": here, "to": to}
        )
    back = to.position < here.position
    if back and not comment.strip():
        raise ReasonIsRequired(_("Say why the deal goes back."))
    fill(deal, values or {})
    passing.tick(deal, list(checks), by=by)
    if not back:
        passing.demand(deal)
    passing.leave(
        deal, outcome=Outcome.BACK if back else Outcome.FORWARD, comment=comment, at=at
    )
    passage = passing.enter(deal, to, by=by, at=at, performer=performer)
    journal.record(
        "deal.moved",
        deal,
        by=by,
        at=at,
        client=deal.client_id,
        from_stage=here.pk,
        to_stage=to.pk,
        back=back,
    )
    return passage


def reachable(here: Stage, to: Stage) -> bool:
    """Whether a deal may go from one stage to the other: back always, forward as the process allows."""
    if here.process_id != to.process_id or to.retired_at or here.pk == to.pk:
        return False
    if to.position < here.position:
        return True
    allowed = book().allowed(here)
    return not allowed or to.pk in allowed


def fill(deal: Deal, values: Mapping[str, Any]) -> None:
    """Fill in what the stage asked for, in the same step; what is left empty changes nothing."""
    names = [
        name
        for name in ("amount", "expected_on", "contact", "source", "campaign", "note")
        if values.get(name) not in (None, "") and values[name] != getattr(deal, name)
    ]
    for name in names:
        setattr(deal, name, values[name])
    if names:
        deal.version += 1
        deal.save(update_fields=[*names, "version", "updated_at"])


def _moved(deal: Deal) -> str:
    last = (
        StagePassage.objects.filter(deal=deal, left_at=None)
        .select_related("moved_by")
        .first()
    )
    if last is None or last.moved_by is None:
        return _("The deal stands at “%(stage)s” already.") % {"stage": deal.stage}
    return _(
        "%(person)s has just moved the deal to “%(stage)s”. Nothing was changed."
    ) % {"person": last.moved_by, "stage": deal.stage}


@transaction.atomic
def pause(
    deal_id: int, *, by: User, until: date, reason: str, at: datetime | None = None
) -> PassagePause:
    """Stop the clock of the stage: we wait for the client until a day. A pause that runs is replaced by the new one.

    Raises DealIsClosed, ReasonIsRequired, NotAPause.
    """
    at = at or timezone.now()
    deal = open_one(deal_id)
    today = day_of(at)
    if not reason.strip():
        raise ReasonIsRequired(_("Say what we wait for."))
    if until <= today:
        raise NotAPause(_("Choose a day after today."))
    passage = _open_passage(deal)
    _end_pauses(passage, today)
    found = PassagePause.objects.create(
        passage=passage, since=today, until=until, reason=reason.strip(), set_by=by
    )
    _wind(deal, passage, waits_until=until)
    journal.record(
        "deal.paused",
        deal,
        by=by,
        at=at,
        client=deal.client_id,
        until=until.isoformat(),
    )
    return found


@transaction.atomic
def resume(deal_id: int, *, by: User, at: datetime | None = None) -> None:
    """Let the clock run again from today. A deal that does not wait stays as it is. Raises DealIsClosed."""
    at = at or timezone.now()
    deal = open_one(deal_id)
    if deal.waits_until is None:
        return
    passage = _open_passage(deal)
    _end_pauses(passage, day_of(at))
    _wind(deal, passage, waits_until=None)
    journal.record("deal.resumed", deal, by=by, at=at, client=deal.client_id)


def _open_passage(deal: Deal) -> StagePassage:
    passage = (
        StagePassage.objects.select_for_update(of=["self"])
        .filter(deal=deal, left_at=None)
        .first()
    )
    if passage is None:
        raise NotAPause(_("No clock is running: the deal came without its stages."))
    return passage


def _end_pauses(passage: StagePassage, today: date) -> None:
    passage.pauses.filter(ended_on=None, until__gt=today).update(ended_on=today)


def _wind(deal: Deal, passage: StagePassage, *, waits_until: date | None) -> None:
    """Work out anew when the stage is due, with the days skipped in which the client made us wait."""
    if passage.norm_days is not None:
        passage.due_at = due_at(
            passage.entered_at, passage.norm_days, pauses_of(passage.pauses.all())
        )
    passage.save(update_fields=["due_at"])
    deal.due_at = passage.due_at
    deal.waits_until = waits_until
    deal.paused = True
    deal.save(update_fields=["due_at", "waits_until", "paused", "updated_at"])
