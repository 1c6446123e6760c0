"""What people are told of their plans and pay."""

from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from analytics import fulfilment
from analytics.choices import PlanMeasure, PlanSpan
from analytics.models import PayMonth, SalesPlan
from analytics.paying import NOUGHT
from analytics.scope import scope_of
from deals.performers import head_of
from salesexpert.accounts.models import User
from salesexpert.accounts.teams import department_ids_below
from salesexpert.core import preferences
from salesexpert.core.templatetags.look import money
from salesexpert.notices import kinds
from salesexpert.notices.actions import notify
from salesexpert.notices.choices import Way
from salesexpert.notices.kinds import Kind

PLAN, PAY, RED = "plan", "pay", "red"
TEAM = "team"
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
                TEAM: _("%(team)s: %(percent)s percent of the plan for the month reached, %(what)s"),
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
    """Tell people of the highest milestone that their plan of this month has reached, once each; the plan of a department
    its head, that of the firm those who read everybody's figures. Returns how many are told."""
    today = fulfilment.today()
    since = fulfilment.begin_of(PlanSpan.MONTH, today)
    until = fulfilment.end_of(PlanSpan.MONTH, since)
    plans = SalesPlan.objects.filter(span=PlanSpan.MONTH, since=since, amount__gt=0)
    facts: dict[tuple[str, str], fulfilment.Facts] = {}
    told = 0
    for plan in plans.select_related("user__role", "department").order_by("pk"):
        asked = (plan.measure, plan.currency)
        if asked not in facts:
            facts[asked] = fulfilment.facts(plan.measure, since, until, currency=plan.currency)  # fmt: skip
        people = _people_of(plan)
        reached = sum((sum_ for pk, sum_ in facts[asked].items() if people is None or pk in people), NOUGHT)  # fmt: skip
        percent = reached * 100 / plan.amount
        mark = max((m for m in MILESTONES if percent >= Decimal(m)), default=None)
        if mark is not None:
            told += sum(_told(plan, reader, since, mark, at) for reader in _readers(plan))  # fmt: skip
    return told


def _people_of(plan: SalesPlan) -> set[int] | None:
    """Whose facts fulfil the plan; None: everybody's."""
    if plan.user_id:
        return {plan.user_id}
    if plan.department_id is None:
        return None
    below = department_ids_below(plan.department_id)
    return set(User.objects.filter(department__in=below).values_list("pk", flat=True))


def _readers(plan: SalesPlan) -> list[User]:
    if plan.user is not None:
        return [plan.user] if plan.user.is_active else []
    head = head_of(plan.department_id) if plan.department_id else None
    if head is not None:
        return [head]
    able = User.objects.with_permission("accounts.view_figures").order_by("pk")
    return [user for user in able if scope_of(user).people is None]


def _told(plan: SalesPlan, reader: User, since: date, mark: int, at: datetime) -> bool:
    words: dict[str, object] = {"percent": mark}
    whose = ""
    if plan.user_id is None:
        with translation.override(reader.language):
            team = str(plan.department or preferences.get("company_name") or _("The firm"))  # fmt: skip
            words |= {"team": team, "what": str(PlanMeasure(plan.measure).label)}
        whose = f":{plan.department_id or 'firm'}"
    return bool(
        notify(
            reader,
            PLAN,
            key=f"plan:{plan.measure}:{since:%Y-%m}:{mark}{whose}",
            variant=TEAM if whose else plan.measure,
            words=words,
            link=f"{reverse('analytics:plans')}?measure={plan.measure}",
            at=at,
        )
    )
