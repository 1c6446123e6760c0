from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from clients.models import Client, ContactLink, LegalForm, Phone
from salesexpert.accounts.models import Role, User
from salesexpert.audit import journal, reading, subjects
from salesexpert.audit.acting import acting, current_deed
from tests.factories import (
    ClientFactory,
    ContactFactory,
    ContactLinkFactory,
    RegionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return UserFactory(username="anna", first_name="Анна", last_name="Образцова")


def changes(page):
    return [change for deed in page.deeds for change in deed.changes]


def lines(page):
    return {
        line.label: (line.before, line.after)
        for change in changes(page)
        for line in change.lines
    }


def test_a_change_says_who_when_which_field_from_and_to(anna):
    client = ClientFactory(
        name="Пример-Снаб", legal_form=LegalForm.objects.get(name="ООО")
    )
    region = RegionFactory(name="Ярославская область")
    since = timezone.now() - timedelta(minutes=1)

    with acting(user=anna, url=f"/clients/{client.pk}/"):
        client.region, client.curator, client.inn = region, anna, "7707083893"
        client.save()

    first, _opened = reading.journal_of(client).deeds
    assert first.by == anna and first.at > since
    assert lines(reading.Page([first])) == {
        "ИНН": ("—", "7707083893"),
        "Регион": ("—", "Ярославская область"),
        "Куратор": ("—", "Анна Образцова"),
    }
    assert changes(reading.Page([first]))[0].root == "ООО «Пример-Снаб»"


def test_values_are_in_the_reader_s_language_and_labels_of_choices(anna):
    client = ClientFactory(category="client")
    Client.objects.update(category="partner", is_person=True)

    with translation.override("en"):
        found = lines(reading.Page(reading.journal_of(client).deeds[:1]))

    assert found["Is a private person"] == ("no", "yes")
    assert found["Category"] == ("client", "partner")


def test_what_belongs_to_a_card_stands_in_its_journal_and_in_no_other():
    client, other = ClientFactory(), ClientFactory()
    phone = Phone.objects.create(client=client, raw="+7 495 000-00-01")
    Phone.objects.filter(pk=phone.pk).update(note="секретарь")
    phone.delete()
    link = ContactLinkFactory(client=client)

    found = changes(reading.journal_of(client))
    assert [(c.what, c.thing) for c in found if "телефон" in c.thing] == [
        ("removed", "телефон +7 495 000-00-01"),
        ("changed", "телефон +7 495 000-00-01"),
        ("added", "телефон +7 495 000-00-01"),
    ] or {c.what for c in found if "телефон" in c.thing} == {
        "removed",
        "changed",
        "added",
    }
    assert any(str(link.contact) in c.thing for c in found)
    assert [c.thing for c in changes(reading.journal_of(other))] == [""]
    assert any(
        str(client) in c.thing for c in changes(reading.journal_of(link.contact))
    )


def test_a_phone_of_a_contact_person_is_his_and_not_the_firm_s():
    link = ContactLinkFactory()
    Phone.objects.create(contact=link.contact, raw="+7 495 000-00-02")

    assert any(
        "000-00-02" in c.thing for c in changes(reading.journal_of(link.contact))
    )
    assert not any(
        "000-00-02" in c.thing for c in changes(reading.journal_of(link.client))
    )


def test_changes_behind_the_application_s_back_are_journalled_too():
    client = ClientFactory()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE clients_client SET note = 'тихо' WHERE id = %s", [client.pk]
        )

    assert lines(reading.journal_of(client))["Примечание"] == ("—", "тихо")


def test_what_is_counted_for_the_reader_is_no_change():
    client = ClientFactory()
    Client.objects.update(last_contact_at=timezone.now(), version=7, search_text="x")

    assert len(changes(reading.journal_of(client))) == 1


@pytest.mark.django_db(transaction=True)
def test_changes_of_one_request_stand_together_over_several_transactions(anna):
    client = ClientFactory()
    with acting(user=anna):
        Client.objects.update(inn="7707083893")
        Phone.objects.create(client=client, raw="+7 495 000-00-01")
        journal.record("client.archived", client, by=anna, at=timezone.now())

    first, second = reading.journal_of(client).deeds
    assert [c.what for c in first.changes] == ["deed", "changed", "added"]
    assert len(second.changes) == 1


def test_a_deed_is_told_in_the_words_its_app_gave(anna):
    subjects.register_verbs({"client.tested": "проверил «%(what)s»"})
    client = ClientFactory()
    journal.record("client.tested", client, by=anna, at=timezone.now(), what="ИНН")
    journal.record("client.unheard_of", client, by=anna, at=timezone.now())

    texts = [c.text for c in changes(reading.journal_of(client)) if c.what == "deed"]
    assert set(texts) == {"проверил «ИНН»", "client.unheard_of"}


