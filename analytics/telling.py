"""What people are told of their plans and pay."""

from datetime import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from analytics import fulfilment
from analytics.choices import PlanMeasure, PlanSpan
from analytics.models import PayMonth, SalesPlan
from analytics.paying import NOUGHT
from salesexpert.accounts.models import User
from salesexpert.core.templatetags.look import money
from salesexpert.notices import kinds
from salesexpert.notices.actions import notify
from salesexpert.notices.choices import Way
from salesexpert.notices.kinds import Kind

PLAN, PAY, RED = "plan", "pay", "red"
MILESTONES = (50, 80, 100)


def declare() -> None:
    kinds.declare(
        Kind(
            PLAN,
            _("My plan reaches a half, four fifths, the whole"),
            {
                PlanMeasure.TURNOVER: _("Plan of turnover for the month: %(percent)s percent reached"),
                PlanMeasure.MARGIN: _("Plan of margin for the month: %(percent)s percent reached"),
                PlanMeasure.PAYMENTS: _("Plan of payments for the month: %(percent)s percent reached"),
                PlanMeasure.WON: _("Plan of won deals for the month: %(percent)s percent reached"),
                PlanMeasure.CONTACTS: _("Plan of contacts for the month: %(percent)s percent reached"),
            },
            icon="chart-bar",
            permission="analytics.view_plans",
        ),
        Kind(
            PAY,
            _("My pay for a month is closed"),
            _("Pay for the month from %(month)s is closed: %(sum)s"),
            icon="wallet",
            permission="analytics.view_own_pay",
        ),
        Kind(
            RED,
            _("A figure of mine or of my people turned red"),
            {
                "own": _("Turned red: %(what)s"),
                "own_more": _("Turned red: %(what)s, and others: %(more)s"),
                "team": _("Turned red: %(who)s, %(what)s"),
                "team_more": _("Turned red: %(who)s, %(what)s, and others: %(more)s"),
            },
            icon="alert-circle",
            ways=(Way.PAGE, Way.BROWSER, Way.EMAIL),
            permission="deals.view_deal",
        ),
    )  # fmt: skip


def closed(row: PayMonth, *, by: User, at: datetime) -> None:
    notify(
        row.user,
        PAY,
        key=f"pay:{row.pk}:closed",
        words={"month": row.month, "sum": money(row.earned, row.currency)},
        link=f"{reverse('analytics:earned')}?month={row.month:%Y-%m}",
        by=by,
        at=at,
    )


def milestones(*, at: datetime) -> int:
    """Tell people of the highest milestone that their plan of this month has reached, once each. Returns how many are told."""
    today = fulfilment.today()
    since = fulfilment.begin_of(PlanSpan.MONTH, today)
    until = fulfilment.end_of(PlanSpan.MONTH, since)
    plans = SalesPlan.objects.filter(span=PlanSpan.MONTH, since=since, user__is_active=True, amount__gt=0)  # fmt: skip
    facts: dict[str, fulfilment.Facts] = {}
    told = 0
    for plan in plans.select_related("user__role").order_by("pk"):
        if plan.user is None:
            continue
        if plan.measure not in facts:
            facts[plan.measure] = fulfilment.facts(plan.measure, since, until)
        percent = facts[plan.measure].get(plan.user.pk, NOUGHT) * 100 / plan.amount
        mark = max((m for m in MILESTONES if percent >= Decimal(m)), default=None)
        if mark is None:
            continue
        told += bool(
            notify(
                plan.user,
                PLAN,
                key=f"plan:{plan.measure}:{since:%Y-%m}:{mark}",
                variant=plan.measure,
                words={"percent": mark},
                link=f"{reverse('analytics:plans')}?measure={plan.measure}",
                at=at,
            )
        )
    return told
