"""A bulk change does what was previewed: to whom it was shown, once, whoever falls, stops or types in between."""

import os
import signal
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.utils import timezone, translation

from clients import presets, schedule, tasks
from clients.actions import bulk
from clients.bulk import asking, running, ways
from clients.bulk.client_records import CLIENTS
from clients.models import (
    BulkChange,
    BulkChunk,
    BulkItem,
    Client,
    ClientDimension,
    ClientProduct,
    Dimension,
    DimensionValue,
    Product,
    RelationshipMove,
    RelationshipType,
)
from salesexpert.accounts.models import Role
from salesexpert.audit.models import JournalEntry
from tests.clients.test_import_running import wait_until, worker
from tests.factories import ClientFactory, RegionFactory, RoleFactory, UserFactory


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def head(db):
    return UserFactory(username="head", preset="head_of_sales", language="en")


@pytest.fixture
def anna(db):
    return UserFactory(username="anna", last_name="Примерова")


def way(head, key):
    return next(w for w in ways.ways_for(head) if w.key == key)


def previewed(head, key, value="", cards=None, **more):
    return bulk.preview(
        cards=Client.objects.visible_to(head) if cards is None else cards,
        way=way(head, key),
        value=str(value),
        by=head,
        at=timezone.now(),
        **more,
    )


def done(head, key, value="", **more):
    change = previewed(head, key, value, **more)
    bulk.begin(change=change, by=head, at=timezone.now())
    change.refresh_from_db()
    return change


def undone(change, by):
    undo = bulk.undo(change=change, by=by, at=timezone.now())
    undo.refresh_from_db()
    return undo


def outcomes(change):
    return {item.object_id: item.outcome for item in change.items.all()}


def test_a_preview_changes_nothing_and_tells_what_would_change(head, anna):
    region = RegionFactory()
    ClientFactory.create_batch(3)
    ClientFactory(region=region)
    ClientFactory(archived_at=timezone.now())

    change = previewed(head, "set:region", region.pk)

    assert (change.asked_count, change.planned_count) == (5, 3)
    assert (change.same_count, change.closed_count) == (1, 1)
    assert Client.objects.filter(region=region).count() == 1


def test_what_was_previewed_is_what_changes(head):
    region = RegionFactory()
    firm = ClientFactory()
    change = previewed(head, "set:region", region.pk)
    late = ClientFactory()

    bulk.begin(change=change, by=head, at=timezone.now())

    assert list(Client.objects.filter(region=region)) == [firm]
    late.refresh_from_db()
    assert late.region is None


def test_a_card_changed_since_the_preview_is_left_and_listed(head):
    ours, theirs = RegionFactory(), RegionFactory()
    kept, free, gone = ClientFactory.create_batch(3)
    change = previewed(head, "set:region", ours.pk)
    Client.objects.filter(pk=kept.pk).update(region=theirs)
    Client.objects.filter(pk=gone.pk).update(archived_at=timezone.now())

    bulk.begin(change=change, by=head, at=timezone.now())

    change.refresh_from_db()
    assert (change.state, change.changed_count, change.left_count) == ("done", 1, 2)
    assert outcomes(change) == {kept.pk: "other", free.pk: "changed", gone.pk: "closed"}
    kept.refresh_from_db()
    assert kept.region == theirs


def test_the_second_click_changes_nothing(head, anna):
    ClientFactory()
    change = previewed(head, "set:curator", anna.pk)
    bulk.begin(change=change, by=head, at=timezone.now())

    with pytest.raises(bulk.BegunAlready):
        bulk.begin(change=change, by=head, at=timezone.now())

    assert BulkItem.objects.count() == 1


def test_an_undo_gives_back_what_nobody_changed_since(head, anna):
    boris = UserFactory(username="boris")
    first, second = ClientFactory(curator=boris), ClientFactory(curator=boris)
    change = done(head, "set:curator", anna.pk)
    Client.objects.filter(pk=second.pk).update(curator=head)

    undo = undone(change, head)

    assert (undo.state, undo.changed_count, undo.left_count) == ("done", 1, 1)
    assert outcomes(undo) == {first.pk: "changed", second.pk: "other"}
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.curator, second.curator) == (boris, head)
    with pytest.raises(bulk.CannotBeUndone):
        bulk.undo(change=change, by=head, at=timezone.now())


