"""Export: what the filters leave, in CSV and XLSX, safe to open."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from python_calamine import load_workbook

from clients import exports
from clients.models import Email, Phone
from salesexpert.audit.models import JournalEntry
from tests.clients.test_list import LIST
from tests.factories import ClientFactory, UserFactory


def csv_rows(response):
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def xlsx_rows(response):
    book = load_workbook(io.BytesIO(b"".join(response)))
    return book.get_sheet_by_index(0).to_python()


def test_csv_is_what_excel_in_russia_opens(http):
    client = ClientFactory(name="Ёлка; «Снаб»")

    response = http.get(f"{LIST}?format=csv")
    body = b"".join(response)

    assert body.startswith(b"\xef\xbb\xbf")
    assert "attachment" in response["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][0] == "Клиент"
    assert rows[1][0] == client.name


@pytest.mark.parametrize("read", [csv_rows, xlsx_rows])
def test_an_export_holds_what_the_filters_leave(http, user, read):
    ClientFactory(name="мой", curator=user)
    ClientFactory(name="чужой")
    kind = read.__name__.removesuffix("_rows")

    rows = read(http.get(f"{LIST}?curator=me&format={kind}"))

    assert [row[0] for row in rows[1:]] == ["мой"]


def test_all_fields_can_be_exported(http):
    client = ClientFactory(inn="7715906332", note="Заметка")
    Phone.objects.create(client=client, raw="+7 495 540-75-20")
    Phone.objects.create(client=client, raw="112")
    Email.objects.create(client=client, address="a@obrazec.example")

    heads, row = csv_rows(http.get(f"{LIST}?format=csv&columns=all"))
    found = dict(zip(heads, row, strict=True))

    assert found["ИНН"] == "7715906332"
    assert found["Телефоны"] == "'+7 495 540-75-20; 112"
    assert "a@obrazec.example" in row
    assert "Заметка" in row


@pytest.mark.parametrize(
    "evil", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", " =1"]
)
def test_no_cell_becomes_a_formula(http, evil):
    ClientFactory(name=evil)

    assert csv_rows(http.get(f"{LIST}?format=csv"))[1][0].startswith("'")
    cell = xlsx_rows(http.get(f"{LIST}?format=xlsx"))[1][0]
    assert str(cell).strip() == evil.strip()


def test_a_plain_phone_stays_as_it_is():
    assert exports.safe_cell("+7 495 5407520") == "+7 495 5407520"
    assert exports.safe_cell("обычный") == "обычный"


def test_moments_are_dates_in_a_workbook(http):
    at = timezone.now() - timedelta(days=3)
    ClientFactory(last_contact_at=at)

    heads, row = xlsx_rows(http.get(f"{LIST}?format=xlsx"))

    assert row[heads.index("Контакт")].date() == timezone.localtime(at).date()


def test_an_export_is_written_into_the_journal(http, user):
    ClientFactory(name="Секретов")

    b"".join(http.get(f"{LIST}?q=секретов&format=csv"))

    entry = JournalEntry.objects.get(verb="clients.exported")
    assert entry.by == user
    assert entry.detail["format"] == "csv"
    assert "секретов" not in str(entry.detail).lower()


def test_an_export_needs_its_own_right(sign_in, db):
    http = sign_in(UserFactory(preset="lawyer"))

    assert http.get(LIST).status_code == 200
    assert http.get(f"{LIST}?format=csv").status_code == 403
    assert "format=csv" not in http.get(LIST).content.decode()


def test_an_export_is_read_in_chunks_each_of_few_queries(rf, user):
    from django.http import QueryDict

    from clients.listing import ClientListing
    from clients.models import Client

    ClientFactory.create_batch(25)
    listing = ClientListing(
        QueryDict("sort=-last_contact_at"), Client.objects.all(), user=user
    )

    with CaptureQueriesContext(connection) as queries:
        rows = list(exports.values(listing, listing.chosen_columns(user), chunk=10))

    assert len(rows) == 25
    assert len(queries) <= 5


def test_numbers_and_cells_are_apart_as_the_reader_s_program_expects():
    rows = [[Decimal("12.50"), 0.5, 7, date(2026, 3, 2), "a;b"]]
    with translation.override("ru"):
        assert (
            list(exports.csv_lines([], rows))[1] == '12,50;0,5;7;2026-03-02;"a;b"\r\n'
        )
    with translation.override("en"):
        assert list(exports.csv_lines([], rows))[1] == "12.50,0.5,7,2026-03-02,a;b\r\n"
