"""Pages of the reports: whoever reads a figure can open exactly the records that it counts, and no others'."""

import re
from datetime import date
from html import unescape
from io import BytesIO

import pytest
from django.core.management import call_command
from django.http import QueryDict
from django.test import Client as Browser
from django.utils import timezone
from playwright.sync_api import expect
from python_calamine import load_workbook

from analytics import reading
from analytics.comparing import beside
from analytics.sheets import Column, Sheet, Table, count, name, read_before
from analytics.views.reports import REPORTS
from clients.models import Client, Product, RelationshipMove, RelationshipType
from deals.models import (
    Competitor,
    CompetitorPrice,
    Deal,
    Invoice,
    Payment,
    PlannedReceipt,
)
from salesexpert.accounts.models import User
from tests.analytics.february import SINCE, February, february, noon
from tests.browsing import settled
from tests.deals.money import a_firm
from tests.factories import ActivityFactory, ClientFactory, UserFactory

pytestmark = pytest.mark.django_db
PERIOD = "since=2026-02-01&to=2026-02-28"
FIGURE = re.compile(r'<a class="q" href="(/[^"]+)">(\d+)</a>')
# How each list shows one record.
RECORDS = {
    "/deals/": re.compile(r'href="/deals/(\d+)/"'),
    "/invoices/": re.compile(r'href="/invoices/(\d+)/"'),
    "/analytics/contacts/": re.compile(r'data-contact="(\d+)"'),
    "/competitors/?": re.compile(r'href="/competitors/prices/(\d+)/"'),
    "/clients/?": re.compile(r'href="/clients/(\d+)/"'),
}
ROW = re.compile(r"<tr\b")
BODY = re.compile(r"<tbody.*?</tbody>", re.S)


@pytest.fixture
def base() -> February:
    base = february()
    cold = base.client.relationship
    for who, deal, day in ((base.mara, "d1", "3.2"), (base.mara, None, "4.2"), (base.nils, "d6", "10.2")):  # fmt: skip
        ActivityFactory(client=base.client, deal=base.deals[deal] if deal else None, performer=who, done_at=noon(day), direction="out", relationship=cold, summary="")  # fmt: skip
    firm = a_firm()
    for n, state in enumerate(("issued", "paid"), 1):
        Invoice.objects.create(firm=firm, number=str(n), year=2026, client=base.client, issued_on=SINCE, due_on="2026-02-10", total=10, paid=10 if state == "paid" else 0, state=state, responsible=base.mara if n == 1 else base.nils)  # fmt: skip
    Payment.objects.create(firm=firm, client=base.client, deal=base.deals["d1"], paid_on="2026-02-12", amount=10)  # fmt: skip
    PlannedReceipt.objects.create(client=base.client, deal=base.deals["d1"], due_on="2026-02-12", amount=10)  # fmt: skip
    Client.objects.filter(pk=base.client.pk).update(completeness=40)
    ClientFactory(curator=base.nils, completeness=90)
    for day, source, target in (("2.2", None, 1), ("5.2", 1, 2), ("9.2", 2, 3)):
        steps = {t.step: t for t in RelationshipType.objects.all()}
        RelationshipMove.objects.create(client=base.client, from_type=steps.get(source), to_type=steps[target], at=noon(day), fact="")  # fmt: skip
    rival, box = Competitor.objects.create(name="Соперник"), Product.objects.get(name="box")  # fmt: skip
    for day, price in (("2026-01-15", 80), ("2026-02-03", 90), ("2026-02-20", 110)):
        CompetitorPrice.objects.create(competitor=rival, product=box, price=price, seen_on=day, entered_by=base.mara)  # fmt: skip
    return base


def signed(http: Browser, preset: str, user: User | None = None) -> User:
    user = user or UserFactory(preset=preset)
    http.force_login(user)
    return user


def figures(http: Browser, name: str, query: str = PERIOD) -> set[tuple[str, int]]:
    page = http.get(f"/analytics/{name}/?{query}")
    assert page.status_code == 200, name
    return {(unescape(link), int(n)) for link, n in FIGURE.findall(page.content.decode())}  # fmt: skip