def test_each_field_is_written_and_given_back(head, anna):
    region = RegionFactory()
    size = Dimension.objects.create(name="Размер")
    small = DimensionValue.objects.create(name="Малый", dimension=size)
    big = DimensionValue.objects.create(name="Большой", dimension=size)
    pump = Product.objects.create(name="Насос")
    # A product or an interest lifts a client to the second step; whoever stands there is not moved.
    second, step = (RelationshipType.objects.get(step=n) for n in (2, 3))
    with_small = ClientFactory(relationship=second)
    ClientFactory(curator=anna, relationship=second)
    ClientDimension.objects.create(client=with_small, dimension=size, value=small)
    ClientProduct.objects.create(
        client=with_small, product=pump, kind="interest", since_on="2026-01-15"
    )
    ClientFactory(archived_at=timezone.now(), region=region)

    def state():
        return [
            list(Client.objects.order_by("pk").values(
                "pk", "region", "curator", "relationship", "category", "interest",
                "initiative", "archived_at",
            )),
            list(ClientDimension.objects.order_by("client").values_list("client", "value")),
            list(ClientProduct.objects.order_by("client").values_list("client", "product", "kind", "since_on")),
        ]  # fmt: skip

    before = state()
    for key, value in (
        ("set:region", region.pk),
        ("set:curator", ""),
        ("set:relationship", step.pk),
        ("set:category", "partner"),
        ("set:interest", "2"),
        ("set:initiative", "ours"),
        (f"set:dimension_{size.pk}", big.pk),
        (f"set:dimension_{size.pk}", ""),
        ("add:products_of_interest", pump.pk),
        ("remove:products_of_interest", pump.pk),
        ("archive:archived_at", ""),
        ("restore:archived_at", ""),
    ):
        change = done(head, key, value)
        assert (change.state, change.left_count) == ("done", 0), (key, change.failure)
        assert state() != before, key
        undo = undone(change, head)
        assert (undo.state, undo.left_count) == ("done", 0), (key, undo.failure)
        assert state() == before, key


def test_moves_on_the_ladder_are_logged_with_the_reason(head):
    ClientFactory.create_batch(2)
    step = RelationshipType.objects.get(step=2)

    done(head, "set:relationship", step.pk, reason="пришли с выставки")

    moves = RelationshipMove.objects.filter(to_type=step, by=head)
    assert moves.count() == 2
    assert {m.reason for m in moves} == {"пришли с выставки"}


def test_the_journal_names_who_and_says_that_it_was_a_bulk_change(head, anna):
    firm = ClientFactory()

    done(head, "set:curator", anna.pk)

    event = Client.events.field.model.objects.filter(pgh_obj=firm).latest("pgh_id")
    assert (event.pgh_context["user"], event.pgh_context["task"]) == (head.pk, "clients.bulk")  # fmt: skip
    deed = JournalEntry.objects.get(verb="client.curator_changed", subject_id=firm.pk)
    assert deed.by == head
    assert JournalEntry.objects.filter(verb="clients.bulk_changed", by=head).exists()


def test_each_deed_needs_its_own_right(head):
    role = RoleFactory(permissions=["clients.view_client", "clients.change_client", "clients.bulk_change"])  # fmt: skip
    clerk = UserFactory(role=role)
    keys = {w.key for w in ways.ways_for(clerk)}

    assert "set:region" in keys
    assert not keys & {"set:curator", "archive:archived_at"}
    with pytest.raises(bulk.MayNot):
        bulk.preview(
            cards=Client.objects.all(),
            way=way(head, "set:curator"),
            value=str(head.pk),
            by=clerk,
            at=timezone.now(),
        )


def test_a_seller_narrowed_to_his_own_changes_only_those(head):
    role = Role.objects.get(code="head_of_sales")
    own = RoleFactory(permissions=[*role.permissions], scope="own")
    seller = UserFactory(role=own)
    mine, foreign = ClientFactory(curator=seller), ClientFactory(curator=head)
    region = RegionFactory()

    change = bulk.preview(
        cards=asking.ticked_cards([mine.pk, foreign.pk], seller),
        way=way(seller, "set:region"),
        value=str(region.pk),
        by=seller,
        at=timezone.now(),
        ticked=[mine.pk, foreign.pk],
    )
    bulk.begin(change=change, by=seller, at=timezone.now())

    assert (change.planned_count, change.absent_count) == (1, 1)
    assert list(Client.objects.filter(region=region)) == [mine]


def test_whoever_gave_his_cards_away_can_take_them_back(head, anna):
    role = Role.objects.get(code="head_of_sales")
    own = RoleFactory(permissions=[*role.permissions], scope="own")
    seller = UserFactory(role=own)
    firm = ClientFactory(curator=seller)
    change = done(seller, "set:curator", anna.pk)

    undo = undone(change, seller)

    assert undo.changed_count == 1
    firm.refresh_from_db()
    assert firm.curator == seller


