"""What files can be opened, and what is said of those that cannot."""

import io
import zipfile

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.importing import reading, workbooks
from clients.importing.guessing import guess_mapping
from clients.importing.reading import UnreadableFile, open_table, refuse_size

TEXT = (
    "Название;Телефон;Примечание\r\n"
    "ООО «Ромашка»;(495) 540-75-20;сухие смеси\r\n"
    "ЗАО Лютик;(4852) 12-34-56;«кирпич, блоки»\r\n"
)


def table(tmp_path, content, name="list.csv", **how):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_table(path, **how)


def cells(opened):
    return [row.cells for row in opened.rows()]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "cp1251", "cp866", "koi8-r", "utf-16", "utf-16-le"],
)
def test_a_table_is_read_in_any_usual_encoding(tmp_path, encoding):
    content = TEXT.replace("«", '"').replace("»", '"').replace('"', "")

    opened = table(tmp_path, content.encode(encoding))

    assert opened.columns == ["Название", "Телефон", "Примечание"]
    assert cells(opened)[0] == ["ООО Ромашка", "(495) 540-75-20", "сухие смеси"]


def test_capital_letters_do_not_mislead_about_the_encoding(tmp_path):
    content = TEXT.upper().replace("«", "").replace("»", "")

    for encoding in ("cp1251", "cp866", "koi8-r"):
        assert table(tmp_path, content.encode(encoding)).columns[0] == "НАЗВАНИЕ"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    lines = [["Name", "Phone", "Note"], ["Acme", "1", "a"], ["Bolt", "2", "b"]]

    opened = table(tmp_path, "\n".join(delimiter.join(line) for line in lines))

    assert opened.delimiter == delimiter
    assert cells(opened) == lines[1:]


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path):
    opened = table(tmp_path, 'Название;Адрес\nА;"г. Москва\nул. Мира"\n\n;;\nБ;x\n')

    assert [(row.number, row.cells[0]) for row in opened.rows()] == [(2, "А"), (5, "Б")]


def test_a_quotation_mark_that_is_not_closed_costs_one_row(tmp_path):
    lines = "".join(f"Фирма {n};x\n" for n in range(200))

    opened = table(tmp_path, f'Название;Адрес\n"Ромашка;x\n{lines}')
    rows = list(opened.rows())

    assert len(rows) == 201
    assert [row.number for row in rows if row.fault] == [2]


def test_a_quotation_mark_left_open_at_the_end_costs_one_row(tmp_path):
    opened = table(tmp_path, 'Название;Адрес\nА;x\n"Б;x\nВ;x\n')

    assert [(r.cells[0].strip('"'), bool(r.fault)) for r in opened.rows()] == [
        ("А", False),
        ("Б", True),
        ("В", False),
    ]


def test_ragged_rows_are_padded_or_refused(tmp_path):
    short, long = table(tmp_path, "Название;Адрес;Сайт\nА\nБ;x;y;лишнее\n").rows()

    assert short.cells == ["А", "", ""]
    assert "1" in str(short.doubt)
    assert "4" in str(long.fault)


def test_columns_of_one_name_are_told_apart(tmp_path):
    opened = table(tmp_path, "Название;Телефон;Телефон;\nА;1;2;3\n")

    assert opened.columns == ["Название", "Телефон", "Телефон (2)"]
    assert "Телефон (2)" in str(opened.notices[0])


def test_a_zero_byte_costs_its_row(tmp_path):
    damaged, sound = table(tmp_path, "Название\nРом\x00ашка\nЛютик\n").rows()

    assert damaged.fault
    assert not sound.fault


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \r\n\r\n",
        "Название;Телефон\r\n".encode(),
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100,
        b"%PDF-1.7 ...",
        b"<!DOCTYPE html><table><tr><td>1</td></tr></table>",
        bytes(range(32)) * 50,
        b"PK\x03\x04 not an archive",
    ],
    ids=["empty", "blank", "heading", "png", "xls", "pdf", "html", "binary", "zip"],
)
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path, content):
    with pytest.raises(UnreadableFile) as refusal:
        table(tmp_path, content)

    assert str(refusal.value).endswith(".")


