"""How the demo's sellers are paid: two schemes, months that were closed, plans of the year and the KPI of their role.

Nothing is drawn by lot: what a seller is to sell follows from what he sold.
"""

from collections import Counter
from datetime import date
from decimal import Decimal

from analytics.actions import months, schemes
from analytics.choices import PlanMeasure, PlanSpan
from analytics.fulfilment import COUNTED_IN_MONEY, facts
from analytics.models import KpiChoice, PayMonth, SalesPlan
from analytics.months import first_of, following
from clients.models import ActivityKind
from salesexpert.accounts.choices import PresetRole
from salesexpert.accounts.models import Role, User

SELLERS = 12
KPI = (
    ("contacts", Decimal(120), 2),
    ("win_rate", Decimal(35), 3),
    ("paid_of_receivables", Decimal(60), 2),
    ("new_to_regular", Decimal(40), 1),
)


def write(*, until: date) -> None:
    """Schemes from two months before `until` on, so that there are a closed month and one waiting for the head."""
    people = list(User.objects.filter(is_active=True, role__code=PresetRole.SELLER).order_by("pk")[:SELLERS])  # fmt: skip
    tele = User.objects.filter(is_active=True, role__code=PresetRole.TELEMARKETER).order_by("pk").first()  # fmt: skip
    director = User.objects.filter(role__code=PresetRole.DIRECTOR).order_by("pk").first()  # fmt: skip
    if not people or director is None:
        return
    _plans(people, director, until)
    _kpi()
    now = first_of(until)
    since = following(now, -2)
    seller = schemes.add_scheme(
        by=director,
        name="Продавец",
        name_en="Seller",
        rules=[
            {"kind": "fixed", "amount": Decimal(45_000)},
            {"kind": "percent", "base": "margin", "steps": [["0", "4"], ["1000000", "6"]]},
            {"kind": "percent", "base": "margin", "clients": "new", "steps": [["0", "1.5"]]},
            {"kind": "bonus", "measure": "new_clients", "steps": [["3", "10000"], ["5", "15000"]]},
            {"kind": "bonus", "measure": "plan_payments", "steps": [["80", "10000"], ["100", "25000"]]},
        ],
    )  # fmt: skip
    schemes.publish(seller, since=since, by=director, note="Процент от маржи вместо оборота")  # fmt: skip
    for person in people:
        schemes.assign(person, seller.scheme, since=since, by=director)
    meeting = ActivityKind.objects.filter(code="call").first()
    if tele is not None and meeting is not None:
        calling = schemes.add_scheme(
            by=director,
            name="Телемаркетинг",
            name_en="Telemarketing",
            rules=[
                {"kind": "fixed", "amount": Decimal(60_000)},
                {"kind": "piece", "amount": Decimal(40), "activity_kind": meeting},
                {"kind": "bonus", "measure": "plan_contacts", "steps": [["100", "8000"]]},
            ],
        )  # fmt: skip
        schemes.publish(calling, since=since, by=director)
        schemes.assign(tele, calling.scheme, since=since, by=director)
    _draft(seller, director)
    for row in PayMonth.objects.filter(month=since).order_by("pk"):
        months.close(row.pk, by=director)


def _draft(seller: object, director: User) -> None:
    """What the director thinks of for next year: it can be tried on the past."""
    draft = schemes.draft_of(seller.scheme, by=director)  # type: ignore[attr-defined]
    rules = [
        {name: getattr(rule, name) for name in schemes.RULE_FIELDS}
        for rule in draft.rules.all()
    ]
    rules[1]["steps"] = [["0", "3"], ["700000", "7"]]
    schemes.set_rules(draft, rules)


def _plans(people: list[User], director: User, until: date) -> None:
    """Payments, won deals and contacts of each month of the year, from the mean of the half year before."""
    now = first_of(until)
    since = following(now, -6)
    teams = _teams(people)
    year = [date(now.year, month, 1) for month in range(1, 13)]
    wanted = (
        (PlanMeasure.PAYMENTS, Decimal(50_000)),
        (PlanMeasure.TURNOVER, Decimal(50_000)),
        (PlanMeasure.WON, Decimal(1)),
        (PlanMeasure.CONTACTS, Decimal(10)),
    )
    made = []
    for measure, step in wanted:
        came: Counter[int] = Counter()
        for n in range(6):
            # Month by month: sums by day, of which longer spans are read, are counted when all is written.
            came.update(facts(measure, following(since, n), following(since, n + 1)))
        whole = dict.fromkeys(year, Decimal(0))
        of_team = dict.fromkeys(teams.values(), Decimal(0))
        for person in people:
            mean = Decimal(came[person.pk]) / 6
            amount = max((mean * (Decimal("1.8") if measure in COUNTED_IN_MONEY else Decimal("1.05")) / step).quantize(Decimal(1)), Decimal(1)) * step  # fmt: skip
            if person.pk in teams:
                of_team[teams[person.pk]] += amount
            for month in year:
                whole[month] += amount
                made.append(SalesPlan(span=PlanSpan.MONTH, since=month, measure=measure, user=person, amount=amount, set_by=director))  # fmt: skip
        made += [SalesPlan(span=PlanSpan.MONTH, since=month, measure=measure, amount=amount, set_by=director) for month, amount in whole.items()]  # fmt: skip
        made += [SalesPlan(span=PlanSpan.MONTH, since=month, measure=measure, department_id=pk, amount=amount, set_by=director) for pk, amount in of_team.items() for month in year]  # fmt: skip
    SalesPlan.objects.bulk_create(made)


def _teams(people: list[User]) -> dict[int, int]:
    """{seller: the department of his head}, where there are several heads."""
    heads = User.objects.in_bulk({p.head_id for p in people if p.head_id})
    led = {p.pk: heads[p.head_id].department_id for p in people if p.head_id}
    found = {pk: department for pk, department in led.items() if department}
    return found if len(set(found.values())) > 1 else {}


def _kpi() -> None:
    role = Role.objects.filter(code=PresetRole.SELLER).first()
    if role is None:
        return
    for position, (indicator, target, weight) in enumerate(KPI):
        KpiChoice.objects.get_or_create(role=role, indicator=indicator, defaults={"target": target, "weight": weight, "position": position})  # fmt: skip
