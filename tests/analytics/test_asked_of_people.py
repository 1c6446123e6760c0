"""Pages of plans, KPI, pay and ranking ask the base as much for twelve people as for two."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics import fulfilment, rankings, rollups
from analytics.choices import PlanMeasure
from analytics.models import KpiChoice, SalesPlan
from analytics.months import first_of
from deals.models import Deal
from salesexpert.accounts.models import Role
from salesexpert.core import held
from tests.analytics.paid import a_sale, a_scheme, month_of, percent, put_on
from tests.factories import ActivityFactory, DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db
D = Decimal
FEW, MANY = 2, 12
GRID = "/analytics/plans/set/"
READ = [
    *(f"/analytics/plans/?measure={measure}" for measure in PlanMeasure.values),
    "/analytics/plans/?span=year&measure=won",
    "/analytics/plans/?span=quarter&measure=turnover",
    "/analytics/plans/mine/",
    f"{GRID}?measure=payments",
    f"{GRID}?measure=contacts&span=quarter",
    "/analytics/kpi/",
    "/earned/team/",
    "/analytics/ranking/?period=year",
]


@pytest.fixture
def scheme():
    return a_scheme(percent((0, 10)))


def hire(many, scheme, head):
    """People of a department each below the head's, who won a deal last month and made contacts, with plans, KPI and pay."""
    today = fulfilment.today()
    month = first_of(today)
    before = timezone.now() - timedelta(days=31)
    hired = []
    for _n in range(many):
        seller = UserFactory(
            preset="seller", department=DepartmentFactory(parent=head.department)
        )
        deal, _invoice = a_sale(seller, ("А", "100000.00", "0.00"))
        Deal.objects.filter(pk=deal.pk).update(state="won", opened_at=before, closed_at=before)  # fmt: skip
        ActivityFactory(deal=deal, client=deal.client, performer=seller, done_at=before)
        ActivityFactory(performer=seller, done_at=timezone.now())
        for measure in PlanMeasure.values:
            for span in ("month", "quarter", "year"):
                for whose in ({"user": seller}, {"department": seller.department}):
                    SalesPlan.objects.create(measure=measure, span=span, since=fulfilment.begin_of(span, today), amount=10**6, **whose)  # fmt: skip
            SalesPlan.objects.create(measure=measure, span="month", since=month.replace(year=month.year - 1, month=month.month % 12 + 1), amount=500, user=seller)  # fmt: skip
        put_on(seller, scheme)
        month_of(seller)
        hired.append(seller)
    rollups.refresh()
    return hired


@pytest.fixture
def head():
    """A director of a firm with plans, KPI of its sellers and a ranking."""
    role = Role.objects.get(code="seller")
    for place, code in enumerate(("win_rate", "contacts", "receipts", "paid_of_receivables", "revenue")):  # fmt: skip
        KpiChoice.objects.create(role=role, indicator=code, target=10, weight=1, position=place)  # fmt: skip
    for measure in PlanMeasure.values:
        SalesPlan.objects.create(measure=measure, span="month", since=first_of(fulfilment.today()), amount=10**7)  # fmt: skip
    head = UserFactory(preset="director", department=DepartmentFactory())
    rankings.show(["won", "contacts"], with_figures=True, head=head)
    return head


def asked(http, address, typed=None):
    """The queries of a request of which nothing is kept but pay, which is worked out once."""
    if typed is None:
        http.get(address)
    cache.clear()
    http.get("/profile/")
    held.drop_all()
    with CaptureQueriesContext(connection) as queries:
        answer = http.get(address) if typed is None else http.post(address, typed)
    assert answer.status_code == (200 if typed is None else 302), address
    return [query["sql"] for query in queries.captured_queries], answer


def test_pages_ask_as_much_for_two_people_as_for_twelve(sign_in, head, scheme):
    few: dict[str, int] = {}
    for more in (FEW, MANY - FEW):
        people, http = hire(more, scheme, head), sign_in(head)
        for address in READ:
            queries, answer = asked(http, address)
            # The day page has room for a few.
            assert "mine" in address or all(person.last_name in answer.text for person in people), address  # fmt: skip
            assert len(queries) <= few.setdefault(address, len(queries)), "\n".join([address, *queries])  # fmt: skip


@pytest.mark.parametrize("deed", [{"deed": "copy", "percent": "10"}, {"deed": "spread"}, {"deed": "save"}])  # fmt: skip
def test_setting_plans_asks_as_much_for_two_people_as_for_twelve(sign_in, head, scheme, deed):  # fmt: skip
    few = 0
    for more in (FEW, MANY - FEW):
        people = hire(more, scheme, head)
        name = {"copy": "", "spread": "year", "save": "2"}[deed["deed"]]
        cells = {f"u{person.pk}-{name}": "120000" for person in people} if name else {}
        queries, _answer = asked(sign_in(head), GRID, {"year": fulfilment.today().year, "measure": "payments"} | deed | cells)  # fmt: skip
        assert set(people) <= {plan.user for plan in SalesPlan.objects.filter(set_by=head).select_related("user")}  # fmt: skip
        few = few or len(queries)
        assert len(queries) <= few, "\n".join(queries)
