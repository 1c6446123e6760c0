"""The file that comes back from an outside service: who unsubscribed, whose letters came back, which rows say nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clients.advertising import may_advertise
from clients.models import Email
from mailing import dead_addresses
from tests.factories import ClientFactory, ConsentFactory, UserFactory

pytestmark = pytest.mark.django_db
FILE = """Адрес;Имя;Статус
off@example.com;Анна;Отписался
"Пётр <gone@example.com>";Пётр;hard bounce
fine@example.com;Иван;доставлено
также@;Ольга;отписка
;Без адреса;Отписался
other@example.com;Илья;доставлено
"""


@pytest.fixture
def user(db):
    return UserFactory(username="marketer", preset="head_of_marketing")


def given(text, **more):
    return {"file": SimpleUploadedFile("otchet.csv", text.encode("cp1251")), "what": "auto", **more}  # fmt: skip


def test_who_unsubscribed_there_gets_nothing_from_here_and_bad_rows_are_named(http):
    for name in ("off", "gone", "fine"):
        client = ClientFactory()
        Email.objects.create(client=client, address=f"{name}@example.com")
        ConsentFactory(contact=None, client=client)

    page = reverse("mailing:exchange")
    for _twice in range(2):
        assert http.post(page, given(FILE)).status_code == 302

    assert not may_advertise("off@example.com", "email") and may_advertise("fine@example.com", "email")  # fmt: skip
    assert dead_addresses.dead(["gone@example.com", "fine@example.com"]) == {"gone@example.com"}  # fmt: skip
    shown = http.get(page)
    report = shown.context["report"]
    assert [row[0] for row in report["rows"]] == [5, 6] and report["bad"] == 2
    assert report["others"] == [["доставлено", 2]]
    assert "также@" in shown.content.decode()
    assert http.get(page).context["report"] is None


def test_a_file_that_says_nothing_is_refused_with_a_sentence(http):
    page = reverse("mailing:exchange")
    for text, words in (("Имя;Статус\nАнна;Отписался\n", "адрес"), ("Адрес\na@example.com\n", "отписался")):  # fmt: skip
        answer = http.post(page, given(text))
        assert answer.status_code == 422
        assert words in answer.context["form"].errors["file"][0].lower()
