"""`manage.py import_users`, `import_products`, `import_deals`: history taken as it happened."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import QueryDict
from django.utils import timezone

from clients.actions.imports import revert
from clients.importing import running
from clients.models import Client, ImportJob, Product
from deals.listing import DealListing
from deals.models import Deal, DealLine, ProductPrice, Refusal
from pipeline.models import Process, Stage
from salesexpert.accounts.models import Department, User
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db

DEALS = """id,agent,goods,firm,stage,begun,ended,sum
A1,Mara Sample,Boxx,Alpha Works,Won,2025-01-10,2025-02-20,"1,250.50"
A2,Mara Sample,Crate,Alpha Works,Lost,2025-01-15,2025-03-01,0
A3,Mara Sample,Crate,,Talking,2025-02-01,,
A4,Mara Sample,Crate,Beta Store,Looking,,,
"""
COLUMNS = ("id=outside_id", "agent=responsible", "goods=product", "firm=client", "begun=opened_at", "ended=closed_at", "sum=amount")  # fmt: skip


@pytest.fixture
def table(tmp_path):
    def write(text: str) -> str:
        path: Path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def seller():
    return User.objects.create(username="mara", first_name="Mara", last_name="Sample")


def load(entity: str, file: str, **options: Any) -> dict[str, Any]:
    out = StringIO()
    call_command(f"import_{entity}", file, json=True, stdout=out, stderr=StringIO(), **options)  # fmt: skip
    return json.loads(out.getvalue())


def load_deals(file: str, **options: Any) -> dict[str, Any]:
    given = {
        "map": COLUMNS,
        "value": ["product:Boxx=Box"],
        "default": ["client=(nobody)"],
        "process": "Old way",
        "currency": "USD",
        "create_missing": True,
    }
    return load("deals", file, **given | options)


def test_deals_are_taken_as_they_happened(table, seller):
    said = load_deals(table(DEALS))

    assert (said["rows"], said["created"], said["rejected"]) == (4, 4, [])
    won = Deal.objects.get(outside_id="A1")
    assert (won.state, str(won.amount), won.currency) == ("won", "1250.50", "USD")
    assert timezone.localdate(won.closed_at).isoformat() == "2025-02-20"
    assert (won.stage, won.imported, won.in_norms) == (None, True, False)
    assert DealLine.objects.get(deal=won).product.name == "Box"
    lost = Refusal.objects.get(deal__outside_id="A2")
    assert (lost.reason.code, lost.stage) == ("not_stated", None)
    talking = Deal.objects.get(outside_id="A3")
    assert (talking.state, str(talking.stage), talking.client.name) == (
        "open",
        "Talking",
        "(nobody)",
    )
    assert Deal.objects.get(outside_id="A4").opened_at is None
    assert Process.objects.get(name="Old way").stages.count() == 2


def test_loading_twice_creates_nothing(table, seller):
    file = table(DEALS)
    load_deals(file)

    again = load_deals(file)

    assert (again["created"], again["duplicates"]) == (0, 4)
    assert Deal.objects.count() == 4


def test_a_trial_says_the_same_and_writes_nothing(table, seller):
    said = load_deals(table(DEALS), dry_run=True)

    assert said["created"] == 4
    assert not Deal.objects.exists()
    assert not Client.objects.exists()
    assert not Stage.objects.filter(name="Talking").exists()


def test_unknown_names_are_refused_row_by_row(table, seller):
    ClientFactory(name="Alpha Works")

    said = load_deals(table(DEALS), create_missing=False, process="", default=[])

    assert (said["created"], len(said["rejected"])) == (0, 4)
    reasons = {item["row"]: item["reason"] for item in said["rejected"]}
    assert "Box" in reasons[2]
    assert "Talking" in reasons[4]
    assert "Beta Store" in reasons[5]


def test_what_cannot_be_a_deal_is_refused_with_the_reason(table, seller):
    rows = """id,agent,goods,firm,stage,begun,ended,sum