def test_a_value_retired_since_the_preview_is_refused(head):
    region = RegionFactory()
    ClientFactory()
    change = previewed(head, "set:region", region.pk)
    region.retired_at = timezone.now()
    region.save()

    with pytest.raises(ways.ValueNotUsable):
        bulk.begin(change=change, by=head, at=timezone.now())

    change.refresh_from_db()
    assert change.state == "preview"


def test_a_right_withdrawn_half_way_stops_the_change(head, monkeypatch):
    monkeypatch.setattr(CLIENTS, "chunk", 2)
    region = RegionFactory()
    ClientFactory.create_batch(6)
    change = previewed(head, "set:region", region.pk)
    BulkChange.objects.filter(pk=change.pk).update(state="queued")

    def withdraw(self, number, do=running.Work.do):
        do(self, number)
        head.is_active = False
        head.save()

    monkeypatch.setattr(running.Work, "do", withdraw)
    running.run(change.pk)

    change.refresh_from_db()
    assert (change.state, change.changed_count) == ("failed", 2)
    assert "withdrawn" in change.failure


@pytest.mark.parametrize(
    "query", ["region=999999999", "regoin=5", "created_at_from=soon", "q=%C2%AB%C2%BB"]
)
def test_a_filter_that_means_nothing_never_means_everybody(head, query):
    with pytest.raises(asking.NotUnderstood):
        asking.listing_of(QueryDict(query), head)


def test_nothing_to_change_is_said_and_leaves_no_row(head):
    region = RegionFactory()
    ClientFactory(region=region)

    with pytest.raises(bulk.NothingToChange, match="so already"):
        previewed(head, "set:region", region.pk)
    with pytest.raises(bulk.NothingToChange, match="No client fits"):
        previewed(head, "set:region", region.pk, cards=Client.objects.none())

    assert not BulkChange.objects.exists()


def test_a_stopped_change_keeps_what_is_done_lists_it_and_can_go_on(head, monkeypatch):
    monkeypatch.setattr(CLIENTS, "chunk", 3)
    region = RegionFactory()
    ClientFactory.create_batch(9)
    change = previewed(head, "set:region", region.pk)
    BulkChange.objects.filter(pk=change.pk).update(state="queued")

    def stop_then(self, number, do=running.Work.do):
        do(self, number)
        bulk.stop(change=change, by=head, at=timezone.now())

    with monkeypatch.context() as patch:
        patch.setattr(running.Work, "do", stop_then)
        running.run(change.pk)
    change.refresh_from_db()
    assert (change.state, change.changed_count) == ("stopped", 3)
    assert change.items.count() == Client.objects.filter(region=region).count() == 3

    bulk.go_on(change=change, by=head, at=timezone.now())

    change.refresh_from_db()
    assert (change.state, change.changed_count) == ("done", 9)
    assert not BulkChunk.objects.exists()


def test_a_stopped_change_can_be_undone_and_then_not_go_on(head, monkeypatch):
    monkeypatch.setattr(CLIENTS, "chunk", 2)
    region = RegionFactory()
    ClientFactory.create_batch(4)
    change = previewed(head, "set:region", region.pk)
    BulkChange.objects.filter(pk=change.pk).update(state="queued")
    with monkeypatch.context() as patch:
        patch.setattr(running.Work, "do", lambda self, n, do=running.Work.do: (do(self, n), bulk.stop(change=change, by=head, at=timezone.now())))  # fmt: skip
        running.run(change.pk)
    change.refresh_from_db()

    undone(change, head)

    assert not Client.objects.filter(region=region).exists()
    with pytest.raises(bulk.CannotGoOn):
        bulk.go_on(change=change, by=head, at=timezone.now())


def test_a_change_that_waits_is_stopped_at_once(head, anna):
    ClientFactory()
    change = previewed(head, "set:curator", anna.pk)
    BulkChange.objects.filter(pk=change.pk).update(state="queued")

    assert bulk.stop(change=change, by=head, at=timezone.now())

    assert running.run(change.pk)
    assert not Client.objects.filter(curator=anna).exists()


def test_a_change_that_falls_at_one_place_again_and_again_is_given_up(
    head, monkeypatch
):
    region = RegionFactory()
    ClientFactory()
    change = previewed(head, "set:region", region.pk)
    BulkChange.objects.filter(pk=change.pk).update(state="queued")

    def fall(self, number):
        raise SystemExit

    monkeypatch.setattr(running.Work, "do", fall)
    for _time in range(3):
        with pytest.raises(SystemExit):
            running.run(change.pk)
        long_ago = timezone.now() - timedelta(seconds=60)
        BulkChange.objects.filter(pk=change.pk).update(heartbeat_at=long_ago)
    assert running.abandoned(at=timezone.now()) == [change.pk]
    running.run(change.pk)

    change.refresh_from_db()
    assert change.state == "failed"


