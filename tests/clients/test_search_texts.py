"""What a card is found by, and how a typed query is read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Client, Contact, Email, LegalForm, Phone
from clients.searching import (
    client_search_text,
    read_query,
    refresh_contact_search,
    refresh_search,
)
from tests.factories import ClientFactory, ContactFactory, ContactLinkFactory


def test_a_card_is_found_by_everything_people_ask_for():
    text = client_search_text(
        name="Ёлка-М",
        legal_form="ООО",
        full_name="Общество «Ёлка-М»",
        inn="7715906332",
        phones=["74955407520"],
        emails=["Info@Elka-M.example"],
        persons=["Заготовкина Лидия"],
    )

    for part in (
        "елка м",
        "7715906332",
        "5407520",
        "info@elka m example",
        "заготовкина лидия",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("ООО «Ромашка»", ("ромашка",)),
        ("ооо", ("ооо",)),
        ("8 (495) 540-75-20", ("4955407520",)),
        ("+7 495 540 75 20", ("4955407520",)),
        ("540-75-20", ("5407520",)),
        ("ромашка 540-75-20", ("ромашка", "5407520")),
        ("7715906332", ("7715906332",)),
        ("info@elka-m.example", ("info@elka", "m", "example")),
        ("а\x00б", ("а", "б")),
    ],
)
def test_a_query_is_read_as_people_write(typed, words):
    assert read_query(typed).words == words


@pytest.mark.parametrize("typed", ["", "   ", "«»", "\x00", "---"])
def test_nothing_asked_is_no_query(typed):
    assert read_query(typed) is None


def test_refreshing_fills_the_columns_of_clients_and_their_people(db):
    client = ClientFactory(
        name="Ёлка-М",
        legal_form=LegalForm.objects.get(name="ООО"),
        folded="",
        search_text="",
    )
    contact = ContactFactory(last_name="Ёжикова", folded="", search_text="")
    ContactLinkFactory(client=client, contact=contact)
    Phone.objects.create(contact=contact, raw="8 495 540-75-20", e164="+74955407520")
    Email.objects.create(client=client, address="elka@obrazec.example")

    refresh_search([client.pk])
    refresh_contact_search([contact.pk])

    client.refresh_from_db()
    contact.refresh_from_db()
    assert client.folded == "елка м"
    assert client.core_name == "елка м"
    assert client.version == 1
    for part in ("ооо елка м", "74955407520", "elka@obrazec", "ежикова лидия"):
        assert part in client.search_text
    assert contact.folded == "ежикова лидия витальевна"
    for part in ("74955407520", "елка м"):
        assert part in contact.search_text


def test_refreshing_many_costs_as_much_as_one(db):
    clients = ClientFactory.create_batch(20, search_text="")

    with CaptureQueriesContext(
        connection,
    ) as one:
        refresh_search([clients[0].pk])
    with CaptureQueriesContext(connection) as many:
        refresh_search(c.pk for c in clients)

    assert len(many) == len(one) <= 7
    assert not Client.objects.filter(search_text="").exists()
    assert not Contact.objects.exists()
