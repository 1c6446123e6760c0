"""What the process asks of a deal before it is a success, and how far the deal is from it."""

from decimal import Decimal

from django.utils.translation import gettext as _

from deals.actions.errors import Condition
from deals.choices import ContractState
from deals.models import Deal
from pipeline.choices import SuccessCondition
from salesexpert.core.templatetags.look import number

NOUGHT = Decimal(0)


def conditions(deal: Deal) -> list[Condition]:
    """All that success in this process needs, met or not, in the order in which it usually comes about."""
    asked = deal.process.success_condition
    found = [
        Condition("amount", _("Amount of the deal"), deal.amount is not None),
    ]
    if asked == SuccessCondition.CONTRACT_SIGNED:
        found.append(_signed(deal))
    if asked in {
        SuccessCondition.PAID_AND_DELIVERED,
        SuccessCondition.DOCUMENTS_CLOSED,
    }:
        found += [_paid(deal), _delivered(deal)]
    if asked == SuccessCondition.DOCUMENTS_CLOSED:
        found.append(_papers_back(deal))
    return found


def due(deal: Deal) -> Decimal:
    """What is to be paid and delivered: what was invoiced, or the amount while nothing is."""
    return deal.invoiced or deal.amount or NOUGHT


def _signed(deal: Deal) -> Condition:
    done = deal.contracts.filter(
        state__in=[ContractState.SIGNED, ContractState.ENDED]
    ).exists()
    return Condition("contract", _("Signed contract"), done)


def _paid(deal: Deal) -> Condition:
    rest = max(due(deal), deal.amount or NOUGHT) - deal.paid
    return Condition(
        "paid",
        _("Payment in full"),
        bool(due(deal)) and rest <= 0,
        _("%(sum)s left") % {"sum": number(rest)} if rest > 0 else "",
    )


def _delivered(deal: Deal) -> Condition:
    rest = due(deal) - deal.delivered
    # Without a delivered rouble there is nothing to ask for, unless nothing is to be delivered.
    some = bool(deal.delivered) or not due(deal)
    done = some and deal.deliveries.filter(cancelled_at=None).exclude(number="").exists()  # fmt: skip
    return Condition(
        "delivered",
        _("Delivery with the number of its waybill"),
        done and rest <= 0,
        _("%(sum)s left") % {"sum": number(rest)} if done and rest > 0 else "",
    )


def _papers_back(deal: Deal) -> Condition:
    live = deal.deliveries.filter(cancelled_at=None)
    out = live.filter(closed_on=None).count()
    return Condition(
        "closed",
        _("Signed closing papers"),
        out == 0 and live.exists(),
        _("%(count)s not back yet") % {"count": out} if out else "",
    )
