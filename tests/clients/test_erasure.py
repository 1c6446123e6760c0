"""Erasing a person: what goes, what stays, and that nothing of him is left anywhere in the base."""

import pytest
from django.db import connection
from django.utils import timezone

from clients import card_state, erasure_work
from clients.actions import contacts as contact_actions
from clients.actions import erasure as actions
from clients.models import (
    Client,
    Contact,
    Email,
    ImportJob,
    ImportRow,
    Phone,
    Selection,
)
from clients.persons import Person
from salesexpert.outbox.actions import queue_letter
from tests.factories import (
    ActivityFactory,
    ClientFactory,
    ConsentFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LAST, FIRST, PATRONYMIC = "Щеглова-Тестова", "Аделаида", "Поликарповна"
MAIL, NUMBER, DIGITS = (
    "a.shcheglova@primer-snab.example",
    "+7 (4852) 12-34-56",
    "4852123456",
)


def grep(*needles: str) -> list[str]:
    """Every text and JSON column of every table that holds one of the words, whatever the case."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c"
            " JOIN information_schema.tables t USING (table_schema, table_name)"
            " WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
            " AND c.data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY')"
        )
        for table, column in cursor.fetchall():
            for needle in needles:
                cursor.execute(
                    f'SELECT "{column}"::text FROM "{table}" WHERE "{column}"::text ILIKE %s LIMIT 1',
                    [f"%{needle}%"],
                )
                if row := cursor.fetchone():
                    found.append(f"{table}.{column} has {needle}: {row[0][:200]}")
    return found


@pytest.fixture
def lawyer():
    return UserFactory(preset="lawyer")


@pytest.fixture
def person(user):
    """A person who is spoken of in every place that the product has."""
    now = timezone.now()
    client = ClientFactory(note=f"Звонить {LAST[:-1]}ой, она решает")
    person = contact_actions.create_contact(
        state={"last_name": "Временная", "first_name": FIRST, "patronymic": PATRONYMIC},
        by=user,
        at=now,
        client=client,
        place=contact_actions.Place(position="начальник снабжения"),
    )
    base = card_state.read(person)
    contact_actions.change_contact(
        contact=person, base=base, state={**base, "last_name": LAST}, by=user, at=now
    )
    Contact.objects.filter(pk=person.pk).update(note="Любит чай", birthday="1980-02-03")
    Phone.objects.create(contact=person, raw=NUMBER, e164=f"+7{DIGITS}")
    Email.objects.create(contact=person, address=MAIL)
    ConsentFactory(contact=person, place="выставка Ъпримерэкспо", entered_by=user)
    ActivityFactory(
        client=client,
        contact=person,
        performer=user,
        title=f"Звонок: {FIRST} {PATRONYMIC}",
        summary=f"{FIRST} просила писать на {MAIL.upper()} и звонить 8 4852 12-34-56",
    )
    ActivityFactory(
        client=client, performer=user, summary=f"Передать {LAST} привет, счёт оплачен"
    )
    ActivityFactory(  # another firm's history: only what is surely hers is hers
        performer=user, summary=f"{LAST} {FIRST} перешла из «Пример-Снаба»"
    )
    Client.objects.filter(pk=client.pk).update(true_need=f"Спросить {LAST}")
    Selection.objects.create(
        name="Её письма", owner=user, parameters=f"q={MAIL.replace('@', '%40')}"
    )
    job = ImportJob.objects.create(
        name=f"{LAST} {FIRST}.csv", created_by=user, created_at=now, state="done"
    )
    ImportRow.objects.create(
        job=job, row=2, outcome="rejected", cells=[f"{LAST} {FIRST}", MAIL, DIGITS]
    )
    queue_letter(
        to=MAIL, subject=f"Для {LAST}", text="Здравствуйте", kind="test", at=now
    )
    return Contact.objects.get(pk=person.pk)


def erase(person, by, **chosen):
    made = actions.decide(
        person=Person(person),
        ground="demand",
        ground_note=f"заявление, {LAST}",
        chosen=actions.Chosen(**chosen),
        by=by,
        at=timezone.now(),
    )
    assert erasure_work.carry_out(made.pk)
    made.refresh_from_db()
    return made


def test_nothing_of_an_erased_person_is_left_in_any_table(person, lawyer):
    assert len(grep(LAST, MAIL, DIGITS)) > 10

    erase(person, lawyer)

    assert grep(LAST, "Щеглов", FIRST, PATRONYMIC, MAIL, "shcheglova", DIGITS) == []
    assert grep("12-34-56", "Временная", "Любит чай", "Ъпримерэкспо") == []
