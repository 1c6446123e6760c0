"""A report as a file: what a spreadsheet program makes of it, in the reader's language."""

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pypdfium2
import pytest
from django.utils import translation
from python_calamine import load_workbook

from analytics import sheet_files, sheets
from analytics.sheets import Cell, Column, Sheet, Table, Unit
from tests.browsing import settled
from tests.factories import UserFactory


@pytest.fixture
def sheet():
    columns = [Column("Кто", right=False), Column("", bar=True), Column("Сумма"), Column("Доля"), Column("План"), Column("Дней"), Column("Когда"), Column("Формула")]  # fmt: skip
    rows = [
        [
            sheets.name("=1+1", more="ООО «Ёлка»"), sheets.bar(0.5), sheets.amount(Decimal("1234.50"), "RUB"), sheets.percent(0.5833),
            Cell(Decimal("76.8888888888888888"), "77 %", unit=Unit.PERCENTS), sheets.days(2.25), sheets.day(date(2026, 3, 2)), Cell(None, "число сделок"),
        ],
        [
            sheets.name("Борис"), sheets.bar(0), sheets.amount(Decimal("59949.74"), "CNY"), sheets.percent(None),
            Cell(None, sheets.NOTHING), sheets.days(None), sheets.day(None), Cell("on_track", "в темпе"),
        ],
    ]  # fmt: skip
    return Sheet("deals", "Сделки: [всё]", "Половина за 3 дня.", [Table("", columns, rows, [sheets.name("Все"), sheets.bar(0), sheets.count(2)])])  # fmt: skip


def lines(data: bytes, sign: str) -> list[list[str]]:
    return list(csv.reader(StringIO(data.decode("utf-8-sig")), delimiter=sign))


def test_csv_is_read_by_a_russian_program_as_numbers_days_and_no_formulas(sheet):
    with translation.override("ru"):
        head, first, second, foot = lines(sheet_files.as_csv(sheet), ";")

    assert head == ["Кто", "Сумма", "Доля", "План", "Дней", "Когда", "Формула"]
    assert first == ["'=1+1, ООО «Ёлка»", "1234,50", "58,33%", "76,89%", "2,25", "2026-03-02", "число сделок"]  # fmt: skip
    assert second == ["Борис", "59949,74", "", "", "", "", "в темпе"]
    assert foot == ["Все", "2"]


def test_csv_is_read_by_an_english_program(sheet):
    with translation.override("en"):
        _head, first, *_rest = lines(sheet_files.as_csv(sheet), ",")

    assert first[1:6] == ["1234.50", "58.33%", "76.89%", "2.25", "2026-03-02"]


def test_a_workbook_holds_its_title_and_numbers_as_numbers(sheet):
    with translation.override("ru"):
        book = load_workbook(BytesIO(sheet_files.as_xlsx(sheet, "март 2026")))
    rows = book.get_sheet_by_index(0).to_python()

    assert book.sheet_names == ["Сделки всё"]
    assert [row[0] for row in rows[:3]] == ["Сделки: [всё]", "март 2026", "Половина за 3 дня."]  # fmt: skip
    assert rows[5][:7] == ["=1+1, ООО «Ёлка»", 1234.5, 0.5833, pytest.approx(0.7689, abs=1e-4), 2.25, date(2026, 3, 2), "число сделок"]  # fmt: skip
    assert rows[6][6] == "в темпе"


@pytest.mark.parametrize(
    ("language", "wanted"),
    [("ru", {'#,##0.00\xa0"₽"', '#,##0.00\xa0"¥"'}), ("en", {'"RUB"\xa0#,##0.00', '"CNY"\xa0#,##0.00'})],
)  # fmt: skip
def test_a_sum_of_a_workbook_says_its_currency(language, wanted, sheet):
    with translation.override(language):
        found = {sheet_files.number_format(row[2]) for row in sheet.tables[0].rows}
    assert found == wanted


def test_a_paper_says_everything_and_numbers_its_pages(sheet):
    with translation.override("ru"):
        paper = pypdfium2.PdfDocument(sheet_files.as_pdf(sheet, "март 2026"))
    text = paper[0].get_textpage().get_text_range()

    for said in ("Сделки: [всё]", "Половина за 3 дня.", "=1+1", "ООО «Ёлка»", "58", "1 / 1", "число сделок"):  # fmt: skip
        assert said in text.replace("\xa0", " ")


def test_a_printed_page_has_its_title_and_whole_tables(browse, transactional_db):
    page = browse(UserFactory(preset="director", language="ru"), "/analytics/")
    settled(page)
    shown = [page.locator("h1"), page.locator(".only-print")]
    hidden = [page.locator(".se-side"), page.locator("#bell"), page.locator(".fig-tools")]  # fmt: skip
    assert not shown[1].is_visible()
    page.emulate_media(media="print")

    assert all(one.is_visible() for one in shown)
    assert "месяц" in shown[1].inner_text()
    assert not any(one.is_visible() for one in hidden)