def test_pages_follow_each_other_without_gap_or_repetition(anna):
    client = ClientFactory()
    for number in range(23):
        Client.objects.update(note=f"заметка {number}")
        journal.record("client.seen", client, by=anna, at=timezone.now())

    before, seen, pages = "", [], 0
    while True:
        page = reading.journal_of(client, before=before, limit=5)
        seen += [c.text or c.lines[0].after for c in changes(page)]
        pages += 1
        before = page.before
        if not before:
            break

    assert len(seen) == 47 and pages == 10
    assert len([s for s in seen if s == "client.seen"]) == 23
    assert len({s for s in seen if s.startswith("заметка")}) == 23


@pytest.mark.parametrize(
    "before",
    ["x", "2026-01-01~a~1", "~~", "2026-13-45T00:00:00+00:00~a~1", "9" * 5000, "\x00"],
)
def test_nonsense_instead_of_a_place_asks_for_the_first_page(before):
    client = ClientFactory()
    assert len(reading.journal_of(client, before=before).deeds) == 1


def test_the_company_s_journal_costs_the_same_for_two_rows_and_twenty(anna):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            reading.journal()
        return len(queries)

    def some(count):
        for _number in range(count):
            with acting(user=UserFactory()):
                client = ClientFactory(
                    region=RegionFactory(),
                    curator=UserFactory(),
                    legal_form=LegalForm.objects.first(),
                )
                ContactLinkFactory(client=client)

    some(2)
    few = cost()
    some(18)
    assert cost() <= few <= 12


def test_people_and_rights_are_journalled_without_secrets(anna):
    role = Role.objects.get(code="seller")
    person = UserFactory(role=role)
    with acting(user=anna):
        role.permissions = [*role.permissions, "clients.export_everything"]
        role.save()
        person.set_password("another-secret-1")
        person.job_title = "старший менеджер"
        person.save()
        User.objects.filter(pk=person.pk).update(last_login=timezone.now())

    found = changes(reading.journal(person=anna.pk))
    assert {(line.label, line.after) for c in found for line in c.lines} == {
        ("Права", "clients.export_everything"),
        ("Должность", "старший менеджер"),
    }
    assert [c.text for c in found if c.what == "deed"] == [
        str(subjects.verb("password", {}))
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(e)::text FROM audit_trackeduserevent e")
        assert not any("md5$" in row or 'password":' in row for (row,) in cursor)


def test_the_company_s_journal_is_narrowed_by_person_kind_and_period(anna):
    boris = UserFactory()
    with acting(user=anna):
        client = ClientFactory()
        ContactFactory()
    with acting(user=boris):
        Phone.objects.create(client=client, raw="+7 495 000-00-01")
    journal.record("client.seen", client, by=boris, at=timezone.now())

    def kinds(**asked):
        return sorted(c.kind for c in changes(reading.journal(**asked)))

    assert kinds(person=anna.pk) == ["client", "contact"]
    assert kinds(person=boris.pk) == ["client", "client"]
    assert kinds(kind="contact") == ["contact"]
    assert kinds(kind="client") == ["client"] * 3
    now = timezone.now()
    assert kinds(kind="client", until=now - timedelta(days=1)) == []
    assert kinds(kind="client", since=now - timedelta(days=1)) == ["client"] * 3


def test_a_date_is_read_as_a_date():
    link = ContactLinkFactory(from_on=None)
    ContactLink.objects.update(from_on=date(2019, 3, 1))

    assert lines(reading.journal_of(link.client))["С"][1] == "1\xa0мар\xa02019"


def test_one_who_acts_within_another_s_deed_stands_for_himself_until_he_ends(anna):
    client, boris = ClientFactory(), UserFactory()
    with acting(user=anna):
        outer = current_deed()
        with acting(user=boris, task="clients.test"):
            assert current_deed() != outer
            Client.objects.update(note="1")
        assert current_deed() == outer
        Client.objects.update(note="2")
    Client.objects.update(note="3")

    assert current_deed() == ""
    rows = client.events.filter(pgh_label="update").order_by("pgh_id")
    users = [(row.pgh_context or {}).get("user") for row in rows]
    assert users == [boris.pk, anna.pk, None]


def test_an_address_with_a_nul_does_not_break_the_change(anna):
    client = ClientFactory()
    with acting(user=anna, url="/x\x00\ud800'; DROP TABLE x; --%s"):
        Client.objects.update(note="1")

    assert client.events.latest("pgh_id").pgh_context["url"].startswith("/x?'; DROP")


@pytest.mark.django_db(transaction=True)
def test_nothing_of_who_acted_is_left_on_the_connection(anna):
    client = ClientFactory()

    def left():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('pghistory.context_metadata', true)")
            return cursor.fetchone()[0]

    with acting(user=anna):
        Client.objects.update(note="1")
        assert not left()  # not even between two statements
    assert not left()
    with pytest.raises(ZeroDivisionError), acting(user=anna), transaction.atomic():
        Client.objects.update(note="2")
        raise ZeroDivisionError
    assert not left()
    with transaction.atomic():
        with acting(user=anna):
            Client.objects.update(note="3")
        Client.objects.update(note="4")

    last = client.events.latest("pgh_id")
    assert last.note == "4" and last.pgh_context is None
