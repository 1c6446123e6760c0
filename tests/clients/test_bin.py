"""The bin: deleting, taking back, removing for ever, by role."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from clients.actions import bin as actions
from clients.actions import clients as client_actions
from clients.actions.files import keep_file
from clients.duplicates import find_similar
from clients.models import (
    Activity,
    BinEntry,
    Client,
    ClientFile,
    Commitment,
    Contact,
    Phone,
    RelationshipMove,
    RelationshipType,
    Selection,
)
from clients.searching import refresh_contact_search, refresh_search
from deals.models import Deal
from pipeline.models import Process, Stage
from salesexpert.accounts.choices import Scope
from salesexpert.audit.models import JournalEntry
from tests.factories import (
    ActivityFactory,
    ClientFactory,
    ContactFactory,
    ContactLinkFactory,
    RegionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def head(db):
    return UserFactory(preset="head_of_sales")


@pytest.fixture
def http_head(head, sign_in):
    return sign_in(head)


@pytest.fixture
def director(db, sign_in):
    return sign_in(UserFactory(preset="director"))


def put_away(thing, by, *, days=0):
    entry = actions.throw_away(thing=thing, by=by, at=timezone.now())
    if days:
        BinEntry.objects.filter(pk=entry.pk).update(
            purge_on=timezone.localdate() - timedelta(days=days)
        )
    return entry


def purge():
    return actions.purge(today=timezone.localdate(), at=timezone.now())


def full_card(head):
    """A card with a person of its own, a shared one, an activity, a promise and a file."""
    client = ClientFactory(name="Корзинка-Пример", outside_id="A-1")
    own, shared = ContactFactory(last_name="Единственный"), ContactFactory()
    ContactLinkFactory(contact=own, client=client)
    ContactLinkFactory(contact=shared, client=client)
    ContactLinkFactory(contact=shared, client=ClientFactory())
    Phone.objects.create(client=client, raw="+7 495 540-75-20", e164="+74955407520")
    activity = ActivityFactory(client=client, performer=head)
    Commitment.objects.create(client=client, activity=activity, text="Позвонить", made_at=timezone.now(), made_by=head)  # fmt: skip
    upload = SimpleUploadedFile("письмо.txt", b"words")
    keep_file(client=client, upload=upload, by=head, at=timezone.now())
    refresh_search([client.pk])
    refresh_contact_search([own.pk, shared.pk])
    return client, own, shared


# ── nobody sees what lies there ──────────────────────────────────────────────────────────────────────────────────────


def test_a_deleted_card_is_nowhere_and_comes_back_as_it_was(http_head, head):
    client, own, shared = full_card(head)
    file = client.files.get()
    before = {
        model: set(model.objects.values_list("pk", flat=True))
        for model in (Client, Contact, Activity, Commitment, ClientFile)
    }

    answer = http_head.post(f"/clients/{client.pk}/delete/")

    assert answer.status_code == 302
    for address in ("/clients/", "/clients/?q=корзинка", "/clients/?archived_at=all", "/contacts/?q=единственный"):  # fmt: skip
        page = http_head.get(address).text
        assert f'/clients/{client.pk}/"' not in page, address
        assert "Единственный" not in page
    assert "Корзинка" not in http_head.get("/search/?q=корзинка").text
    assert "Корзинка" not in http_head.get("/clients/?format=csv").getvalue().decode()
    assert http_head.get(f"/clients/{client.pk}/").status_code == 404
    assert http_head.get(f"/contacts/{own.pk}/").status_code == 404
    assert http_head.get(f"/contacts/{shared.pk}/").status_code == 200
    assert http_head.get(f"/files/{file.pk}/").status_code == 404
    assert not find_similar(name="Корзинка-Пример", phones=["+74955407520"])
    assert not Activity.objects.filter(performer=head).exists()

    http_head.post(f"/settings/bin/{BinEntry.objects.get().pk}/restore/")

    for model, ids in before.items():
        assert set(model.objects.values_list("pk", flat=True)) == ids
    assert http_head.get(f"/clients/{client.pk}/").status_code == 200
    assert "Корзинка" in http_head.get("/clients/?q=корзинка").text
    assert not BinEntry.objects.exists()
    verbs = set(JournalEntry.objects.filter(subject_id=client.pk, subject_type="client").values_list("verb", flat=True))  # fmt: skip
    assert {"bin.client.thrown", "bin.client.taken_back"} <= verbs


def test_the_address_of_a_deleted_card_says_where_it_lies_to_whom_may_know(http_head, head, sign_in):  # fmt: skip
    client, person = ClientFactory(name="Корзинка-Пример"), ContactFactory()
    entry = put_away(client, head)
    put_away(person, head)

    shown = http_head.get(f"/clients/{client.pk}/")

    assert shown.status_code == 404
    assert f"/settings/bin/{entry.pk}/restore/" in shown.text
    assert "restore" in http_head.get(f"/contacts/{person.pk}/").text
    stranger = sign_in(UserFactory(preset="seller"))
    assert "Корзинка" not in stranger.get(f"/clients/{client.pk}/").text


def test_what_lay_in_the_bin_before_its_card_stays_there_when_the_card_comes_back(head):
    client = ClientFactory()
    early, late = ActivityFactory.create_batch(2, client=client, performer=head)
    put_away(early, head)
    entry = put_away(client, head)

    actions.take_back(entry=entry, by=head, at=timezone.now())

    assert set(Activity.objects.filter(client=client)) == {late}


def test_a_card_with_deals_or_branches_is_archived_not_deleted(http_head):
    client = ClientFactory()
    branch = ClientFactory(parent=client)
    answer = http_head.post(f"/clients/{client.pk}/delete/", headers=HX)

    assert answer.status_code == 422
    assert Client.objects.filter(pk=client.pk).exists()
    branch.parent = None
    branch.save()
    stage = Stage.objects.create(process=Process.objects.create(name="Вторая продажа"), name="Начало", position=1, percent=10)  # fmt: skip
    Deal.objects.create(client=client, title="Поставка", process=stage.process, stage=stage, responsible=UserFactory(), opened_at=timezone.now())  # fmt: skip
    assert http_head.post(f"/clients/{client.pk}/delete/", headers=HX).status_code == 422  # fmt: skip


def test_a_deleted_person_leaves_the_card_and_the_search_of_his_firm(http_head):
    client = ClientFactory()
    person = ContactFactory(last_name="Уходящая")
    ContactLinkFactory(contact=person, client=client)
    refresh_search([client.pk])

    http_head.post(f"/contacts/{person.pk}/delete/")

    http_head.get("/contacts/")  # where the toast is shown
    assert "Уходящая" not in http_head.get(f"/clients/{client.pk}/").text
    client.refresh_from_db()
    assert "уходящая" not in client.search_text
    http_head.post(f"/settings/bin/{BinEntry.objects.get().pk}/restore/")
    assert "Уходящая" in http_head.get(f"/clients/{client.pk}/").text
    client.refresh_from_db()
    assert "уходящая" in client.search_text


def test_a_deleted_plan_is_no_next_step_any_more(http_head, head):
    client = ClientFactory(category="supplier")
    plan = ActivityFactory(client=client, performer=head, status="planned", done_at=None, planned_at=timezone.now(), title="Позвонить завтра")  # fmt: skip
    from clients.actions.steps import refresh_steps

    refresh_steps([client.pk])

    answer = http_head.post(f"/activities/{plan.pk}/delete/", headers=HX)

    assert answer.status_code == 204 and "undo" in answer["HX-Trigger"]
    client.refresh_from_db()
    assert client.next_step_at is None
    http_head.post(f"/settings/bin/{BinEntry.objects.get().pk}/restore/", headers=HX)
    client.refresh_from_db()
    assert client.next_step_title == "Позвонить завтра"


def test_files_and_selections_go_to_the_bin_and_back(http_head, head):
    client, _own, _shared = full_card(head)
    file = client.files.get()
    kept = Selection.objects.create(name="Моя", owner=head)

    http_head.post(f"/files/{file.pk}/archive/")
    http_head.post(f"/clients/selections/{kept.pk}/delete/")

    assert not ClientFile.objects.exists() and not Selection.objects.exists()
    for entry in BinEntry.objects.all():
        http_head.post(f"/settings/bin/{entry.pk}/restore/")
    assert ClientFile.objects.get() == file and Selection.objects.get() == kept


# ── who may ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("preset", "delete", "whole", "purge_right"),
    [
        ("director", 302, True, True),
        ("head_of_sales", 302, True, False),
        ("head_of_marketing", 302, True, False),
        ("seller", 403, False, False),
        ("telemarketer", 403, False, False),
        ("service", 403, False, False),
        ("assistant", 403, False, False),
        ("lawyer", 403, False, False),
        ("administrator", 302, True, True),
    ],
)
def test_each_role_deletes_sees_and_removes_what_it_may(sign_in, head, preset, delete, whole, purge_right):  # fmt: skip
    person = UserFactory(preset=preset)
    http = sign_in(person)
    others = put_away(ClientFactory(name="Чужая"), head)
    mine = put_away(ActivityFactory(performer=person, client=ClientFactory(), title="Моё дело"), person)  # fmt: skip

    page = http.get("/settings/bin/")

    assert page.status_code == 200
    assert ("Чужая" in page.text) is whole
    assert "Моё дело" in page.text
    assert http.post(f"/settings/bin/{mine.pk}/restore/").status_code == 302
    removed = http.post(f"/settings/bin/{others.pk}/remove/").status_code
    assert removed == (302 if purge_right else 403)
    if not purge_right:
        back = http.post(f"/settings/bin/{others.pk}/restore/").status_code
        assert back == (302 if whole else 404)
    assert http.post(f"/clients/{ClientFactory().pk}/delete/").status_code == delete


def test_a_narrow_role_sees_in_the_bin_only_its_own_clients(sign_in, head):
    person = UserFactory(preset="head_of_sales")
    person.role.scope = Scope.OWN
    person.role.save()
    put_away(ClientFactory(name="Своя", curator=person), head)
    put_away(ClientFactory(name="Чужая"), head)

    page = sign_in(person).get("/settings/bin/").text

    assert "Своя" in page and "Чужая" not in page


def test_nobody_deletes_what_a_colleague_wrote_without_the_right(sign_in):
    row = ActivityFactory(client=ClientFactory(), performer=UserFactory())
    seller = sign_in(UserFactory(preset="seller"))

    answer = seller.post(f"/activities/{row.pk}/delete/", headers=HX)

    assert answer.status_code == 422
    assert Activity.objects.filter(pk=row.pk).exists()


def test_an_archived_card_keeps_its_history(http_head, head):
    client = ClientFactory(archived_at=timezone.now())
    row = ActivityFactory(client=client, performer=head)

    assert http_head.post(f"/activities/{row.pk}/delete/", headers=HX).status_code == 422  # fmt: skip


# ── after thirty days ────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_card_is_removed_when_its_days_are_over(head):
    client = client_actions.create_client(
        state={"name": "Пустая", "relationship": RelationshipType.objects.first().pk},
        by=head,
        at=timezone.now(),
    )
    person = ContactFactory()
    ContactLinkFactory(contact=person, client=client)
    ActivityFactory(client=client, performer=head, status="planned", done_at=None, planned_at=timezone.now())  # fmt: skip
    assert RelationshipMove.objects.filter(client=client).exists()
    put_away(client, head, days=1)

    assert purge() == (1, 0)

    assert not Client.with_bin.filter(pk=client.pk).exists()
    assert not Contact.with_bin.filter(pk=person.pk).exists()
    assert not Activity.with_bin.exists() and not RelationshipMove.objects.exists()


def test_what_is_younger_stays(head):
    put_away(ClientFactory(), head)

    assert purge() == (0, 0)
    assert BinEntry.objects.count() == 1


def test_a_card_with_a_history_goes_to_the_archive_and_its_plans_are_cancelled(head):
    client, own, _shared = full_card(head)
    plan = ActivityFactory(client=client, performer=head, status="planned", done_at=None, planned_at=timezone.now())  # fmt: skip
    put_away(client, head, days=1)

    assert purge() == (0, 1)

    client.refresh_from_db()
    plan.refresh_from_db()
    assert client.archived_at and client.bin is None
    assert plan.status == "cancelled"
    assert Contact.objects.filter(pk=own.pk).exists()


def test_an_entry_of_the_history_takes_its_promise_away_and_frees_what_followed(head):
    first = ActivityFactory(client=ClientFactory(), performer=head)
    after = ActivityFactory(client=first.client, performer=head, follows=first)
    Commitment.objects.create(client=first.client, activity=first, text="Позвонить", made_at=timezone.now(), made_by=head)  # fmt: skip
    put_away(first, head, days=1)

    assert purge() == (1, 0)

    after.refresh_from_db()
    assert after.follows is None
    assert not Commitment.with_bin.exists()


def test_the_bytes_of_a_removed_file_go_too(head, django_capture_on_commit_callbacks):
    client, _own, _shared = full_card(head)
    file = client.files.get()
    storage, name = file.file.storage, file.file.name
    put_away(file, head, days=1)

    with django_capture_on_commit_callbacks(execute=True):
        purge()

    assert not storage.exists(name)


def test_a_person_named_in_the_history_is_archived_not_removed(director, head):
    person = ContactFactory()
    ActivityFactory(client=ClientFactory(), contact=person, performer=head)
    entry = put_away(person, head)

    director.post(f"/settings/bin/{entry.pk}/remove/")
    assert BinEntry.objects.filter(pk=entry.pk).exists()
    BinEntry.objects.update(purge_on=timezone.localdate())
    purge()

    person.refresh_from_db()
    assert person.archived_at and person.bin is None


def test_for_ever_is_for_ever(director, head):
    region = RegionFactory()
    entry = put_away(region, head)

    director.post(f"/settings/bin/{entry.pk}/remove/")

    assert not type(region).with_bin.filter(pk=region.pk).exists()
    assert director.post(f"/settings/bin/{entry.pk}/restore/").status_code == 404


# ── two at once, nonsense, cost ──────────────────────────────────────────────────────────────────────────────────────


def test_a_second_deletion_and_a_second_return_are_answered_calmly(http_head, head):
    client = ClientFactory()
    entry = put_away(client, head)

    assert http_head.post(f"/clients/{client.pk}/delete/").status_code == 404
    http_head.post(f"/settings/bin/{entry.pk}/restore/")
    assert http_head.post(f"/settings/bin/{entry.pk}/restore/").status_code == 404


def test_a_number_taken_meanwhile_keeps_the_card_in_the_bin_with_a_sentence(http_head, head):  # fmt: skip
    client = ClientFactory(outside_id="A-7")
    entry = put_away(client, head)
    ClientFactory(outside_id="A-7")

    answer = http_head.post(f"/settings/bin/{entry.pk}/restore/", follow=True)

    assert "A-7" in answer.text
    assert BinEntry.objects.filter(pk=entry.pk).exists()


def test_a_file_waits_for_its_card(head):
    client, _own, _shared = full_card(head)
    entry = put_away(client.files.get(), head)
    put_away(client, head)

    with pytest.raises(actions.CannotComeBack):
        actions.take_back(entry=entry, by=head, at=timezone.now())


def test_nonsense_in_the_address_of_the_bin_narrows_nothing(http_head):
    for query in ("?kind=planet", "?before=x", "?before=99999999999999999999", "?mine=2"):  # fmt: skip
        assert http_head.get(f"/settings/bin/{query}").status_code == 200


def test_the_bin_costs_the_same_for_2_things_and_for_20(http_head, head, django_assert_max_num_queries):  # fmt: skip
    def fill(count):
        for _number in range(count):
            put_away(ClientFactory(), head)
            put_away(ActivityFactory(client=ClientFactory(), performer=head), head)
            put_away(RegionFactory(), head)
            person = ContactFactory()
            put_away(person, head)

    def cost():
        with django_assert_max_num_queries(16) as queries:
            http_head.get("/settings/bin/")
        return len(queries)

    fill(2)
    cost()
    few = cost()
    fill(8)
    assert cost() == few


def test_what_lies_in_the_bin_is_found_by_its_name_or_its_card(http_head, head):
    firm = ClientFactory(name="Ромашка-Пример")
    call = ActivityFactory(client=ClientFactory(name="Пион-Пример"), title="Обсудить ёлки")  # fmt: skip
    put_away(firm, head)
    put_away(call, head)
    put_away(RegionFactory(name="Заречье"), head)

    def found(**asked):
        text = http_head.get("/settings/bin/", asked).text
        words = ("Ромашка-Пример", "Обсудить ёлки", "Заречье")
        return [word for word in words if f">{word}<" in text or f"«{word}»" in text]

    assert found(q="ромашка") == ["Ромашка-Пример"]
    assert found(q="ёлки") == ["Обсудить ёлки"]
    assert found(q="пион") == ["Обсудить ёлки"]
    assert found(q="заречье", kind="entry") == ["Заречье"]
    assert found(q="заречье", kind="client") == []
    assert found(q="нет\x00 такого <b>") == []
