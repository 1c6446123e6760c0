"""A seller on a scheme, with deals, invoices and payments, for the tests of pay."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from analytics.actions import schemes
from analytics.models import PayMonth, Scheme, SchemeVersion
from analytics.months import first_of
from deals.actions.invoices import TypedLine, issue_invoice
from deals.models import Deal, DealLine, DealParticipant, Invoice
from salesexpert.accounts.models import User
from salesexpert.core.money import line_total, vat_inside
from tests.deals.money import a_deal, a_firm

D = Decimal


def a_scheme(*rules: dict[str, Any], since: date | None = None, with_vat: bool = False, name: str = "Продавец") -> Scheme:  # fmt: skip
    version = schemes.add_scheme(by=None, name=name, rules=rules)
    SchemeVersion.objects.filter(pk=version.pk).update(with_vat=with_vat)
    schemes.publish(version, since=since or first_of(timezone.localdate()), by=None)
    return version.scheme


def percent(*steps: tuple[int, int], base: str = "receipts", **given: Any) -> dict[str, Any]:  # fmt: skip
    return {"kind": "percent", "base": base, "steps": [[str(a), str(b)] for a, b in steps], **given}  # fmt: skip


def put_on(user: User, scheme: Scheme, *, since: date | None = None) -> None:
    schemes.assign(user, scheme, since=since or first_of(timezone.localdate()), by=None)


def a_sale(
    responsible: User,
    *lines: tuple[str, str, str],
    shares: dict[User, int] | None = None,
    **given: Any,
) -> tuple[Deal, Invoice]:
    """A deal with lines (name, price with 20 % VAT, cost without) and the invoice for all of it."""
    a_firm()
    deal = a_deal(responsible=responsible, amount=sum(D(line[1]) for line in lines), **given)  # fmt: skip
    for name, price, cost in lines:
        total = line_total(D(1), D(price), D(0))
        DealLine.objects.create(deal=deal, name=name, price=D(price), cost=D(cost), vat_percent=D(20), total=total, vat=vat_inside(total, D(20)))  # fmt: skip
    for user, share in (shares or {}).items():
        DealParticipant.objects.create(deal=deal, user=user, share=share)
    typed = [TypedLine(name, D(price), vat_percent=D(20)) for name, price, _cost in lines]  # fmt: skip
    return deal, issue_invoice(by=None, deal=deal, lines=typed)


def month_of(user: User) -> PayMonth:
    from analytics.actions import months

    row = months.refresh(user.pk, first_of(timezone.localdate()))
    assert row is not None
    return row
