"""Two departments of sales: each head reads the figures of his own people, the director of all; nobody's name leaks by a figure."""

import json
import re
from dataclasses import dataclass
from datetime import date
from io import StringIO
from random import Random

import pytest
from django.core.management import call_command
from django.utils import timezone

from analytics.known_reports import REPORTS
from analytics.models import SalesPlan
from clients.models import Client
from deals.models import Invoice
from salesexpert.accounts.models import User
from salesexpert.desk.demo import company
from salesexpert.desk.demo.scales import SCALES
from tests.analytics.february import SINCE, February, february, noon
from tests.deals.money import a_firm
from tests.factories import (  # fmt: skip
    ActivityFactory,
    ClientFactory,
    DepartmentFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
PERIOD = "since=2026-01-01&to=2026-02-28"
PAGES = (
    f"/analytics/?{PERIOD}",
    *(f"/analytics/{name}/?{PERIOD}" for name in REPORTS),
    f"/analytics/effort/?{PERIOD}&by=performer",
    "/analytics/plans/",
    "/analytics/plans/set/",
    "/analytics/kpi/",
    "/analytics/limits/",
    "/earned/team/",
    "/clients/completeness/",
    f"/clients/ladder/?{PERIOD}",
    "/receivables/",
    "/receivables/?by=seller",
)
FILES = ("csv", "xlsx", "pdf")


@dataclass
class Firm:
    """Mara sells in a group of the head's department, Nils in another with a head of his own."""

    base: February
    head: User
    other: User
    director: User


@pytest.fixture
def firm() -> Firm:
    base = february()
    sales, branch = DepartmentFactory(name="Продажи"), DepartmentFactory(name="Филиал")
    group = DepartmentFactory(name="Ключевые", parent=sales)
    head = UserFactory(preset="head_of_sales", department=sales, last_name="Эталонов")
    other = UserFactory(preset="head_of_sales", department=branch, last_name="Макетов")
    # Nobody names these heads: the department alone says whom they lead.
    for who, department in ((base.mara, group), (base.nils, branch)):
        User.objects.filter(pk=who.pk).update(department=department)
    theirs = ClientFactory(name="Чужой клиент", curator=base.nils, created_by=base.nils, completeness=40)  # fmt: skip
    Client.objects.filter(pk=base.client.pk).update(completeness=80, created_by=base.mara)  # fmt: skip
    own = a_firm()
    for n, (who, card, total) in enumerate(((base.mara, base.client, 500), (base.nils, theirs, 7777)), 1):  # fmt: skip
        Invoice.objects.create(firm=own, number=str(n), year=2026, client=card, issued_on=SINCE, due_on=SINCE, total=total, state="issued", responsible=who)  # fmt: skip
        ActivityFactory(client=card, performer=who, done_at=noon("3.2"))
    return Firm(base, head, other, UserFactory(preset="director", last_name="Титулов"))


def shown(text: str) -> str:
    """The page without its frame: in the dialogs of the frame one plans work for any colleague."""
    found = re.search(r"<main.*</main>", text, re.S)
    return found[0] if found else text


@pytest.mark.parametrize("address", PAGES)
def test_a_head_reads_his_department_and_never_a_name_of_another(firm, sign_in, address):  # fmt: skip
    http = sign_in(firm.head)
    page = http.get(address, follow=True)

    assert page.status_code == 200
    assert "Примеров" not in shown(page.content.decode())
    assert "Чужой клиент" not in shown(page.content.decode())


@pytest.mark.parametrize("name", [*REPORTS, ""])
def test_no_file_names_another_department(firm, sign_in, name):
    http = sign_in(firm.head)
    address = f"/analytics/{name}/".replace("//", "/")
    text = http.get(f"{address}?{PERIOD}&format=csv").content.decode("utf-8-sig")

    assert text
    assert "Примеров" not in text


def test_the_director_reads_all_and_each_head_his_part(firm, sign_in):
    def won_and_lost(user: User) -> set[str]:
        text = sign_in(user).get(f"/analytics/deals/?{PERIOD}").content.decode()
        return {name for name in ("Образцова", "Примеров") if f">{name}" in text or f"{name} " in text or f" {name}" in text}  # fmt: skip

    assert won_and_lost(firm.head) == {"Образцова"}
    assert won_and_lost(firm.other) == {"Примеров"}
    assert won_and_lost(firm.director) == {"Образцова", "Примеров"}


def test_another_department_cannot_be_asked_for(firm, sign_in):
    http, nils = sign_in(firm.head), firm.base.nils

    assert http.get(f"/analytics/people/{nils.pk}/").status_code == 404
    contacts = http.get(f"/analytics/contacts/?performer={nils.pk}").content.decode()
    assert "здесь выбрать нельзя" in contacts and "Примеров" not in shown(contacts)
    assert http.get(f"/analytics/?department={nils.department_id or 0}").status_code in (200, 404)  # fmt: skip
    assert http.get(f"/earned/{nils.pk}/").status_code == 404
    page = http.get(f"/analytics/deals/?{PERIOD}&responsible={nils.pk}").content.decode()  # fmt: skip
    assert "Примеров" not in shown(page)
    mine = http.get(f"/analytics/people/{firm.base.mara.pk}/")
    assert mine.status_code == 200


def test_a_head_sees_sets_and_copies_plans_of_his_department_only(firm, sign_in):
    year, sales, branch = timezone.localdate().year, firm.head.department, firm.other.department  # fmt: skip
    User.objects.filter(pk=firm.base.nils.pk).update(department=branch)
    for department, amount in ((sales, 111), (branch, 222), (None, 333)):
        SalesPlan.objects.create(span="month", since=date(year - 1, 3, 1), measure="payments", department=department, amount=amount)  # fmt: skip
        SalesPlan.objects.create(span="month", since=timezone.localdate().replace(day=1), measure="payments", department=department, amount=amount)  # fmt: skip
    http = sign_in(firm.head)

    rows = http.get("/analytics/plans/").context["rows"]
    assert [(row.label, row.plan.plan) for row in rows if row.plan] == [("Продажи", 111)]  # fmt: skip
    labels = [line["label"] for line in http.get("/analytics/plans/set/").context["table"]]  # fmt: skip
    assert "Продажи" in labels and "Ключевые" in labels
    assert "Филиал" not in labels
    http.post("/analytics/plans/set/", {"measure": "payments", "year": year, "deed": "copy", "percent": "0"})  # fmt: skip
    copied = SalesPlan.objects.filter(since=date(year, 3, 1)).exclude(since=timezone.localdate().replace(day=1))  # fmt: skip
    assert [plan.department for plan in copied] == [sales]


@pytest.mark.parametrize("name", ["diagnosis", "deals", "paying", "effort", "procedure", "completeness", "cash", "sales"])  # fmt: skip
def test_a_command_asked_as_a_head_says_what_his_pages_say(firm, name):
    def told(user: User) -> dict:
        out = StringIO()
        call_command("report", name, user=user.username, since=SINCE, until=timezone.localdate(), stdout=out)  # fmt: skip
        return json.loads(out.getvalue())

    assert "Примеров" not in json.dumps(told(firm.head), ensure_ascii=False)
    if name in {"completeness", "paying", "effort"}:
        assert "Примеров" in json.dumps(told(firm.director), ensure_ascii=False)


def test_the_demo_has_a_second_department_with_its_own_head():
    company.hire(SCALES["small"], opened_at=timezone.now(), random=Random(1))
    head, second = (User.objects.get(username=name) for name in ("head", "head2"))
    sellers = User.objects.filter(role__code="seller")

    assert User.objects.filter(username__in=company.TAKEN).count() == len(company.TAKEN)
    assert sellers.filter(head=second).count() == 2
    assert sellers.filter(head=head).count() == 8
    assert set(sellers.filter(head=second).values_list("department", flat=True)) == {second.department_id}  # fmt: skip
    assert User.objects.filter(is_active=True).count() == 20
