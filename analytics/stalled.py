"""Deals that drag: open, past the term of their stage (pauses put the term off), with everything that may be the cause."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients import reading
from clients.choices import ActivityStatus
from clients.models import Activity
from deals import debts
from deals.choices import DealState
from deals.models import Deal
from pipeline.clock import day_of
from salesexpert.accounts.models import name_of, names_of
from salesexpert.core.templatetags.look import plain_day
from salesexpert.core.working_days import working_days_between

SHOWN = 200
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


def stalled(deals: QuerySet[Deal], *, at: datetime) -> Dragging:
    """Those that drag at the moment `at`, the longest first: `SHOWN` rows, and how many each person has. Four queries."""
    late = deals.filter(state=DealState.OPEN, due_at__lt=at)
    by_person = dict(late.order_by().values_list("responsible").annotate(n=Count("pk")))
    last = Activity.objects.filter(deal=OuterRef("pk"), status=ActivityStatus.DONE).order_by().values("deal").annotate(at=Max("done_at")).values("at")  # fmt: skip
    found = list(
        late.annotate(spoken_at=Subquery(last))
        .order_by("due_at", "pk")
        .values(
            "pk", "title", "responsible", *names_of("responsible"), "stage__name", "stage__name_en", "amount", "currency",
            "due_at", "entered_at", "next_step_at", "expected_on", "spoken_at", *reading.client_name_paths("client__"),
        )[:SHOWN]
    )  # fmt: skip
    owed = debts.debts_of_deals([row["pk"] for row in found], on=day_of(at))
    rows = [_told(row, owed.get(row["pk"]), at) for row in found]
    return Dragging(sum(by_person.values()), by_person, rows)


def _told(row: dict[str, Any], debt: debts.Debt | None, at: datetime) -> Stalled:
    today = day_of(at)
    return Stalled(
        deal_id=row["pk"],
        title=row["title"],
        client=reading.client_name(row, "client__"),
        responsible_id=row["responsible"],
        responsible=name_of(*(row[name] for name in names_of("responsible"))),
        stage=reading.entry_name(row, "stage"),
        amount=row["amount"],
        currency=row["currency"],
        over=working_days_between(day_of(row["due_at"]), today),
        on_stage=working_days_between(
            day_of(row["entered_at"] or row["due_at"]), today
        ),
        why=_causes(row, debt, at),
    )


def _causes(row: dict[str, Any], debt: debts.Debt | None, at: datetime) -> list[str]:
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
