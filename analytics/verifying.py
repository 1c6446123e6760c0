"""Proof that what was counted for pay is what the books say, and that kept figures are what they would be now."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from analytics import earnings
from analytics.actions import counting, months
from analytics.choices import Counted, PayState
from analytics.models import CountedMoney, PayMonth, SchemeAssignment
from analytics.money_lines import midnight
from analytics.paying import NOUGHT
from deals.choices import DealState
from deals.models import Allocation, Deal


@dataclass(slots=True)
class Found:
    """`invoices` and `deals` were counted otherwise than they are; `figures` are (person, month, kept, true)."""

    invoices: list[int] = field(default_factory=list)
    deals: list[int] = field(default_factory=list)
    figures: list[tuple[int, date, Decimal, Decimal]] = field(default_factory=list)
    checked: int = 0
    mended: int = 0

    @property
    def differs(self) -> bool:
        return bool(self.invoices or self.deals or self.figures)

    def told(self) -> Iterator[str]:
        yield f"months checked: {self.checked}, figures that differ: {len(self.figures)}"
        yield f"invoices counted otherwise: {len(self.invoices)}, won deals: {len(self.deals)}"  # fmt: skip
        for person, month, kept, true in self.figures[:20]:
            yield f"  person {person}, {month:%Y-%m}: kept {kept}, true {true}"
        if self.mended:
            yield f"mended: {self.mended}"


def verify(*, mend: bool = False) -> Found:
    """Compare, and with `mend` count and work out anew what differs.

    Money is compared from the first month anybody is paid for by a scheme; earlier money counts for nobody.
    """
    found = Found()
    counting.count_waiting()
    since = SchemeAssignment.objects.order_by("since").values_list("since", flat=True).first()  # fmt: skip
    if since is None:
        return found
    found.invoices = _invoices(since)
    found.deals = _deals(since)
    if mend:
        with transaction.atomic():
            found.mended += counting.count_invoices(found.invoices)
            found.mended += counting.count_wins(found.deals)
    rows = PayMonth.objects.exclude(state=PayState.CLOSED).select_related("version__scheme")  # fmt: skip
    for row in rows.order_by("pk"):
        found.checked += 1
        is_now = row.month == earnings.this_month()
        true = earnings.work_out(row.user_id, row.month, row.version, ahead=is_now)
        kept = (row.earned, row.expected, row.possible)
        if row.worked_out_at and kept != (true.earned, true.expected, true.possible):
            found.figures.append((row.user_id, row.month, sum(kept, NOUGHT), true.earned + true.expected + true.possible))  # fmt: skip
            if mend:
                months.refresh(row.user_id, row.month)
                found.mended += 1
    return found


def _invoices(since: date) -> list[int]:
    """Invoices on which since then more or less lies than was counted."""
    laid = Allocation.objects.filter(payment__paid_on__gte=since).values("invoice")
    known = CountedMoney.objects.filter(invoice__isnull=False).values("invoice")
    counted: dict[int | None, Decimal] = dict(
        CountedMoney.objects.filter(invoice__isnull=False).order_by().values_list("invoice").annotate(sum=Sum("gross"))
    )  # fmt: skip
    lies: dict[int, Decimal] = {}
    sources: list[Any] = [laid, known]
    for ids in sources:
        lies |= dict(
            Allocation.objects.filter(invoice__in=ids).order_by().values_list("invoice").annotate(sum=Sum("amount"))
        )  # fmt: skip
    every = {pk for pk in counted if pk is not None} | set(lies)
    return sorted(pk for pk in every if counted.get(pk, NOUGHT) != lies.get(pk, NOUGHT))  # fmt: skip


def _deals(since: date) -> list[int]:
    kinds = [Counted.WIN, Counted.REOPENED]
    counted = (
        CountedMoney.objects.filter(deal=OuterRef("pk"), kind__in=kinds)
        .order_by()
        .values("deal")
        .annotate(sum=Sum("gross"))
        .values("sum")
    )
    won = Deal.objects.filter(state=DealState.WON, closed_at__gte=midnight(since), amount__gt=0)  # fmt: skip
    differ = won.annotate(counted=Coalesce(Subquery(counted), NOUGHT)).exclude(counted=F("amount"))  # fmt: skip
    gone = (
        Deal.with_bin.exclude(state=DealState.WON, bin=None)
        .filter(pk__in=CountedMoney.objects.filter(kind__in=kinds).values("deal"))
        .annotate(counted=Coalesce(Subquery(counted), NOUGHT))
        .exclude(counted=0)
    )
    return sorted({*differ.values_list("pk", flat=True), *gone.values_list("pk", flat=True)})  # fmt: skip
