"""A file of marketing leads, loaded and counted, against the same counted from the file; and what sites say of visitors."""

import csv
import json
from collections import defaultdict
from datetime import date
from io import StringIO
from statistics import median

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from clients.actions import intake
from clients.actions.selections import NameIsTaken, freeze
from clients.models import (
    Campaign,
    Client,
    InformationSource,
    Inquiry,
    Selection,
    SiteForm,
)
from deals.figures import midnight
from deals.inquiry_results import results
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db

# Channel, first contact, segment, won: written as people write them, some not at all.
LEADS = """lead,marketing channel,first contact,segment,won
a1,paid_search,2024-01-05,retail,2024-01-25
a2,Paid_Search,2024-01-09,retail,
a3,paid search,2024-01-31,Retail,2024-02-02
a4,unknown,2024-02-01,,2024-03-01
a5,,2024-02-10,pet,
a6,paid_search,2024-02-28,pet,2024-07-01
a7,Unknown,2024-02-29,pet,
a8,,2024-03-01,,2024-03-01
a9,paid_search,2024-03-31,RETAIL,
"""
EVER = {"since": midnight(date(2024, 1, 1)), "until": midnight(date(2025, 1, 1))}


@pytest.fixture
def leads(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text(LEADS, encoding="utf-8")
    mapped = ("lead=outside_id", "marketing channel=source", "first contact=received_at", "segment=industry", "won=closed_at")  # fmt: skip
    out = StringIO()
    call_command("import_inquiries", str(path), "--json", "--create-missing", *(f"--map={pair}" for pair in mapped), stdout=out)  # fmt: skip
    done = json.loads(out.getvalue())
    assert (done["created"], done["rejected"]) == (9, [])
    return list(csv.DictReader(StringIO(LEADS)))


def plainly(leads, key):
    """{value: (leads, won, median days)} out of the rows of the file."""
    parts = defaultdict(list)
    for row in leads:
        parts[key(row)].append(row)
    told = {}
    for value, rows in parts.items():
        days = [(date.fromisoformat(r["won"]) - date.fromisoformat(r["first contact"])).days for r in rows if r["won"]]  # fmt: skip
        told[value] = (len(rows), len(days), median(days) if days else None)
    return told


def counted(by):
    rows = results(Inquiry.objects.all(), by=by, **EVER)
    names = {r.key: r.names[0] if r.names else r.key for r in rows}
    return {names[r.key]: (r.received, r.converted, r.days) for r in rows}


def test_leads_of_a_file_come_to_what_the_file_says_and_spellings_stay_apart(leads):
    assert counted("source") == plainly(leads, lambda r: r["marketing channel"])
    assert counted("industry") == plainly(leads, lambda r: r["segment"])
    assert counted("month") == plainly(leads, lambda r: f"{r['first contact'][:7]}-01")


def test_rows_that_name_nobody_count_once_each_and_are_known_again(tmp_path):
    rows = [line.partition(",")[2] for line in LEADS.splitlines()]
    rows += rows[1:3]  # another who came the same day by the same way
    path = tmp_path / "figures.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    mapped = ("marketing channel=source", "first contact=received_at", "segment=industry", "won=closed_at")  # fmt: skip

    def load(*options):
        out = StringIO()
        call_command("import_inquiries", str(path), "--json", *options, *(f"--map={pair}" for pair in mapped), stdout=out)  # fmt: skip
        return json.loads(out.getvalue())

    first = load("--create-missing")
    again = load("--create-missing", "--duplicates", "update")

    assert (first["created"], first["rejected"]) == (11, [])
    assert (again["created"], again["updated"], again["rejected"]) == (0, 0, [])
    plain = list(csv.DictReader(StringIO("\n".join(rows))))
    for by, key in (("source", "marketing channel"), ("industry", "segment")):
        assert counted(by) == plainly(plain, lambda r, key=key: r[key])
    assert Client.objects.count() == 6


def test_a_person_merges_spellings_and_the_next_file_knows_it(leads, sign_in, tmp_path):
    left = InformationSource.objects.get(name="paid_search")
    gone = InformationSource.objects.get(name="Paid_Search")
    http = sign_in(UserFactory(preset="head_of_marketing"))
    http.post(reverse("clients:entry_merge", args=["sources", gone.pk]), {"into": left.pk})  # fmt: skip
    assert counted("source")["paid_search"] == (4, 2, 72.0)
    path = tmp_path / "more.csv"
    path.write_text(
        "lead id,origin,date\nb1,Paid_Search,2024-04-01\n", encoding="utf-8"
    )
    call_command("import_inquiries", str(path), "--json", "--create-missing", stdout=StringIO())  # fmt: skip
    assert Inquiry.objects.get(outside_id="b1").source == left


def test_the_report_of_inquiries_opens_exactly_what_it_counts(leads, http):
    page = http.get(reverse("deals:inquiry_report"), {"by": "month", "since": "2024-01-01", "until": "2024-12-31"})  # fmt: skip
    row = page.context["rows"][1]
    assert (row["result"].received, row["result"].days) == (4, 76.5)
    opened = http.get(row["links"]["converted"])
    assert opened.content.decode().count("inq-who") == row["result"].converted == 2


def test_where_a_visitor_came_from_is_kept_shown_and_asked_for(http):
    spring = Campaign.objects.create(name="Весна", utm="spring-26")
    form = intake.save_form(SiteForm(name="Расчёт", origins=["https://shop.example"], fields=["name", "phone"]), by=UserFactory(preset="administrator"), at=timezone.now())  # fmt: skip
    said = {"name": "Лидия", "phone": "8 495 123-45-67", "landing": "https://shop.example/a?utm_source=Yandex&utm_medium=cpc", "utm_campaign": "SPRING-26", "referrer": "https://yandex.example/", "page": "https://shop.example/b"}  # fmt: skip
    assert http.post(f"/site-form/{form.key}/", json.dumps(said), content_type="application/json", headers={"Origin": form.origins[0]}).status_code == 201  # fmt: skip
    inquiry = Inquiry.objects.get()
    assert (inquiry.utm_source, inquiry.utm_medium, inquiry.utm_campaign) == ("Yandex", "cpc", "SPRING-26")  # fmt: skip
    assert (inquiry.landing, inquiry.referrer, inquiry.campaign) == ("https://shop.example/a", said["referrer"], spring)  # fmt: skip
    assert "https://shop.example/a</dd>" in http.get(inquiry.get_absolute_url()).content.decode()  # fmt: skip

    def found(**params):
        return http.get(reverse("clients:inquiries"), {"state": "all"} | params).content.decode().count("inq-who")  # fmt: skip

    assert found(utm_source="Yandex") == found(landing="https://shop.example/*") == 1
    assert found(utm_source="yandex") == found(utm_source="-") == found(landing="https://shop.example/") == 0  # fmt: skip


def test_a_list_frozen_as_ids_stays_what_it_was(sign_in):
    head, seller = UserFactory(preset="head_of_sales"), UserFactory(preset="seller")
    kept, left, joined = ClientFactory(name="Осталась"), ClientFactory(), ClientFactory()  # fmt: skip
    frozen = {"sentence": "Клиенты с показом", "by": head, "at": timezone.now()}
    made = freeze(clients=Client.objects.exclude(pk=left.pk), name="Показ", **frozen)
    Client.objects.filter(pk=joined.pk).update(
        merged_into=kept, archived_at=timezone.now()
    )
    with pytest.raises(NameIsTaken):
        freeze(clients=[kept.pk], name="Показ", **frozen)
    assert set(made.members.values_list("record", flat=True)) == {kept.pk, joined.pk}

    http = sign_in(head)
    page = http.get(reverse("clients:list") + "?" + Selection.objects.get().parameters).content.decode()  # fmt: skip
    assert "Клиенты с показом" in page and "Осталась" in page and left.name not in page
    other = sign_in(seller).get(reverse("clients:list") + "?" + made.parameters).content.decode()  # fmt: skip
    assert "Клиенты с показом" not in other and "Осталась" not in other
    assert sign_in(head).get(reverse("clients:list") + "?frozen=x").status_code == 200