def records(link: str, shown: str) -> int:
    """How many records the list shows: each is told by its address, in smaller lists by its row."""
    pattern = next((p for path, p in RECORDS.items() if link.startswith(path)), None)
    if pattern is None:
        return sum(len(ROW.findall(body)) for body in BODY.findall(shown))
    return len(set(pattern.findall(shown)))


def test_every_figure_of_every_report_opens_exactly_so_many_records(base, client):
    signed(client, "director")
    asked = [(name, PERIOD) for name in REPORTS]
    asked += [("funnel", f"{PERIOD}&way=exit&process={base.process.pk}"), ("funnel", f"{PERIOD}&process={base.process.pk}")]  # fmt: skip
    asked += [("norms", f"{PERIOD}&process={base.process.pk}"), ("deals", f"{PERIOD}&by=product"), ("refusals", f"{PERIOD}&by=product"), ("refusals", f"{PERIOD}&by=region&responsible={base.mara.pk}"), ("effort", f"{PERIOD}&by=kind"), ("receivables", "by=responsible"), ("ladder", f"{PERIOD}&responsible={base.mara.pk}"), ("competitors", "since=2026-01-01&to=2026-02-28")]  # fmt: skip
    found = {figure for name, query in asked for figure in figures(client, name, query)}
    # Sums that say no currency of their own look like numbers of records here.
    found = {(link, n) for link, n in found if "/invoices/" not in link or not re.search("age=|state=overdue", link)}  # fmt: skip

    assert len(found) > 60
    for link, n in sorted(found):
        shown = client.get(link).content.decode()
        assert records(link, shown) == n, link


def test_a_seller_reads_his_own_figures_and_a_stranger_none(base, client):
    mara = signed(client, "seller", base.mara)
    links = {link for link, _n in figures(client, "deals")}
    page = client.get(f"/analytics/deals/?{PERIOD}&responsible={base.nils.pk}").content.decode()  # fmt: skip

    assert links
    assert all(f"responsible={mara.pk}" in link for link in links)
    assert "Нильс" not in page
    assert figures(client, "effort") != set()
    assert "Нильс" not in client.get(f"/analytics/effort/?{PERIOD}").content.decode()
    of_another = client.get(f"/analytics/contacts/?{PERIOD}&performer={base.nils.pk}").content.decode()  # fmt: skip
    assert f"«{base.nils.pk}» здесь выбрать нельзя" in of_another
    assert "Нильс" not in of_another
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


def test_who_has_nothing_reads_why_instead_of_headings_over_nothing(base, client):
    user = signed(client, "seller")
    pages = {report: client.get(f"/analytics/{report}/?{PERIOD}").content.decode() for report in REPORTS}  # fmt: skip
    plans, kpi = (client.get(f"/analytics/{page}/").content.decode() for page in ("plans", "kpi"))  # fmt: skip
    person = client.get(f"/analytics/people/{user.pk}/?{PERIOD}").content.decode()

    for report, page in pages.items():
        for section in re.findall(r'<section class="rpt-sec">(.*?)</section>', page, re.S):  # fmt: skip
            assert "<table" in section or "<p" in section, report
    assert "В этом периоде ни одна сделка" in pages["funnel"]
    # Only who may do it is asked to.
    assert "Планы задаёт руководитель" in plans
    assert "Их выбирает руководитель" in kpi
    assert "28\xa0фев" in person.split("rpt-lead")[1].split("</div>")[0]


def test_nonsense_in_an_address_is_told_and_harms_nothing(base, client):
    signed(client, "director")
    page = client.get("/analytics/refusals/?since=yesterday&by=weather&region=x\x00&month=13")  # fmt: skip

    assert page.status_code == 200
    assert "yesterday" in page.content.decode()


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_a_table_with_its_definitions_a_file_of_each_kind_and_a_view_to_save(base, client, name):  # fmt: skip
    user = signed(client, "director")
    page = client.get(f"/analytics/{name}/?{PERIOD}&process={base.process.pk}")
    html = page.content.decode()

    assert "<table" in html
    assert f"entity=report-{name}" in html
    saving = client.get(f"/clients/selections/new/?entity=report-{name}&parameters=period%3Dmonth").content.decode()  # fmt: skip
    assert "Вид хранит то, что выбрано над цифрами" in saving
    assert "клиентов" not in saving.split("<form")[-1]
    for kind, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF")):
        assert client.get(f"/analytics/{name}/?{PERIOD}&format={kind}").content.startswith(begins)  # fmt: skip
    assert reading.is_known(user, name, QueryDict())
    sheet = page.context["sheet"]
    assert sheet.drawings or any(column.bar for table in sheet.tables for column in table.columns) or any(cell.heat for table in sheet.tables for row in table.rows for cell in row)  # fmt: skip


