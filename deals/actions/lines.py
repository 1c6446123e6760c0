"""Lines of a deal: added, changed, taken away. The deal's expected amount and margin follow them."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Product
from deals import lines as arithmetic
from deals.catalogue import prices_of
from deals.choices import DealState, VatKind
from deals.firms import default_firm
from deals.models import Deal, DealLine
from deals.vat import percent_for
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError

MOST_LINES = 500
LARGEST = Decimal("999999999999.99")


class LinesAreClosed(DomainError):
    pass


class TooMuch(DomainError):
    pass


def _locked(deal_id: int) -> Deal:
    deal = Deal.objects.select_for_update(of=["self"]).get(pk=deal_id)
    if deal.state != DealState.OPEN:
        raise LinesAreClosed(_("The deal has ended: its lines are changed no more."))
    return deal


def recount(deal: Deal) -> None:
    """Repeat the sums of the lines on the deal: what is expected, and the margin. Without lines both stay as typed."""
    rows = list(deal.lines.all())
    sums = arithmetic.totals(rows)
    if sums.total > LARGEST:
        raise TooMuch(_("The sum is larger than can be kept."))
    margin = arithmetic.margin(rows) if rows else None
    values: dict[str, Any] = {"margin": margin}
    if rows:
        values["amount"] = sums.total
    Deal.objects.filter(pk=deal.pk).update(
        **values, version=F("version") + 1, updated_at=timezone.now()
    )


def _keep(line: DealLine) -> DealLine:
    arithmetic.calculate(line)
    if line.total > LARGEST:
        raise TooMuch(_("The sum is larger than can be kept."))
    line.save()
    return line


@transaction.atomic
def add_line(
    deal_id: int,
    *,
    by: User,
    product: Product | None = None,
    name: str = "",
    unit: str = "",
    quantity: Decimal = Decimal(1),
    price: Decimal | None = None,
    discount: Decimal = Decimal(0),
    vat_percent: Decimal | None = None,
    day: date | None = None,
) -> DealLine:
    """Add a line: a product with its price, cost and VAT of `day` (today), or a line of one's own.

    Raises LinesAreClosed or TooMuch.
    """
    deal = _locked(deal_id)
    if deal.lines.count() >= MOST_LINES:
        raise TooMuch(_("A deal has at most %d lines.") % MOST_LINES)
    day = day or timezone.localdate()
    cost = None
    if product is not None:
        of_day = prices_of([product.pk], day, deal.currency).get(product.pk)
        terms = getattr(product, "terms", None)
        name = name or product.name
        unit = unit or (product.unit.name if product.unit else "")
        price = price if price is not None else (of_day.price if of_day else Decimal(0))
        cost = of_day.cost if of_day else None
        kind = terms.vat_kind if terms else VatKind.MAIN
        vat_percent = percent_for(kind, default_firm(), day)
    last = deal.lines.aggregate(last=Max("position"))["last"]
    line = _keep(
        DealLine(
            deal=deal, product=product, name=name[:300], unit=unit[:20], quantity=quantity,
            price=price or Decimal(0), discount=discount, vat_percent=vat_percent, cost=cost,
            position=(last or 0) + 1,
        )
    )  # fmt: skip
    recount(deal)
    journal.record("deal.line", deal, by=by, at=timezone.now(), line=line.pk, what="added")  # fmt: skip
    return line


@transaction.atomic
def change_line(line_id: int, *, by: User, **values: Any) -> DealLine:
    """Change fields of a line; its sums follow. Raises LinesAreClosed or TooMuch."""
    deal = _locked(DealLine.objects.values_list("deal", flat=True).get(pk=line_id))
    line = DealLine.objects.select_for_update(of=["self"]).get(pk=line_id)
    for name, value in values.items():
        setattr(line, name, value)
    _keep(line)
    recount(deal)
    journal.record("deal.line", deal, by=by, at=timezone.now(), line=line.pk, what="changed", fields=sorted(values))  # fmt: skip
    return line


@transaction.atomic
def remove_line(line_id: int, *, by: User) -> None:
    deal = _locked(DealLine.objects.values_list("deal", flat=True).get(pk=line_id))
    DealLine.objects.filter(pk=line_id).delete()
    recount(deal)
    journal.record("deal.line", deal, by=by, at=timezone.now(), line=line_id, what="removed")  # fmt: skip