def test_a_worker_who_lost_the_change_writes_nothing(head):
    region = RegionFactory()
    ClientFactory()
    change = previewed(head, "set:region", region.pk)
    BulkChange.objects.filter(pk=change.pk).update(
        state="running", started_at=timezone.now(), chunks_done=1
    )

    with pytest.raises(running.TakenByAnother):
        running.Work(BulkChange.objects.get(pk=change.pk)).do(0)

    assert not Client.objects.filter(region=region).exists()


def test_previews_that_nobody_decided_on_are_forgotten(head):
    region = RegionFactory()
    ClientFactory()
    change = previewed(head, "set:region", region.pk)
    BulkChange.objects.filter(pk=change.pk).update(
        created_at=timezone.now() - timedelta(days=2)
    )

    schedule.tidy_bulk_changes()

    assert not BulkChange.objects.exists()
    assert not BulkChunk.objects.exists()


def _with_presets():
    if not RelationshipType.objects.exists():
        from django.apps import apps

        presets.load(apps)


@pytest.mark.django_db(transaction=True)
def test_a_card_that_a_person_holds_is_waited_for_and_the_others_go_on(monkeypatch):
    _with_presets()
    head = UserFactory(preset="head_of_sales")
    monkeypatch.setattr(CLIENTS, "chunk", 1)
    monkeypatch.setattr(running, "LOCK_WAIT", "100ms")
    region, other = RegionFactory(), RegionFactory()
    held, free = ClientFactory(), ClientFactory()
    change = previewed(head, "set:region", region.pk)
    holds, release = threading.Event(), threading.Event()

    def person():
        try:
            with transaction.atomic():
                Client.objects.select_for_update().get(pk=held.pk)
                holds.set()
                release.wait(10)
                Client.objects.filter(pk=held.pk).update(region=other)
        finally:
            connection.close()

    threads = [threading.Thread(target=person)]
    threads[0].start()
    holds.wait(10)
    threads.append(threading.Timer(0.3, release.set))
    threads[1].start()
    bulk.begin(change=change, by=head, at=timezone.now())
    for thread in threads:
        thread.join()

    change.refresh_from_db()
    assert outcomes(change) == {held.pk: "other", free.pk: "changed"}
    held.refresh_from_db()
    assert held.region == other


@pytest.mark.django_db(transaction=True)
def test_two_changes_of_the_same_cards_at_once_do_each_card_once(monkeypatch):
    _with_presets()
    head = UserFactory(preset="head_of_sales")
    monkeypatch.setattr(CLIENTS, "chunk", 5)
    one, two = RegionFactory(), RegionFactory()
    ClientFactory.create_batch(40)
    changes = [previewed(head, "set:region", region.pk) for region in (one, two)]

    def make(change):
        try:
            bulk.begin(change=change, by=head, at=timezone.now())
        finally:
            connection.close()

    threads = [threading.Thread(target=make, args=[change]) for change in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for change in changes:
        change.refresh_from_db()
        assert (change.state, change.changed_count + change.left_count) == ("done", 40)
    assert sum(change.changed_count for change in changes) == 40
    assert Client.objects.filter(region=one).count() == changes[0].changed_count
    assert Client.objects.filter(region=two).count() == changes[1].changed_count


@pytest.mark.django_db(transaction=True)
def test_a_change_whose_worker_was_killed_is_finished_with_no_card_twice(tmp_path):
    _with_presets()
    head = UserFactory(preset="head_of_sales")
    region = RegionFactory()
    step = RelationshipType.objects.get(step=1)
    cards = 2000
    Client.objects.bulk_create(
        Client(name=f"Проба {n}", folded=f"проба {n}", relationship=step, created_at=timezone.now())
        for n in range(cards)
    )  # fmt: skip
    change = previewed(head, "set:region", region.pk)

    def made():
        return BulkChange.objects.values_list("chunks_done", flat=True).get(
            pk=change.pk
        )

    with worker(tmp_path) as first:
        bulk.begin(change=change, by=head, at=timezone.now())
        wait_until(lambda: made() > 1, first)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    change.refresh_from_db()
    assert 0 < change.chunks_done < change.chunks_total
    assert change.items.count() == Client.objects.filter(region=region).count()
    BulkChange.objects.filter(pk=change.pk).update(
        heartbeat_at=timezone.now() - timedelta(seconds=40)
    )

    with worker(tmp_path) as second:
        schedule.take_up_abandoned_bulk_changes()
        wait_until(lambda: BulkChange.objects.get(pk=change.pk).state == "done", second)

    change.refresh_from_db()
    assert (change.changed_count, change.left_count) == (cards, 0)
    assert Client.objects.filter(region=region).count() == cards
    assert tasks.run_bulk_change.name
