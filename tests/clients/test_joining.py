"""Two cards made one, and one made two again."""

import threading
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from clients import joining
from clients.actions import joining as actions
from clients.choices import ProductLinkKind
from clients.models import (
    Activity,
    Client,
    ClientAddress,
    ClientDimension,
    ClientFile,
    ClientMerge,
    ClientProduct,
    ClientSite,
    Commitment,
    Contact,
    ContactLink,
    Dimension,
    DimensionValue,
    Email,
    Phone,
    Product,
    Question,
    SuspectedPair,
    TakeOverRequest,
)
from deals.models import Deal
from pipeline.models import Process, Stage
from salesexpert.audit.models import JournalEntry
from tests.factories import (
    ActivityFactory,
    ClientFactory,
    ContactFactory,
    ContactLinkFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def head():
    return UserFactory(preset="head_of_sales")


@pytest.fixture
def cards():
    return ClientFactory(name="Ромашка"), ClientFactory(name="Ромашка ООО")


def join(survivor, loser, by, **more):
    return actions.merge_clients(
        survivor=survivor, loser=loser, by=by, at=timezone.now(), **more
    )


def undo(record, by, *, at=None):
    return actions.undo_client_merge(record=record, by=by, at=at or timezone.now())


def phone(owner, number, **more):
    return Phone.objects.create(client=owner, raw=number, e164=number, **more)


# ── every relation ───────────────────────────────────────────────────────────────────────────────────────────────────

# What is there once a row of each relation hangs on a card. A new foreign key to the card must be added here, or to
# `joining.STAYS` with its reason.
TRIED = {
    "clients.client": {
        "clients.activity.client",
        "clients.clientaddress.client",
        "clients.client.parent",
        "clients.clientdimension.client",
        "clients.clientfile.client",
        "clients.clientproduct.client",
        "clients.clientsite.client",
        "clients.commitment.client",
        "clients.contactlink.client",
        "clients.email.client",
        "clients.client.merged_into",
        "clients.phone.client",
        "clients.question.client",
        "clients.takeoverrequest.client",
        "deals.deal.client",
    },
}


def everything_on(client, user):
    """One row of each relation in `TRIED`."""
    activity = ActivityFactory(client=client, performer=user)
    ClientAddress.objects.create(client=client, text="Тверь, Мирная, 5")
    ClientFactory(parent=client)
    dimension = Dimension.objects.create(name="Размер")
    value = DimensionValue.objects.create(dimension=dimension, name="крупный")
    ClientDimension.objects.create(client=client, dimension=dimension, value=value)
    ClientFile.objects.create(
        client=client, file=ContentFile(b"x", "x.txt"), name="x.txt", size=1, sha256="0" * 64,
        content_type="text/plain", uploaded_at=NOW, uploaded_by=user,
    )  # fmt: skip
    product = Product.objects.create(name="Краска")
    ClientProduct.objects.create(
        client=client, product=product, kind=ProductLinkKind.INTEREST
    )
    ClientSite.objects.create(client=client, url="romashka.example", host="romashka.example")  # fmt: skip
    Commitment.objects.create(client=client, activity=activity, text="прайс", made_at=NOW, made_by=user)  # fmt: skip
    ContactLinkFactory(client=client)
    Email.objects.create(client=client, address="info@romashka.example")
    ClientFactory(merged_into=client, archived_at=NOW)
    phone(client, "+74955407520")
    Question.objects.create(client=client, text="сколько?", asked_at=NOW, recorded_by=user)  # fmt: skip
    TakeOverRequest.objects.create(client=client, asker=user, reason="знаю их", asked_at=NOW)  # fmt: skip
    process = Process.objects.create(name="Продажа по образцам")
    stage = Stage.objects.create(process=process, name="Начало", position=1, percent=5)
    Deal.objects.create(client=client, title="Поставка", process=stage.process, stage=stage, responsible=user, opened_at=NOW)  # fmt: skip


def rows_on(client):
    return {
        r.key: set(r.rows(client).values_list("pk", flat=True))
        for r in joining.relations(Client)
        if r.rows(client).exists()
    }


def test_every_relation_to_a_client_is_tried_here_or_stays_for_a_reason():
    own = {r.key for r in joining.relations(Client)}
    tried = TRIED["clients.client"]

    assert tried <= own
    for key in own - tried:
        model = apps.get_model(key.rpartition(".")[0])
        # rows that other engines own move like all others; nothing about them is special
        assert key not in joining.STAYS and model._meta.managed, key


def test_all_rows_of_a_card_move_and_come_back(cards, head):
    survivor, loser = cards
    everything_on(loser, head)
    before = rows_on(loser)
    assert TRIED["clients.client"] <= before.keys()

    record = join(survivor, loser, head)

    assert rows_on(loser) == {}
    moved = rows_on(survivor)
    note = Activity.objects.get(title__in=["Карточки объединены", "Cards joined"])
    assert moved.pop("clients.activity.client") == before["clients.activity.client"] | {note.pk}  # fmt: skip
    assert moved.pop("clients.client.merged_into") == before["clients.client.merged_into"] | {loser.pk}  # fmt: skip
    assert moved == {k: v for k, v in before.items() if k in moved}

    undone = undo(record, head)

    assert undone.kept_back == []
    assert rows_on(loser) == before


# ── what is there twice ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_number_address_and_site_are_there_once_afterwards(cards, head):
    for card in cards:
        phone(card, "+74955407520")
        Email.objects.create(client=card, address="Info@romashka.example")
        ClientSite.objects.create(
            client=card, url="romashka.example", host="romashka.example"
        )
    ClientAddress.objects.create(client=cards[0], text="г. Тверь, ул. Мирная, д. 5")
    ClientAddress.objects.create(client=cards[1], text="Тверь, Мирная улица, 5")
    phone(cards[1], "+74955407521")

    record = join(*cards, head)

    survivor = cards[0]
    assert [p.raw for p in survivor.phones.all()] == ["+74955407520", "+74955407521"]
    assert survivor.emails.count() == survivor.sites.count() == 1
    assert survivor.addresses.count() == 1
    undo(record, head)
    assert cards[1].phones.count() == 2
    assert cards[1].emails.count() == cards[1].sites.count() == 1


def test_a_person_of_both_firms_has_one_place_filled_up_from_the_other(cards, head):
    person = ContactFactory()
    ContactLinkFactory(client=cards[0], contact=person, position="")
    ContactLinkFactory(client=cards[1], contact=person, position="директор")

    record = join(*cards, head)

    assert ContactLink.objects.get(contact=person).position == "директор"
    undo(record, head)
    places = ContactLink.objects.filter(contact=person).order_by("client")
    assert [p.position for p in places] == ["", "директор"]


def test_of_two_values_of_a_dimension_the_chosen_one_stays(cards, head):
    dimension = Dimension.objects.create(name="Размер")
    values = [DimensionValue.objects.create(dimension=dimension, name=n) for n in ("малый", "крупный")]  # fmt: skip
    rows = [ClientDimension.objects.create(client=c, dimension=dimension, value=v) for c, v in zip(cards, values, strict=True)]  # fmt: skip

    record = join(*cards, head, choices={f"clients.clientdimension.client:{rows[0].pk}": "loser"})  # fmt: skip

    assert ClientDimension.objects.get(dimension=dimension).value == values[1]
    undo(record, head)
    assert [r.value for r in ClientDimension.objects.order_by("client")] == values


# ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_values_are_taken_as_chosen_and_gaps_are_filled(cards, head):
    survivor, loser = cards
    Client.objects.filter(pk=survivor.pk).update(note="своя", city="Тверь")
    Client.objects.filter(pk=loser.pk).update(
        note="чужая", city="Тула", inn="9900000017", outside_id="A-1"
    )

    record = join(survivor, loser, head, choices={"city": "loser", "note": "both"})

    survivor.refresh_from_db()
    assert (survivor.city, survivor.inn) == ("Тула", "9900000017")
    assert survivor.note == "своя\n\nчужая"
    assert survivor.outside_id == "A-1"
    undo(record, head)
    survivor.refresh_from_db()
    loser.refresh_from_db()
    assert (survivor.city, survivor.inn, survivor.note) == ("Тверь", "", "своя")
    assert loser.outside_id == "A-1"
    assert (loser.archived_at, loser.merged_into) == (None, None)


def test_the_earlier_first_contact_stays_with_its_author(cards, head):
    early, late = NOW - timedelta(days=90), NOW - timedelta(days=9)
    seller = UserFactory()
    Client.objects.filter(pk=cards[0].pk).update(first_contact_at=late, first_contact_by=head)  # fmt: skip
    Client.objects.filter(pk=cards[1].pk).update(first_contact_at=early, first_contact_by=seller)  # fmt: skip

    join(*cards, head)

    cards[0].refresh_from_db()
    assert (cards[0].first_contact_at, cards[0].first_contact_by) == (early, seller)


def test_a_stop_that_one_card_heard_holds_for_both(cards, head):
    Client.objects.filter(pk=cards[1].pk).update(do_not_call=True)

    join(*cards, head)

    cards[0].refresh_from_db()
    assert cards[0].do_not_call


def test_a_branch_that_swallows_its_parent_stands_below_nobody(head):
    parent = ClientFactory()
    branch = ClientFactory(parent=parent)
    sister = ClientFactory(parent=parent)

    record = join(branch, parent, head)

    branch.refresh_from_db()
    sister.refresh_from_db()
    assert (branch.parent, sister.parent) == (None, branch)
    undo(record, head)
    branch.refresh_from_db()
    assert branch.parent == parent


# ── undoing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_changed_since_stays_and_is_listed(cards, head):
    survivor, loser = cards
    Client.objects.filter(pk=loser.pk).update(city="Тула")
    touched, quiet = phone(loser, "+74955407520"), phone(loser, "+74955407521")
    gone = phone(loser, "+74955407522")
    record = join(survivor, loser, head)
    Phone.objects.filter(pk=touched.pk).update(note="звонить после обеда")
    gone.delete()
    Client.objects.filter(pk=survivor.pk).update(city="Рязань")
    added = phone(survivor, "+74955407523")

    undone = undo(record, head)

    owners = dict(Phone.objects.values_list("pk", "client"))
    assert owners == {touched.pk: survivor.pk, quiet.pk: loser.pk, added.pk: survivor.pk}  # fmt: skip
    survivor.refresh_from_db()
    assert survivor.city == "Рязань"
    told = {(k["model"], k["field"], k["why"]) for k in undone.kept_back}
    assert told == {
        ("clients.phone", "", "changed"),
        ("clients.phone", "", "gone"),
        ("clients.client", "city", "changed"),
    }


def test_a_joining_is_undone_once_and_within_thirty_days(cards, head):
    record = join(*cards, head)
    with pytest.raises(actions.CannotBeUndone, match="30"):
        undo(record, head, at=timezone.now() + timedelta(days=31))
    undo(record, head)

    with pytest.raises(actions.CannotBeUndone):
        undo(record, head)


def test_a_chain_of_joinings_is_undone_from_its_end(cards, head):
    last = ClientFactory(name="Ромашка-3")
    first = join(cards[0], cards[1], head)
    second = join(last, cards[0], head)
    with pytest.raises(actions.CannotBeUndone):
        undo(first, head)

    undo(second, head)
    undo(first, head)

    assert Client.objects.filter(merged_into=None, archived_at=None).count() == 3


# ── two at once ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_changed_while_the_person_chose_is_shown_again(cards, head):
    with pytest.raises(actions.ChangedMeanwhile):
        join(*cards, head, versions=(cards[0].version, cards[1].version + 1))
    assert not ClientMerge.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_people_joining_one_pair_at_once_one_wins_and_the_other_is_told():
    head, other = UserFactory(preset="head_of_sales"), UserFactory(preset="director")
    one, two = ClientFactory(name="Ромашка"), ClientFactory(name="Ромашка ООО")
    start, told = threading.Barrier(2), []

    def act(survivor, loser, by):
        try:
            start.wait(timeout=10)
            join(survivor, loser, by)
        except actions.CannotBeJoined as error:
            told.append(error.into)
        finally:
            connection.close()

    people = [
        threading.Thread(target=act, args=(one, two, head)),
        threading.Thread(target=act, args=(two, one, other)),
    ]
    for person in people:
        person.start()
    for person in people:
        person.join(timeout=30)

    record = ClientMerge.objects.get()
    assert told == [record.survivor]


# ── around it ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_joining_stands_in_the_history_and_in_the_journal(cards, head):
    record = join(*cards, head)
    undo(record, head)

    verbs = JournalEntry.objects.filter(subject_id=cards[0].pk).values_list("verb", flat=True)  # fmt: skip
    assert {"client.merged", "client.merge_undone"} <= set(verbs)
    assert cards[0].activities.filter(performer=head).count() == 2


def test_what_people_denied_of_the_lost_card_holds_for_the_other(cards, head):
    third = ClientFactory()
    SuspectedPair.objects.create(
        first=cards[1], second=third, level=1, evidence=["phone"], state="dismissed",
        found_at=NOW, decided_at=NOW, decided_by=head,
    )  # fmt: skip

    join(*cards, head)

    carried = SuspectedPair.objects.get(first=cards[0], second=third)
    assert (carried.state, carried.decided_by) == ("dismissed", head)


def test_two_persons_become_one_and_two_again(head):
    firm = ClientFactory()
    one, two = ContactFactory(note="", first_name="Лидия"), ContactFactory(note="ждёт")
    ContactLinkFactory(contact=two, client=firm)
    number = Phone.objects.create(contact=two, raw="1", e164="+79161234567")
    call = ActivityFactory(contact=two, client=firm)

    record = actions.merge_contacts(survivor=one, loser=two, by=head, at=NOW)

    one.refresh_from_db()
    number.refresh_from_db()
    call.refresh_from_db()
    assert (one.note, number.contact, call.contact) == ("ждёт", one, one)
    assert ContactLink.objects.get().contact == one
    actions.undo_contact_merge(record=record, by=head, at=NOW)
    number.refresh_from_db()
    assert number.contact == two
    assert Contact.objects.filter(merged_into=None).count() == 2
