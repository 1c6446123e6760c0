"""Erasing a person: what goes, what stays, and that nothing of him is left anywhere in the base."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from clients import (
    card_state,
    erasing,
    erasure_sql,
    erasure_work,
    printing,
    suppressions,
)
from clients.actions import contacts as contact_actions
from clients.actions import erasure as actions
from clients.actions.files import keep_file
from clients.models import (
    Activity,
    Client,
    Contact,
    Email,
    Erasure,
    ImportJob,
    ImportRow,
    Phone,
    Selection,
)
from clients.persons import Person
from salesexpert.audit.models import JournalEntry
from salesexpert.core.roles import append_only_tables
from salesexpert.outbox.actions import queue_letter
from salesexpert.outbox.models import Letter
from tests.factories import (
    ActivityFactory,
    ClientFactory,
    ConsentFactory,
    ContactFactory,
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


def test_who_when_and_why_stay_and_so_does_the_work(person, lawyer, user):
    before = Activity.objects.count()
    events = person.events.count()

    erasure = erase(person, lawyer)

    assert Activity.objects.count() == before
    paid = Activity.objects.get(summary__contains="счёт оплачен")
    assert paid.summary == "Передать … привет, счёт оплачен"
    assert person.events.count() >= events
    assert set(person.events.values_list("last_name", "first_name")) == {("", "")}
    assert all(event.pgh_created_at for event in person.events.all())
    line = JournalEntry.objects.get(verb="person.erased")
    assert (line.by, line.subject_id) == (lawyer, person.pk)
    assert line.detail["act"] == f"{erasure.number}/{erasure.year}"
    person.refresh_from_db()
    assert str(person) == f"№ {person.pk}"
    assert person.erased_at and person.archived_at
    assert not Letter.objects.exists()  # it had not gone out, and never will


def test_a_namesake_of_another_firm_keeps_his_name(person, lawyer, user):
    namesake = ContactFactory(last_name=LAST, first_name=FIRST, note="пьёт кофе")
    theirs = ClientFactory(note=f"{LAST} {FIRST} решает; бывшая почта {MAIL}")
    contact_actions.link(
        contact=namesake,
        client=theirs,
        place=contact_actions.Place(),
        by=user,
        at=timezone.now(),
    )
    talk = ActivityFactory(
        client=theirs, performer=user, summary=f"{FIRST} {LAST} ждёт предложения"
    )
    private = ClientFactory(name=f"{LAST} {FIRST}", is_person=True)

    erase(person, lawyer)

    for kept in (namesake, theirs, talk, private):
        kept.refresh_from_db()
    assert (namesake.last_name, namesake.first_name) == (LAST, FIRST)
    assert namesake.events.filter(last_name=LAST).exists()
    assert talk.summary == f"{FIRST} {LAST} ждёт предложения"
    assert theirs.note == f"{LAST} {FIRST} решает; бывшая почта …"
    assert private.name == f"{LAST} {FIRST}"
    assert grep(MAIL, DIGITS) == []


def test_chosen_texts_and_files_go_and_others_stay(
    person, lawyer, user, settings, tmp_path
):
    talk = Activity.objects.get(contact=person)
    scan = keep_file(
        client=talk.client,
        upload=SimpleUploadedFile("паспорт.txt", b"scan"),
        by=user,
        at=timezone.now(),
    )
    kept = keep_file(
        client=talk.client,
        upload=SimpleUploadedFile("счёт.txt", b"paper"),
        by=user,
        at=timezone.now(),
    )

    erase(person, lawyer, activities=[talk.pk], files=[scan.pk])

    talk.refresh_from_db()
    scan.refresh_from_db()
    assert (talk.title, talk.summary) == ("", "")
    assert not scan.file and scan.archived_at
    kept.refresh_from_db()
    assert kept.file and kept.name == "счёт.txt"


def test_the_addresses_stay_suppressed_and_a_new_list_is_warned_of(
    person, lawyer, user
):
    erase(person, lawyer)

    assert suppressions.suppressed(
        [suppressions.normal_email(MAIL), suppressions.normal_phone(NUMBER)]
    ).keys() == {("email", MAIL), ("phone", f"+7{DIGITS}")}

    import io

    from django.core.management import call_command

    out = io.StringIO()
    path = "/tmp/stop-list-of-tests.csv"
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"Название;E-mail;Контактное лицо\nПример-Новый;{MAIL};Проба Нова\n")
    call_command("import_clients", path, "--json", stdout=out)

    import json

    said = json.loads(out.getvalue())
    assert said["created"] == 1
    assert [
        w["row"]
        for w in said["warnings"]
        if "стоп-лист" in w["reason"] or "stop list" in w["reason"]
    ] == [2]
    assert Email.objects.get(address=MAIL).is_suppressed
    assert not Client.objects.get(name="Пример-Новый").consents.exists()


def test_an_act_is_printed_again_without_personal_data(person, lawyer, sign_in):
    erasure = erase(person, lawyer)
    http = sign_in(lawyer)

    for _ in range(2):
        answer = http.get(reverse("clients:erasure_act", args=[erasure.pk]))
        assert answer.content.startswith(b"%PDF-")
    words = str(printing.act_context(erasure))
    assert f"К-{person.pk}" in words
    assert LAST not in words
    second = ContactFactory()
    assert erase(second, lawyer).number == erasure.number + 1


def test_an_erasure_is_confirmed_by_typing_and_by_right(person, lawyer, http, sign_in):
    path = reverse("clients:person_erase", args=["contact", person.pk])
    assert http.get(path).status_code == 403
    lawyers = sign_in(lawyer)
    page = lawyers.get(path).content.decode()
    assert FIRST in page

    answer = lawyers.post(path, {"ground": "demand", "word": "да"})
    assert answer.status_code == 422
    assert not Erasure.objects.exists()
    answer = lawyers.post(path, {"ground": "demand", "word": "стереть"})
    assert answer.status_code == 302
    erasure = Erasure.objects.get()
    erasure_work.carry_out(erasure.pk)
    assert (
        LAST
        not in lawyers.get(
            reverse("clients:person_data", args=["contact", person.pk])
        ).content.decode()
    )
    assert lawyers.get(reverse("clients:contact", args=[person.pk])).status_code == 200


def test_an_erasure_rings_twice_and_runs_once(person, lawyer):
    erasure = erase(person, lawyer)

    assert erasure_work.carry_out(erasure.pk) is False
    assert JournalEntry.objects.filter(verb="person.erased").count() == 1


def test_a_private_person_who_is_a_client_is_erased_too(lawyer, user):
    client = ClientFactory(
        name=f"{LAST} {FIRST} {PATRONYMIC}", is_person=True, inn="123456789012"
    )
    Email.objects.create(client=client, address=MAIL)
    ActivityFactory(
        client=client, performer=user, summary=f"{FIRST} {PATRONYMIC} думает"
    )

    made = actions.decide(
        person=Person(client),
        ground="withdrawn",
        chosen=actions.Chosen(),
        by=lawyer,
        at=timezone.now(),
    )
    erasure_work.carry_out(made.pk)

    assert grep(LAST, FIRST, PATRONYMIC, MAIL, "123456789012") == []
    client.refresh_from_db()
    assert client.name == f"№ {client.pk}" and client.activities.count() == 1


def test_the_owner_s_function_does_nothing_without_a_decided_erasure(person):
    with pytest.raises(DatabaseError, match="No decided erasure"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT clients_erase_history(1, 'a', 'a', '1', 'a', 'a', '{}', '{}')"
            )


def test_the_owner_s_function_knows_every_closed_table():
    for table in append_only_tables():
        if table.startswith(("clients_", "audit_journal", "deals_deal")):
            assert table.endswith("event") or f"'{table}'" in erasure_sql.CREATE, table


def test_words_of_a_person_are_met_in_cases_and_groupings():
    from clients import naming

    words = naming._naming(
        [(LAST, FIRST, PATRONYMIC), ("Ли", "Ян", "")],
        emails=[MAIL],
        phones=[(NUMBER, f"+7{DIGITS}")],
    )
    sure = naming.for_python(words.any_sure)
    near = naming.for_python(words.any_near)
    for text in (
        f"{FIRST} {LAST}",
        "от Щегловой-Тестовой Аделаиды",
        "8-4852-12-34-56",
        MAIL,
    ):
        assert sure.search(text), text
    for text in (
        "видел Щеглову-Тестову",
        "Щеглова-Тестова А. П.",
        "Аделаидой Поликарповной",
    ):
        assert near.search(text), text
    for text in ("Щегол", "Лида и Лист", "4852123457", "b" + MAIL):
        assert not near.search(text), text
    assert erasing.tables()