def test_a_huge_file_is_refused_by_its_size_alone(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(500 * 1024 * 1024)  # takes no room on the disk

    with pytest.raises(UnreadableFile):
        open_table(path)
    with pytest.raises(UnreadableFile):
        refuse_size(500 * 1024 * 1024)


def workbook(rows):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                sheet.write(i, j, value)
    return out.getvalue()


def test_numbers_of_a_workbook_keep_their_digits(tmp_path):
    content = workbook(
        [["Название", "ИНН", "Телефон"], ["Ромашка", 9900000017, 84955407520]]
    )

    opened = table(tmp_path, content, "list.xlsx")

    assert cells(opened) == [["Ромашка", "9900000017", "84955407520"]]


def test_rows_of_a_workbook_have_the_numbers_of_the_spreadsheet(tmp_path):
    content = workbook([[], ["Название"], ["Ромашка"], [], ["Лютик"]])

    opened = table(tmp_path, content, "list.xlsx")

    assert [row.number for row in opened.rows()] == [3, 5]


def _archive(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_zip_bomb_is_refused_before_it_unfolds(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 10 * 1024 * 1024)
    content = _archive(
        {"xl/workbook.xml": "", "xl/worksheets/sheet1.xml": b"0" * 20 * 1024 * 1024}
    )

    with pytest.raises(UnreadableFile):
        table(tmp_path, content, "bomb.xlsx")


def test_an_archive_that_lies_about_its_sizes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 10 * 1024 * 1024)
    size = 20 * 1024 * 1024
    content = _archive({"xl/workbook.xml": "", "xl/worksheets/sheet1.xml": b"0" * size})
    lying = content.replace(size.to_bytes(4, "little"), (5).to_bytes(4, "little"))

    with pytest.raises(UnreadableFile):
        table(tmp_path, lying, "bomb.xlsx")


def test_a_sheet_with_a_cell_in_its_furthest_corner_is_refused(tmp_path):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write("A1", "Название")
        sheet.write("XFD1048576", "x")

    with pytest.raises(UnreadableFile):
        table(tmp_path, out.getvalue(), "corner.xlsx")


def test_an_archive_of_something_else_is_refused(tmp_path):
    with pytest.raises(UnreadableFile):
        table(tmp_path, _archive({"letter.txt": "x"}), "list.xlsx")


@given(st.binary(max_size=400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_bytes_break_the_reading(tmp_path, content):
    try:
        opened = table(tmp_path, content)
    except UnreadableFile:
        return
    for row in opened.rows():
        assert row.fault or len(row.cells) == len(opened.columns)
        assert row.number > opened.header_row


@pytest.mark.django_db
def test_columns_are_known_by_russian_and_english_headings(tmp_path):
    heading = "Код;ОПФ;Название;Почтовый адрес;Телефон;E-mail;Сайт;Примечание;Статус"
    russian = table(tmp_path, heading + "\n7-01" + ";" * 7 + "x;x")
    english = table(
        tmp_path, "Company,Phone 1,Phone (2),Email\nAcme,1,2,a@b.example\n", "en.csv"
    )

    assert guess_mapping(russian) == {
        "Код": "outside_id",
        "ОПФ": "legal_form",
        "Название": "name",
        "Почтовый адрес": "postal_address",
        "Телефон": "phones",
        "E-mail": "emails",
        "Сайт": "sites",
        "Примечание": "note",
    }
    assert guess_mapping(english) == {
        "Company": "name",
        "Phone 1": "phones",
        "Phone (2)": "phones",
        "Email": "emails",
    }


@pytest.mark.django_db
def test_columns_are_known_by_what_stands_in_them(tmp_path):
    rows = "".join(
        f"ООО Ромашка {n};99000000{i};info{n}@romashka{n}.ru;8 495 540-75-2{n};www.romashka{n}.ru\n"
        for n, i in enumerate(("17", "24", "31"))
    )

    guessed = guess_mapping(table(tmp_path, "a;b;c;d;e\n" + rows))

    assert guessed == {
        "a": "name",
        "b": "inn",
        "c": "emails",
        "d": "phones",
        "e": "sites",
    }


def test_the_limit_of_columns_is_said(tmp_path):
    with pytest.raises(UnreadableFile, match="300"):
        table(tmp_path, ";".join(map(str, range(reading.MOST_COLUMNS + 1))) + "\n1\n")


@pytest.mark.django_db
def test_a_code_that_is_not_each_rows_own_is_no_id(tmp_path):
    regions = table(tmp_path, "Код;Название\n77;Астра\n77;Пион\n78;Мак\n", "1.csv")
    words = table(tmp_path, "Код;Название\nнорд;Астра\nзюйд;Пион\n", "2.csv")
    ids = table(tmp_path, "Код;Название\n00-001;Астра\n00-002;Пион\n", "3.csv")

    assert "Код" not in guess_mapping(regions)
    assert "Код" not in guess_mapping(words)
    assert guess_mapping(ids)["Код"] == "outside_id"
