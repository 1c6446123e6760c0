"""Files of a card: checked by content, kept outside the web root, served by right."""

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from clients.models import ClientFile
from salesexpert.accounts.presets import BY_CODE
from salesexpert.audit.models import JournalEntry
from salesexpert.core import preferences
from tests.factories import ClientFactory, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }
    return tmp_path


def document(inside: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(inside, "x")
    return made.getvalue()


def send(http, card, name, content, **more):
    upload = SimpleUploadedFile(name, content)
    return http.post(f"/clients/{card.pk}/files/", {"file": upload}, **more)


def test_a_file_comes_back_as_it_was_under_its_russian_name(http, storage, user):
    card = ClientFactory()

    send(http, card, "Договор поставки № 44.pdf", b"%PDF-1.7 text")

    kept = ClientFile.objects.get()
    assert (kept.name, kept.uploaded_by) == ("Договор поставки № 44.pdf", user)
    assert "Договор" not in kept.file.name
    assert Path(kept.file.path).is_relative_to(storage)
    served = http.get(f"/files/{kept.pk}/")
    assert b"".join(served.streaming_content) == b"%PDF-1.7 text"
    assert served["Content-Disposition"].startswith("attachment")
    assert "%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D0%BE%D1%80" in served["Content-Disposition"]
    assert served["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert served["X-Content-Type-Options"] == "nosniff"
    assert JournalEntry.objects.filter(verb="file.opened").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("прайс.xlsx", document("xl/workbook.xml")),
        ("письмо.docx", document("word/document.xml")),
        ("смета.ods", document("mimetype")),
        ("архив.zip", document("a.txt")),
        ("старый.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 20),
        ("фото.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 20),
        ("скан.PNG", PNG),
        ("база.csv", "имя;город\r\nРомашка;Тверь".encode("cp1251")),
        ("заметки.txt", "Привет".encode()),
        ("письмо.eml", b"From: a@b.example\r\nSubject: x\r\n\r\nhi"),
    ],
)
def test_papers_tables_pictures_texts_and_archives_are_kept(http, name, content):
    send(http, ClientFactory(), name, content)

    assert ClientFile.objects.get().name == name


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("база.csv", PNG),
        ("страница.html", b"<html></html>"),
        ("рисунок.svg", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>"),
        ("рисунок.txt", b"<svg onload=alert(1)>"),
        ("отчёт.txt", b"\n <!DOCTYPE html><script>alert(1)</script>"),
        ("игра.exe", b"MZ\x90\x00"),
        ("игра.pdf", b"MZ\x90\x00"),
        ("прайс.xlsx", document("readme.txt")),
        ("прайс.xlsx", b"PK\x03\x04garbage"),
        ("без расширения", b"text"),
        ("пусто.txt", b""),
    ],
)
def test_what_is_not_what_it_says_is_refused_with_a_sentence(http, name, content):
    refused = send(http, ClientFactory(), name, content, headers=HTMX)

    assert refused.status_code == 422
    assert "invalid-feedback" in refused.text
    assert not ClientFile.objects.exists()


def test_a_file_beyond_the_companys_limit_is_refused(http):
    preferences.put(file_limit_mb=1)

    refused = send(http, ClientFactory(), "большой.txt", b"a" * (1024 * 1024 + 1))

    assert refused.status_code == 422
    assert "«большой.txt»" in refused.text or "“большой.txt”" in refused.text


def test_a_body_beyond_all_limits_gets_a_sentence_too(http, settings):
    settings.UPLOAD_BODY_LIMIT = 100_000

    refused = send(http, ClientFactory(), "огромный.txt", b"a" * 200_000)

    assert refused.status_code == 422
    assert "invalid-feedback" in refused.text
    assert not ClientFile.objects.exists()


def test_names_lose_folders_and_control_characters(http):
    send(http, ClientFactory(), "..\\..\\etc\\pass\x1b[31mwd.txt", b"text")

    assert ClientFile.objects.get().name == "pass[31mwd.txt"


@pytest.mark.parametrize("scope", ["own", "team"])
def test_strangers_neither_see_nor_add_files(http, sign_in, scope):
    card = ClientFactory(curator=UserFactory())
    send(http, card, "а.txt", b"text")
    role = RoleFactory(scope=scope, permissions=BY_CODE["head_of_sales"].permissions)
    stranger = sign_in(UserFactory(role=role))

    assert stranger.get(f"/files/{ClientFile.objects.get().pk}/").status_code == 404
    assert send(stranger, card, "б.txt", b"text").status_code == 404
    assert ClientFile.objects.count() == 1


def test_a_file_is_taken_off_by_its_author_or_by_right_and_its_bytes_stay(
    http, sign_in
):
    card = ClientFactory()
    send(http, card, "а.txt", b"text")
    kept = ClientFile.objects.get()

    refused = sign_in(UserFactory()).post(f"/files/{kept.pk}/archive/")
    assert refused.status_code == 403
    http.post(f"/files/{kept.pk}/archive/")

    kept = ClientFile.with_bin.get(pk=kept.pk)
    assert kept.bin is not None
    assert Path(kept.file.path).exists()
    http.get("/")  # takes the offer to undo with it
    assert "а.txt" not in http.get(f"/clients/{card.pk}/files/").text


def test_a_role_without_the_right_uploads_nothing(sign_in):
    role = RoleFactory(permissions=["clients.view_client", "clients.view_clientfile"], scope="all")  # fmt: skip
    reader = sign_in(UserFactory(role=role))

    assert send(reader, ClientFactory(), "а.txt", b"text").status_code == 403
