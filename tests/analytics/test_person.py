"""A manager's page: his plans with their pace, on his day too; sent by letter to those who may see him."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics import fulfilment, rollups
from analytics.actions import sendings
from analytics.models import ReportSending, SalesPlan
from analytics.months import first_of
from clients.models import Activity
from salesexpert.outbox.models import Letter
from tests.analytics.february import SINCE, UNTIL, february
from tests.factories import ActivityFactory, ClientFactory, UserFactory

pytestmark = pytest.mark.django_db
D = Decimal


def test_plans_of_the_day_are_told_with_their_pace_and_asked_for_after_the_page(sign_in):  # fmt: skip
    seller = UserFactory(language="en")
    http = sign_in(seller)
    assert 'hx-get="/analytics/plans/mine/"' in http.get("/").content.decode()
    assert http.get("/analytics/plans/mine/").content.decode().strip() == ""

    today = timezone.localdate()
    month, year = first_of(today), today.replace(month=1, day=1)
    SalesPlan.objects.create(user=seller, span="month", since=month, measure="payments", amount=D(1000))  # fmt: skip
    SalesPlan.objects.create(user=seller, span="year", since=year, measure="payments", amount=D(9000))  # fmt: skip
    with CaptureQueriesContext(connection) as one:
        page = http.get("/analytics/plans/mine/").content.decode()
    assert "behind" in page
    # The month is told, not the year that it is a part of.
    assert (page.count("planbar"), "9,000" in page) == (1, False)
    for measure, span, since in (("won", "year", year), ("contacts", "month", month)):
        SalesPlan.objects.create(user=seller, span=span, since=since, measure=measure, amount=D(0))  # fmt: skip
    with CaptureQueriesContext(connection) as three:
        page = http.get("/analytics/plans/mine/").content.decode()
    assert (page.count("planbar"), len(three) - len(one)) == (3, 2)

    assert "Sales plans" in http.get(f"/analytics/people/{seller.pk}/?part=plans").content.decode()  # fmt: skip


def test_the_page_of_a_manager_asks_for_its_sections_after_itself(client):
    base = february()
    SalesPlan.objects.create(user=base.mara, span="month", since=SINCE, measure="payments", amount=D(1000))  # fmt: skip
    client.force_login(UserFactory(preset="director", language="en"))
    address = f"/analytics/people/{base.mara.pk}/"
    days = "since=2026-02-01&to=2026-02-28"
    page = client.get(f"{address}?{days}&part=nonsense").content.decode()
    parts = [part.replace("&amp;", "&") for part in re.findall(r'hx-get="([^"]*part=[^"]*)"', page)]  # fmt: skip

    assert parts == [f"{address}?part={name}&{days}" for name in ("figures", "plans", "months", "forecast", "funnel", "refusals", "effort", "paying")]  # fmt: skip
    assert "<table" not in page
    told = "".join(client.get(part).content.decode() for part in parts)
    file = client.get(f"{address}?{days}&format=csv").content.decode("utf-8-sig")
    for title in re.findall(r"rpt-part.*?<h2>([^<]*)</h2>", page):
        assert f"<h2>{title}</h2>" in told
        assert title in file
    client.force_login(base.nils)
    assert client.get(parts[0]).status_code == 404


def test_one_person_is_counted_as_all_are():
    base = february()
    since, until = SINCE, UNTIL
    for measure in ("turnover", "margin", "payments", "won", "contacts"):
        everybody = fulfilment.facts(measure, since, until)
        own = fulfilment.facts(measure, since, until, people=[base.mara.pk])
        assert own == {pk: fact for pk, fact in everybody.items() if pk == base.mara.pk}


def test_days_tell_the_same_of_a_month_as_the_facts_and_contacts_without_a_client_too(sign_in):  # fmt: skip
    base = february()
    noon = datetime(2026, 2, 10, 9, tzinfo=UTC)
    for client in (None, None, ClientFactory(curator=base.mara)):
        ActivityFactory(client=client, performer=base.mara, status="done", done_at=noon)
    taken = ActivityFactory(client=None, performer=base.mara, status="done", done_at=noon)  # fmt: skip
    Activity.objects.filter(pk=taken.pk).update(performer=base.nils)
    # Of the day after the month.
    ActivityFactory(client=None, performer=base.mara, status="done", done_at=datetime(2026, 2, 28, 22, tzinfo=UTC))  # fmt: skip

    for measure in ("turnover", "margin", "payments", "won", "contacts"):
        for people in (None, [base.mara.pk], [base.mara.pk, base.nils.pk], []):
            told = fulfilment.facts(measure, SINCE, UNTIL, people=people)
            rollups.refresh()
            assert fulfilment.facts(measure, SINCE, UNTIL, people=people, refreshed=True) == told  # fmt: skip

    http = sign_in(UserFactory(preset="director", language="en"))
    mine = Activity.objects.filter(status="done", kind__is_contact=True, client__isnull=False, done_at__gte=fulfilment.midnight(SINCE), done_at__lt=fulfilment.midnight(UNTIL))  # fmt: skip
    ActivityFactory(client=ClientFactory(), performer=base.nils, status="done", done_at=noon)  # fmt: skip
    days = f"since={SINCE}&to={UNTIL - timedelta(days=1)}"
    of_mara, of_nils = (mine.filter(performer=one) for one in (base.mara, base.nils))
    kind = of_mara[0].kind_id
    for asked, rows in (
        ("", mine),
        (f"&performer={base.mara.pk}", of_mara),
        (f"&responsible={base.nils.pk}", of_nils),
        (f"&responsible={base.mara.pk}&performer={base.nils.pk}", mine.none()),
        (f"&performer={base.mara.pk}&outcome=none", of_mara.filter(deal=None)),
        (f"&performer={base.mara.pk}&kind={kind}", of_mara.filter(kind=kind)),
    ):  # fmt: skip
        page = http.get(f"/analytics/contacts/?{days}{asked}").content.decode()
        n = rows.count()
        assert f"<b>{n} contact{'' if n == 1 else 's'}</b>" in page, asked


def test_the_page_of_a_manager_goes_by_letter_only_to_those_who_may_see_him(client):
    base = february()
    head = UserFactory(preset="director")
    client.force_login(head)
    asked = "period=own&since=2026-02-01&to=2026-02-28"
    page = client.get(f"/analytics/people/{base.mara.pk}/?{asked}").content.decode()
    assert "/analytics/sendings/new/?report=person" in page
    parameters = f"{asked}&person={base.mara.pk}"
    form = {"report": "person", "parameters": parameters, "name": "Мара", "rhythm": "day", "weekday": 1, "month_day": 1, "hour": "09:00", "formats": ["pdf"], "receivers": [head.pk, base.mara.pk, base.nils.pk]}  # fmt: skip
    assert client.post("/analytics/sendings/new/", form | {"parameters": asked}).status_code == 404  # fmt: skip
    assert client.post("/analytics/sendings/new/", form).status_code == 302

    sending = ReportSending.objects.get()
    ReportSending.objects.update(next_at=datetime(2026, 3, 1, 6, tzinfo=UTC))
    assert sendings.send(sending.pk, at=datetime(2026, 3, 1, 6, 1, tzinfo=UTC)) == 2
    letters = {letter.to: letter for letter in Letter.objects.all()}
    assert set(letters) == {head.email, base.mara.email}
    assert f"/analytics/people/{base.mara.pk}/?" in letters[head.email].html
    assert str(base.mara) in client.get("/analytics/sendings/").content.decode()

    client.force_login(base.nils)
    assert client.get(f"/analytics/sendings/new/?report=person&parameters=person%3D{base.mara.pk}").status_code == 404  # fmt: skip


@pytest.mark.parametrize("name", ["effort", "paying"])
def test_effort_and_payment_discipline_are_drawn_with_a_name_under_each_column(client, name):  # fmt: skip
    from deals.models import Invoice
    from tests.analytics.february import noon
    from tests.deals.money import a_deal, an_invoice
    from tests.factories import ActivityFactory

    base = february()
    for who, count in ((base.mara, 2), (base.nils, 1)):
        for _n in range(count):
            ActivityFactory(client=base.client, performer=who, created_by=who, status="done", done_at=noon("4.2"), feed_at=noon("4.2"), minutes=90, summary="Да")  # fmt: skip
            bill = an_invoice(a_deal(responsible=who), due=-10)
            Invoice.objects.filter(pk=bill.pk).update(issued_on="2026-02-04", due_on="2026-02-10", responsible=who)  # fmt: skip
    client.force_login(UserFactory(preset="director"))
    page = client.get(f"/analytics/{name}/?since=2026-02-01&to=2026-02-28").content.decode()  # fmt: skip
    names = page[page.index("rpt-names") :].split("</div>")[0]
    assert str(base.mara) in names and str(base.nils) in names
    assert page.count('class="rpt-ground"') == 2