def test_a_report_stands_beside_the_period_before_on_the_page_and_in_files(base, client):  # fmt: skip
    signed(client, "director")
    won = client.get("/analytics/deals/?since=2026-02-01&to=2026-02-28&compare=yes")  # fmt: skip
    sheet = won.context["sheet"]
    mara = next(row for row in sheet.tables[0].rows if "Мара" in row[0].text)
    refused = next(n for n, c in enumerate(sheet.tables[0].columns) if c.label in {"Отказы", "Refused"})  # fmt: skip

    # Nothing of Mara's was closed in January; a row of February says so with a dash.
    assert (mara[refused].value, mara[refused].before.text) == (2, "—")
    assert "rpt-was" in won.content.decode()
    lines = client.get("/analytics/effort/?since=2026-02-01&to=2026-02-28&compare=yes&format=csv").content.decode("utf-8-sig").splitlines()  # fmt: skip
    assert "Контакты, раньше" in lines[0] or "Contacts, before" in lines[0]
    without = client.get("/analytics/stalled/?compare=yes")
    assert not without.context["sheet"].compared
    assert 'name="compare"' not in without.content.decode()


def test_a_row_is_compared_with_the_row_of_all_its_words_and_months_with_nothing():
    """Reasons are told of each stage: those of a stage are many rows that begin alike."""
    columns = [Column("Stage", right=False), Column("Reason", right=False), Column("Deals"), Column("Norm", now=True)]  # fmt: skip

    def sheet(*rows):
        return Sheet("r", "R", tables=[Table("", columns, [[name(s), name(r), count(n), count(5)] for s, r, n in rows])])  # fmt: skip

    then = sheet(("Offer", "dear", 4), ("Offer", "late", 0), ("Talk", "dear", 7))
    now = sheet(("Offer", "dear", 9), ("Offer", "late", 3), ("Talk", "late", 1))
    rows = beside(now, then, "January").tables[0].rows

    assert [row[2].before and read_before(row[2].before) for row in rows] == ["4", "0", "—"]  # fmt: skip
    assert [row[3].before for row in rows] == [None] * 3
    march = beside(sheet(("March", "", 9)), sheet(("January", "", 4)), "January")
    assert march.tables[0].rows[0][2].before is None


@pytest.mark.parametrize("name", [*REPORTS, "diagnosis", "sales", "open_age", "promises", "cold_calls"])  # fmt: skip
@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
def test_the_command_writes_the_file_that_the_page_gives(base, name, kind, tmp_path):
    path = tmp_path / f"report.{kind}"
    call_command("report", name, since=date(2026, 2, 1), until=date(2026, 3, 1), format=kind, process="Путь", output=str(path))  # fmt: skip
    data = path.read_bytes()

    assert data.startswith({"xlsx": b"PK", "pdf": b"%PDF"}[kind])
    if kind == "xlsx" and name == "refusals":
        rows = load_workbook(BytesIO(data)).get_sheet_by_index(0).to_python()
        assert rows[0][0] == "Почему отказываются"
        assert any("dear" in str(row[0]) for row in rows)


def test_pickers_that_a_report_does_not_heed_are_not_shown(base, client):
    signed(client, "director")
    paying = client.get(f"/analytics/paying/?{PERIOD}").context
    deals = client.get(f"/analytics/deals/?{PERIOD}").context

    assert [p["name"] for p in paying["parts"]] == []
    assert "product" in {p["name"] for p in deals["parts"]}