B1,Nobody Known,Box,Alpha,Won,2025-01-10,2025-02-20,1
B2,Mara Sample,Box,Alpha,Won,2025-01-10,,1
B3,Mara Sample,Box,Alpha,Won,2025-03-10,2025-02-20,1
B4,Mara Sample,Box,Alpha,Won,soon,2025-02-20,much
"""
    said = load_deals(table(rows))

    assert [item["row"] for item in said["rejected"]] == [2, 3, 4, 5]
    assert not Deal.objects.exists()


def test_the_deals_of_an_import_are_taken_back_but_for_those_worked_on(table, seller):
    load_deals(table(DEALS))
    Deal.objects.filter(outside_id="A3").update(version=2)
    job = ImportJob.objects.get(entity="deal")

    revert(job=job, by=seller, at=timezone.now())
    while not running.run(job.pk):
        pass

    assert [deal.outside_id for deal in Deal.objects.all()] == ["A3"]
    job.refresh_from_db()
    assert (job.reverted_count, job.kept_count) == (3, 1)


def test_users_come_with_their_heads_and_departments(table):
    file = table("agent,boss,office\nMara Sample,Olaf Model,North\nNils Draft,Olaf Model,North\n")  # fmt: skip
    columns = ("agent=name", "boss=head", "office=department")

    said = load("users", file, map=columns, create_missing=True)
    again = load("users", file, map=columns, create_missing=True)

    assert (said["created"], again["created"]) == (2, 0)
    mara = User.objects.get(last_name="Sample")
    assert (str(mara.head), str(mara.department)) == ("Olaf Model", "North")
    assert not mara.has_usable_password()
    assert Department.objects.filter(name="North").count() == 1


def test_products_come_with_prices(table):
    file = table("name,series,price\nBox,Plain,550\nCrate,Plain,\n")

    load("products", file, create_missing=True, currency="USD")

    price = ProductPrice.objects.get()
    assert (price.product.name, str(price.price), price.currency) == ("Box", "550.00", "USD")  # fmt: skip
    assert Product.objects.get(name="Crate").category.name == "Plain"


def test_a_table_without_the_needed_columns_is_refused_whole(table, seller):
    with pytest.raises(CommandError, match="client"):
        load("deals", table("id,sum\n1,2\n"))


def test_several_products_in_one_row_become_lines(table, seller):
    rows = """id,agent,goods,number,each,firm,stage,begun,ended,sum
C1,Mara Sample,Box; Crate,2; 3,10.50; 1,Alpha,Won,,2025-02-20,24
C2,Mara Sample,Box; Crate,,,Alpha,Won,,2025-02-20,24
C3,Mara Sample,Box; Crate,5,,Alpha,Won,,2025-02-20,24
"""
    said = load_deals(table(rows), map=(*COLUMNS, "number=quantity", "each=price"))

    lines = DealLine.objects.filter(deal__outside_id="C1").order_by("position")
    assert [(x.name, x.quantity, str(x.total)) for x in lines] == [
        ("Box", 2, "21.00"),
        ("Crate", 3, "3.00"),
    ]
    assert [item["row"] for item in said["warnings"]] == [3]
    assert [item["row"] for item in said["rejected"]] == [4]


def test_the_lists_totals_are_the_report_of_sales_by_office_and_agent(table, seller):
    """The answers are written out by hand: two offices, three agents, all states, one deal in kopecks."""
    west, east = (Department.objects.create(name=name) for name in ("West", "East"))
    people = {"Mara Sample": (seller, west)}
    for name in ("Otto Model", "Vera Specimen"):
        first, last = name.split()
        person = User.objects.create(username=first.lower(), first_name=first, last_name=last)  # fmt: skip
        people[name] = person, east
    for person, office in people.values():
        person.department = office
        person.save(update_fields=["department"])
    load_deals(
        table("""id,agent,goods,firm,stage,begun,ended,sum
C1,Mara Sample,Boxx,Alpha,Won,2025-01-10,2025-02-20,"1,250.50"
C2,Mara Sample,Crate,Alpha,Won,2025-01-10,2025-02-21,0.01
C3,Mara Sample,Crate,Beta,Lost,2025-01-15,2025-03-01,0
C4,Otto Model,Crate,Beta,Won,2025-02-01,2025-02-28,700
C5,Otto Model,Boxx,,Talking,2025-02-01,,
C6,Vera Specimen,Boxx,Gamma,Won,2025-03-01,2025-03-02,99.99
C7,Vera Specimen,Crate,Gamma,Lost,2025-03-01,2025-03-05,0
""")
    )
    won = {"Mara Sample": (2, "1250.51"), "Otto Model": (1, "700.00"), "Vera Specimen": (1, "99.99")}  # fmt: skip
    offices = {"West": (2, "1250.51"), "East": (2, "799.99")}

    def reported(by: str) -> dict[str, tuple[int, str]]:
        out = StringIO()
        call_command("report", "sales", by=by, stdout=out)
        rows = json.loads(out.getvalue())["rows"]
        return {row[by]: (row["won"], row["revenue"]) for row in rows}

    def listed(*who: User) -> tuple[int, str]:
        query = QueryDict("state=won&" + "&".join(f"responsible={p.pk}" for p in who))
        (total,) = DealListing(query, Deal.objects.all(), user=seller).totals()
        return total["count"], str(total["total"])

    assert {name: listed(person) for name, (person, _office) in people.items()} == won
    assert {
        office.name: listed(*(p for p, of in people.values() if of == office))
        for office in (west, east)
    } == offices
    assert {name.split()[-1]: said for name, said in reported("agent").items()} == {name.split()[-1]: said for name, said in won.items()}  # fmt: skip
    assert reported("office") == offices
