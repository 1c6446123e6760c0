"""Stopping an import, and taking it back as a whole: what was changed since stays, with the reason."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from clients.actions import imports
from clients.importing import engine, reverting, running
from clients.models import BinEntry, Client, Contact, ImportJob, ImportRow
from salesexpert.audit.acting import acting
from salesexpert.audit.models import JournalEntry
from tests.factories import ActivityFactory, ClientFactory, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/clients/import/"
INN = "9900000017"
COLUMNS = {"Название": "name", "ИНН": "inn", "Телефон": "phones", "Город": "city", "Примечание": "note", "Контакт": "contact_name"}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }


@pytest.fixture
def head():
    return UserFactory(username="head", preset="head_of_sales", language="en")


@pytest.fixture
def http(head, sign_in):
    return sign_in(head)


def queued(head, lines, **options):
    text = ";".join(COLUMNS) + "\n" + "".join(f"{line}\n" for line in lines)
    now = timezone.now()
    job = ImportJob(
        name="list.csv",
        state="queued",
        encoding="utf-8-sig",
        delimiter=";",
        columns=list(COLUMNS),
        mapping=COLUMNS,
        rows_total=len(lines),
        created_at=now,
        heartbeat_at=now,
        created_by=head,
        options=engine.Options(**options).kept(),
    )
    job.file.save("list.csv", ContentFile(text.encode()), save=False)
    job.save()
    return job


def loaded(head, *lines, **options):
    job = queued(head, lines, **options)
    running.run(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.failure
    return job


def revert(http, job):
    assert http.post(f"{PAGE}{job.pk}/revert/").status_code == 302
    while not running.run(job.pk):
        pass
    job.refresh_from_db()
    return job


def test_cards_that_nobody_touched_go_to_the_bin_with_their_persons(http, head):
    job = loaded(head, "Астра;;8 495 540-75-23;Клин;;Иван Примеров", "Пион;;;;;")

    revert(http, job)

    assert (job.state, job.reverted_count, job.kept_count) == ("reverted", 2, 0)
    assert not Client.objects.exists() and not Contact.objects.exists()
    assert BinEntry.objects.filter(put_by=head, kind="client").count() == 2
    deeds = JournalEntry.objects.values_list("verb", flat=True)
    assert {"import.revert_started", "import.reverted", "bin.client.thrown"} <= set(
        deeds
    )


def test_the_same_file_can_be_loaded_again_afterwards(http, head):
    lines = [f"Астра;{INN};;;;", "Пион;;;;;"]
    revert(http, loaded(head, *lines))

    assert loaded(head, *lines).created_count == 2


def test_a_card_edited_since_stays_and_is_listed_with_the_reason(http, head):
    job = loaded(head, "Астра;;;;;", "Пион;;;;;")
    anna = UserFactory(first_name="Анна", last_name="Примерова")
    with acting(user=anna):
        Client.objects.filter(name="Астра").update(city="Орёл")

    revert(http, job)

    assert list(Client.objects.values_list("name", flat=True)) == ["Астра"]
    assert job.kept_count == 1
    page = http.get(f"{PAGE}{job.pk}/").content.decode()
    assert "The card was edited on" in page and "Астра" in page


def test_a_card_with_history_stays(http, head):
    job = loaded(head, "Астра;;;;;", "Пион;;;;;")
    ActivityFactory(client=Client.objects.get(name="Пион"))

    revert(http, job)

    assert list(Client.objects.values_list("name", flat=True)) == ["Пион"]
    assert "Added since" in http.get(f"{PAGE}{job.pk}/?show=kept").content.decode()


def test_fields_that_it_filled_are_emptied_and_the_rest_stays(http, head):
    card = ClientFactory(name="Астра", inn=INN, city="", note="было")
    job = loaded(
        head,
        f"Астра;{INN};8 495 540-75-23;Клин;стало;Иван Примеров",
        duplicates="update",
    )
    card.refresh_from_db()
    assert (card.city, card.note, card.phones.count()) == ("Клин", "было\nстало", 1)

    revert(http, job)

    card.refresh_from_db()
    assert (card.city, card.note, card.phones.count()) == ("", "было", 0)
    assert not Contact.objects.exists()
    assert (job.reverted_count, job.kept_count) == (1, 0)


def test_a_filled_field_that_somebody_changed_since_is_left_and_named(http, head):
    card = ClientFactory(name="Астра", inn=INN, city="", note="")
    job = loaded(head, f"Астра;{INN};;Клин;заметка;", duplicates="update")
    Client.objects.filter(pk=card.pk).update(city="Орёл")

    revert(http, job)

    card.refresh_from_db()
    assert (card.city, card.note) == ("Орёл", "")
    page = http.get(f"{PAGE}{job.pk}/?show=kept").content.decode()
    assert "City: changed since, now “Орёл”" in page


def test_a_revert_that_fell_goes_on_where_it_stopped(http, head, monkeypatch):
    monkeypatch.setattr(reverting, "CHUNK", 3)
    monkeypatch.setattr(running, "SHIFT_SECONDS", -1)
    job = queued(head, [f"Фирма {n};;;;;" for n in range(10)])
    while not running.run(job.pk):
        pass

    revert(http, ImportJob.objects.get(pk=job.pk))

    assert not Client.objects.exists()
    assert ImportRow.objects.filter(job=job, undone="removed").count() == 10


def test_an_import_older_than_thirty_days_or_taken_back_stays(http, head):
    job = loaded(head, "Астра;;;;;")
    ImportJob.objects.update(finished_at=timezone.now() - timedelta(days=31))

    assert http.post(f"{PAGE}{job.pk}/revert/").status_code == 302
    job.refresh_from_db()
    assert job.state == "done"
    with pytest.raises(imports.NotNow):
        imports.revert(job=job, by=head, at=timezone.now())


def test_without_the_right_nobody_takes_an_import_back(head, sign_in):
    job = loaded(head, "Астра;;;;;")
    role = RoleFactory(permissions=["clients.import_clients"], scope="all")
    stranger = sign_in(UserFactory(role=role))

    assert stranger.post(f"{PAGE}{job.pk}/revert/").status_code == 403
    assert Client.objects.exists()


def test_a_stopped_import_keeps_what_it_loaded_and_can_go_on(http, head, monkeypatch):
    monkeypatch.setattr(engine, "CHUNK", 10)
    monkeypatch.setattr(running, "SHIFT_SECONDS", -1)
    job = queued(head, [f"Фирма {n};;;;;" for n in range(30)])
    running.run(job.pk)

    http.post(f"{PAGE}{job.pk}/stop/")
    running.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.created_count) == ("cancelled", 10)
    assert "Stopped: 10 of 30 rows loaded" in http.get(f"{PAGE}{job.pk}/").content.decode()  # fmt: skip
    http.post(f"{PAGE}{job.pk}/go-on/")
    while not running.run(job.pk):
        pass
    job.refresh_from_db()
    assert (job.state, job.created_count) == ("done", 30)
    assert Client.objects.count() == 30


def test_parent_firms_go_with_the_branches_of_the_same_import(http, head):
    job = loaded(head, "Астра;;;;;", "Астра филиал;;;;;", "Пион;;;;;")
    parent = Client.objects.get(name="Астра")
    with acting(user=head, url=reverting.address_of(job)):
        Client.objects.filter(name="Астра филиал").update(parent=parent)
    ClientFactory(name="Чужой", parent=Client.objects.get(name="Пион"))

    revert(http, job)

    assert set(Client.objects.values_list("name", flat=True)) == {"Пион", "Чужой"}


def test_a_file_in_which_every_row_is_broken_ends_with_a_clear_answer(http, head):
    job = queued(head, [f";{n};;;;" for n in range(1200)])
    running.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.rejected_count, job.created_count) == ("done", 1200, 0)
    assert not Client.objects.exists()
    page = http.get(f"{PAGE}{job.pk}/").content.decode()
    assert "Nothing was loaded: every row was refused" in page
    answer = http.get(f"{PAGE}{job.pk}/rejected.csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 1201
    assert lines[1].startswith(";0;;;;;")
