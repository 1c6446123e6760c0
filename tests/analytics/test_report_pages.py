"""Pages of the reports: whoever reads a figure can open exactly the records that it counts, and no others'."""

import re
from html import unescape

import pytest
from django.test import Client as Browser

from analytics.views.reports import REPORTS
from deals.models import Invoice, Payment, PlannedReceipt
from salesexpert.accounts.models import User
from tests.analytics.february import SINCE, February, february, noon
from tests.deals.money import a_firm
from tests.factories import ActivityFactory, UserFactory

pytestmark = pytest.mark.django_db
PERIOD = "since=2026-02-01&to=2026-02-28"
FIGURE = re.compile(r'<a class="q" href="(/[^"]+)">(\d+)</a>')
# How each list shows one record.
RECORDS = {
    "/deals/": re.compile(r'href="/deals/(\d+)/"'),
    "/invoices/": re.compile(r'href="/invoices/(\d+)/"'),
    "/analytics/contacts/": re.compile(r'data-contact="(\d+)"'),
}


@pytest.fixture
def base() -> February:
    base = february()
    cold = base.client.relationship
    for who, deal, day in ((base.mara, "d1", "3.2"), (base.mara, None, "4.2"), (base.nils, "d6", "10.2")):  # fmt: skip
        ActivityFactory(client=base.client, deal=base.deals[deal] if deal else None, performer=who, done_at=noon(day), direction="out", relationship=cold, summary="")  # fmt: skip
    firm = a_firm()
    for n, state in enumerate(("issued", "paid"), 1):
        Invoice.objects.create(firm=firm, number=str(n), year=2026, client=base.client, issued_on=SINCE, due_on="2026-02-10", total=10, paid=10 if state == "paid" else 0, state=state, responsible=base.mara)  # fmt: skip
    Payment.objects.create(firm=firm, client=base.client, deal=base.deals["d1"], paid_on="2026-02-12", amount=10)  # fmt: skip
    PlannedReceipt.objects.create(client=base.client, deal=base.deals["d1"], due_on="2026-02-12", amount=10)  # fmt: skip
    return base


def signed(http: Browser, preset: str, user: User | None = None) -> User:
    user = user or UserFactory(preset=preset)
    http.force_login(user)
    return user


def figures(http: Browser, name: str, query: str = PERIOD) -> set[tuple[str, int]]:
    page = http.get(f"/analytics/{name}/?{query}")
    assert page.status_code == 200, name
    return {(unescape(link), int(n)) for link, n in FIGURE.findall(page.content.decode())}  # fmt: skip


def test_every_figure_of_every_report_opens_exactly_so_many_records(base, client):
    signed(client, "director")
    asked = [(name, PERIOD) for name in REPORTS]
    asked += [("funnel", f"{PERIOD}&way=exit&process={base.process.pk}"), ("funnel", f"{PERIOD}&process={base.process.pk}")]  # fmt: skip
    asked += [("norms", f"{PERIOD}&process={base.process.pk}"), ("deals", f"{PERIOD}&by=product"), ("refusals", f"{PERIOD}&by=product"), ("refusals", f"{PERIOD}&by=region&responsible={base.mara.pk}"), ("effort", f"{PERIOD}&by=kind")]  # fmt: skip
    found = {figure for name, query in asked for figure in figures(client, name, query)}

    assert len(found) > 60
    for link, n in sorted(found):
        shown = client.get(link).content.decode()
        records = next(pattern for path, pattern in RECORDS.items() if link.startswith(path))  # fmt: skip
        assert len(set(records.findall(shown))) == n, link


def test_a_seller_reads_his_own_figures_and_a_stranger_none(base, client):
    mara = signed(client, "seller", base.mara)
    links = {link for link, _n in figures(client, "deals")}
    page = client.get(f"/analytics/deals/?{PERIOD}&responsible={base.nils.pk}").content.decode()  # fmt: skip

    assert links
    assert all(f"responsible={mara.pk}" in link for link in links)
    assert "Нильс" not in page
    assert figures(client, "effort") != set()
    assert "Нильс" not in client.get(f"/analytics/effort/?{PERIOD}").content.decode()
    assert client.get(f"/analytics/contacts/?performer={base.nils.pk}").status_code == 404  # fmt: skip
    assert client.get(f"/analytics/contacts/?performer={mara.pk}").status_code == 200
    signed(client, "lawyer")
    assert client.get(f"/analytics/paying/?{PERIOD}").status_code in (200, 403)


def test_files_say_what_the_page_says(base, client):
    signed(client, "director")
    query = f"{PERIOD}&process={base.process.pk}"
    lines = client.get(f"/analytics/funnel/?{query}&format=csv").content.decode("utf-8-sig").splitlines()  # fmt: skip
    book = client.get(f"/analytics/refusals/?{PERIOD}&format=xlsx").content
    paper = client.get(f"/analytics/deals/?{PERIOD}&format=pdf").content

    assert lines[1].startswith("A, 10\xa0%;5;3;60%;")
    assert book[:2] == b"PK"
    assert paper[:4] == b"%PDF"


def test_nonsense_in_an_address_is_told_and_harms_nothing(base, client):
    signed(client, "director")
    page = client.get("/analytics/refusals/?since=yesterday&by=weather&region=x\x00&month=13")  # fmt: skip

    assert page.status_code == 200
    assert "yesterday" in page.content.decode()
