"""Offers: each version is what we asked; the counter-offer is what the client said to it."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from deals import lines as arithmetic
from deals.actions import lines as line_actions
from deals.choices import DealState, NumberedKind, OfferState
from deals.firms import default_firm
from deals.models import Deal, DealLine, Offer, OfferLine
from deals.numbering import next_number
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError

COPIED = (
    "product_id", "name", "unit", "quantity", "price", "discount", "vat_percent", "total", "vat", "position",
)  # fmt: skip


class NothingToOffer(DomainError):
    pass


class OfferIsOver(DomainError):
    pass


@transaction.atomic
def make_offer(
    *,
    deal: Deal,
    kind: str,
    made_on: date,
    by: User,
    at: datetime,
    discount: Decimal = Decimal(0),
    valid_until: date | None = None,
    terms: str = "",
) -> Offer:
    """Offer the deal's lines as they stand, less a further `discount` percent: the next version of this kind.

    The number is taken by the first version and kept by the others. Raises NothingToOffer or OfferIsOver.
    """
    deal = Deal.objects.select_for_update(of=["self"]).get(pk=deal.pk)
    if deal.state != DealState.OPEN:
        raise OfferIsOver(_("The deal has ended: there is nothing to offer."))
    rows = list(deal.lines.all())
    if not rows:
        raise NothingToOffer(_("There are no lines: add products to the deal first."))
    before = Offer.objects.filter(deal=deal, kind=kind)
    last = before.aggregate(last=Max("version"))["last"] or 0
    number = before.exclude(number="").values_list("number", flat=True).first() or ""
    firm = default_firm()
    if not number and firm:
        number = next_number(firm, NumberedKind.OFFER, made_on)
    offer = Offer.objects.create(
        deal=deal, kind=kind, number=number, version=last + 1, made_on=made_on,
        valid_until=valid_until, currency=deal.currency, discount=discount, terms=terms, made_by=by,
    )  # fmt: skip
    copies = []
    for row in rows:
        copy = OfferLine(offer=offer, **{name: getattr(row, name) for name in COPIED})
        # Both discounts, one after the other, as one percent that a line may print.
        left = (100 - row.discount) * (100 - discount) / 100
        copy.discount = arithmetic.kopecks(100 - left)
        copies.append(arithmetic.calculate(copy))
    OfferLine.objects.bulk_create(copies)
    offer.total = arithmetic.totals(copies).total
    offer.save(update_fields=["total"])
    journal.record("offer.made", deal, by=by, at=at, offer=offer.pk, version=offer.version)  # fmt: skip
    return offer


def _locked(offer: Offer) -> Offer:
    Deal.objects.select_for_update(of=["self"]).get(pk=offer.deal_id)
    return Offer.objects.select_related("deal").get(pk=offer.pk)


@transaction.atomic
def record_counter(
    *, offer: Offer, total: Decimal | None, comment: str, on: date, by: User, at: datetime
) -> Offer:  # fmt: skip
    """What the client answered: his sum, his words, or both."""
    offer = _locked(offer)
    if offer.state in (OfferState.ACCEPTED, OfferState.DECLINED):
        raise OfferIsOver(_("This offer is answered already."))
    offer.counter_total, offer.counter_comment, offer.countered_on = total, comment, on
    offer.state = OfferState.COUNTERED
    offer.save(update_fields=["counter_total", "counter_comment", "countered_on", "state"])  # fmt: skip
    journal.record("offer.countered", offer.deal, by=by, at=at, offer=offer.pk)
    return offer


@transaction.atomic
def settle(*, offer: Offer, accepted: bool, by: User, at: datetime) -> Offer:
    """The client took it or not. Accepted, its lines become those of the deal: what was agreed is what is sold."""
    offer = _locked(offer)
    if offer.state in (OfferState.ACCEPTED, OfferState.DECLINED):
        raise OfferIsOver(_("This offer is answered already."))
    offer.state = OfferState.ACCEPTED if accepted else OfferState.DECLINED
    offer.save(update_fields=["state"])
    if accepted and offer.deal.state == DealState.OPEN:
        costs = dict(offer.deal.lines.exclude(product=None).values_list("product", "cost"))  # fmt: skip
        offer.deal.lines.all().delete()
        DealLine.objects.bulk_create(
            DealLine(deal=offer.deal, cost=costs.get(row.product_id) if row.product_id else None, **{n: getattr(row, n) for n in COPIED})
            for row in offer.lines.all()
        )  # fmt: skip
        line_actions.recount(offer.deal)
    journal.record("offer.accepted" if accepted else "offer.declined", offer.deal, by=by, at=at, offer=offer.pk)  # fmt: skip
    return offer
