import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Client
from salesexpert.audit.acting import acting
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(sign_in):
    return sign_in(UserFactory(preset="head_of_sales"))


def test_the_page_shows_who_changed_what(head):
    client = ClientFactory(name="Пример-Снаб")
    with acting(user=UserFactory(first_name="Борис", last_name="Пробный")):
        Client.objects.update(inn="7707083893")

    page = head.get("/journal/").content.decode()
    assert "Борис Пробный" in page and "7707083893" in page
    assert f'href="/clients/{client.pk}/"' in page


def test_a_seller_does_not_read_the_journal_of_the_company(http):
    assert http.get("/journal/").status_code == 403


def test_html_in_a_value_is_text(head):
    ClientFactory()
    Client.objects.update(note="<script>alert(1)</script>")

    page = head.get("/journal/").content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_earlier_entries_come_as_a_part_of_the_page(head):
    client = ClientFactory()
    for number in range(60):
        Client.objects.filter(pk=client.pk).update(note=f"заметка-{number}.")
    page = head.get("/journal/?kind=client")
    before = page.context["journal"].before

    part = head.get(
        "/journal/", {"kind": "client", "before": before}, HTTP_HX_REQUEST="true"
    ).content.decode()
    assert "заметка-3." in part and "заметка-59." not in part
    assert "<html" not in part and "<form" not in part


@pytest.mark.parametrize(
    "query",
    [
        "person=x",
        "person=999999999999999999999",
        "kind=nothing",
        "since=31.02.2026&until=x",
        "since=2026-02-02&until=2026-01-01",
        "before=%00",
        "person=%00",
        "since=9999-12-31&until=9999-12-31",
        "since=0001-01-01",
    ],
)
def test_nonsense_in_the_filter_is_answered_with_a_sentence(head, query):
    ClientFactory()
    answer = head.get(f"/journal/?{query}")

    assert answer.status_code in {200, 422}
    if answer.status_code == 422:
        assert "invalid-feedback" in answer.content.decode()


def test_the_page_costs_the_same_for_two_deeds_and_twenty(head):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            head.get("/journal/")
        return len(queries)

    def some(count):
        for _number in range(count):
            with acting(user=UserFactory()):
                ClientFactory(curator=UserFactory())

    some(2)
    few = cost()
    some(18)
    assert cost() <= few
