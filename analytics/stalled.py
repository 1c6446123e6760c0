"""Deals that drag: open, past the term of their stage (pauses put the term off), with everything that may be the cause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.choices import ActivityStatus
from clients.legal_forms import shown_name
from clients.models import Activity
from deals import debts
from deals.choices import DealState
from deals.models import Deal
from pipeline.book import book
from pipeline.clock import day_of
from salesexpert.accounts.models import name_of
from salesexpert.accounts.people import parts_of_name
from salesexpert.core.templatetags.look import plain_day
from salesexpert.core.working_days import working_days_between

SHOWN = 200
# With so many the page begins: the worst, each with its causes, fit on a screen.
FIRST = 8
# So many calendar days without a word are a reason of their own.
SILENT_DAYS = 14


@dataclass(frozen=True, slots=True)
class Stalled:
    """`over` are the working days past the term of the stage; `why` are causes in words, the term itself aside."""

    deal_id: int
    title: str
    client: str
    responsible_id: int
    responsible: str
    stage: str
    amount: Decimal | None
    currency: str
    over: int
    on_stage: int
    why: Sequence[str]


@dataclass(frozen=True, slots=True)
class Dragging:
    total: int
    by_person: dict[int, int]
    rows: Sequence[Stalled]


def stalled(deals: QuerySet[Deal], *, at: datetime, shown: int = SHOWN) -> Dragging:
    """Those that drag at the moment `at`, the longest first: `shown` rows, and how many each person has. Three queries."""
    late = deals.filter(state=DealState.OPEN, due_at__lt=at)
    by_person = dict(late.order_by().values_list("responsible").annotate(n=Count("pk")))
    # Names that few share are held: a join would look each of them up again for every row.
    last = Activity.objects.filter(deal=OuterRef("pk"), status=ActivityStatus.DONE).order_by().values("deal").annotate(at=Max("done_at")).values("at")  # fmt: skip
    found = list(
        late.annotate(spoken_at=Subquery(last))
        .order_by("due_at", "pk")
        .values(
            "pk", "title", "responsible", "stage", "amount", "currency", "due_at", "entered_at", "next_step_at",
            "expected_on", "spoken_at", "client__name", "client__legal_form", "client__is_person",
        )[:shown]
    )  # fmt: skip
    owed = debts.debts_of_deals([row["pk"] for row in found], on=day_of(at))
    rows = [_told(row, owed.get(row["pk"]), at) for row in found]
    return Dragging(sum(by_person.values()), by_person, rows)


def _told(row: Mapping[str, Any], debt: debts.Debt | None, at: datetime) -> Stalled:
    today = day_of(at)
    return Stalled(
        deal_id=row["pk"],
        title=row["title"],
        client=shown_name(
            row["client__legal_form"],
            row["client__name"],
            is_person=row["client__is_person"],
        ),
        responsible_id=row["responsible"],
        responsible=name_of(*parts_of_name(row["responsible"])),
        stage=_stage(row["stage"]),
        amount=row["amount"],
        currency=row["currency"],
        over=working_days_between(day_of(row["due_at"]), today),
        on_stage=working_days_between(
            day_of(row["entered_at"] or row["due_at"]), today
        ),
        why=_causes(row, debt, at),
    )


def _stage(pk: int | None) -> str:
    found = book().stages.get(pk) if pk else None
    return str(found) if found else ""


def _causes(row: Mapping[str, Any], debt: debts.Debt | None, at: datetime) -> list[str]:
    today, why = day_of(at), []
    if row["next_step_at"] is None:
        why.append(_("no next step is planned"))
    elif row["next_step_at"] < at:
        why.append(_("the next step was due on %s") % plain_day(row["next_step_at"]))
    spoken = row["spoken_at"] or row["entered_at"]
    if row["spoken_at"] is None:
        why.append(_("not one contact on the deal"))
    elif spoken and spoken < at - timedelta(days=SILENT_DAYS):
        days = (today - day_of(spoken)).days
        why.append(ngettext("%d day without a contact", "%d days without a contact", days) % days)  # fmt: skip
    if debt and debt.days:
        why.append(ngettext("an invoice is overdue by %d day", "an invoice is overdue by %d days", debt.days) % debt.days)  # fmt: skip
    if row["expected_on"] and row["expected_on"] < today:
        why.append(_("was expected on %s") % plain_day(row["expected_on"]))
    return why