# ── a page begins with the first rows ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def thirty_debts() -> User:
    seller, firm = UserFactory(preset="director"), a_firm()
    for n in range(1, 31):
        client = ClientFactory(name=f"Должник-{n:02}", curator=seller)
        Invoice.objects.create(firm=firm, number=str(n), year=2026, client=client, issued_on=SINCE, due_on="2026-02-10", total=100 * n, state="issued", responsible=seller)  # fmt: skip
    return seller


def test_debts_begin_with_the_largest_and_tell_the_sum_of_all(client, thirty_debts):
    client.force_login(thirty_debts)
    page = unescape(client.get("/analytics/receivables/").content.decode())
    whole = unescape(client.get("/analytics/receivables/?all=1").content.decode())
    drawn = page[page.index("rpt-names") :].split("</div>")[0]

    assert len(ROW.findall("".join(BODY.findall(page)))) == 25
    assert "Должник-06" in page and "Должник-05" not in page
    assert "46\xa0500" in BODY.sub("", page)
    assert '<a class="no-print" href="?all=1">Показать все 30</a>' in page
    assert len(ROW.findall("".join(BODY.findall(whole)))) == 30
    assert "Показать все" not in whole and "data-print aria" in whole
    assert drawn.count("Должник") == 20  # ten names, each with its title


def test_files_and_letters_have_all_debts(client, thirty_debts):
    client.force_login(thirty_debts)
    file = client.get("/analytics/receivables/?format=csv").content.decode()
    asked = QueryDict("by=client")
    read = reading.read(thirty_debts, "receivables", asked, at=timezone.now())

    assert file.count("Должник") == 30
    assert read and len(read.sheet.tables[0].rows) == 30


def test_what_the_browser_prints_has_all_debts(browse, transactional_db, thirty_debts):
    page = browse(thirty_debts)
    page.goto(page.url.rstrip("/") + "/analytics/receivables/")
    settled(page)
    page.evaluate("() => { window.print = () => { document.body.dataset.printed = document.querySelectorAll('tbody tr').length; }; }")  # fmt: skip
    page.locator("[data-print]").click()

    expect(page.locator("body")).to_have_attribute("data-printed", "30")


def test_the_keys_print_all_debts_and_a_paper_of_the_first_says_so(browse, transactional_db, thirty_debts):  # fmt: skip
    page = browse(thirty_debts)
    page.goto(page.url.rstrip("/") + "/analytics/receivables/")
    settled(page)
    told = page.locator(".rpt-first")
    expect(told).to_be_hidden()
    # Printed from the browser's menu, of which no page is asked.
    page.emulate_media(media="print")
    expect(told).to_contain_text("Здесь первые 25 строк.")
    expect(page.get_by_text("Показать все 30")).to_be_hidden()
    page.emulate_media(media="screen")
    page.evaluate("() => { window.print = () => { document.body.dataset.printed = document.querySelectorAll('tbody tr').length; }; }")  # fmt: skip
    page.keyboard.press("Control+KeyP")

    expect(page.locator("body")).to_have_attribute("data-printed", "30")
    expect(told).to_have_count(0)


def test_deals_that_drag_begin_with_the_longest_and_every_seller_is_named(client, base):  # fmt: skip
    late = base.deals["d4"]
    for n in range(1, 13):
        deal = Deal.objects.create(**{f.attname: getattr(late, f.attname) for f in Deal._meta.concrete_fields if f.name != "id"})  # fmt: skip
        # The last of them alone are another seller's.
        Deal.objects.filter(pk=deal.pk).update(title=f"Стоит-{n:02}", due_at=noon(f"{n}.1"), responsible=base.nils if n == 12 else base.mara)  # fmt: skip
    signed(client, "director")
    page = unescape(client.get("/analytics/stalled/").content.decode())
    whole = unescape(client.get("/analytics/stalled/?all=1").content.decode())
    file = client.get("/analytics/stalled/?format=csv").content.decode()

    assert re.findall(r"Стоит-\d\d</a>", page) == [f"Стоит-{n:02}</a>" for n in range(1, 9)]  # fmt: skip
    assert "Нильс Примеров" in page
    assert '<a class="no-print" href="?all=1">Показать все 14</a>' in page
    assert (
        len(re.findall(r"Стоит-\d\d</a>", whole)) == 12 and "Показать все" not in whole
    )
    assert file.count("Стоит-") == 12
