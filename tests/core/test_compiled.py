"""Queries written once and run with new values, planned once by PostgreSQL."""

from datetime import date, datetime

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from clients.models import Activity, ActivityKind, Client
from salesexpert.audit.acting import acting
from salesexpert.core.compiled import CompiledInsert, CompiledQuery, CompiledUpdate
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db


def of_curator(curator: int, before: datetime):
    return (
        Client.objects.filter(curator=curator, created_at__lt=before, archived_at=None)
        .order_by("folded")
        .values_list("pk", "name", "created_at")[:3]
    )


def test_a_compiled_query_finds_what_the_query_finds(user) -> None:
    query = CompiledQuery(of_curator)
    clients = ClientFactory.create_batch(4, curator=user)
    ClientFactory()
    now = timezone.now()
    assert query(curator=user.pk, before=now) == list(of_curator(user.pk, now))
    assert query(curator=clients[0].pk + 10**9, before=now) == []


def test_values_may_not_break_out_of_their_place() -> None:
    query = CompiledQuery(by_name)
    ClientFactory(name="'; DROP TABLE")
    assert len(query(name="'; DROP TABLE")) == 1
    assert query(name="') OR 1=1 --") == []


def by_name(name: str):
    return Client.objects.filter(name=name).values_list("pk")


def test_a_parameter_that_the_query_does_not_use_is_a_mistake_told_at_once() -> None:
    def forgetful(on: date):
        return Client.objects.values_list("pk")[:1]

    with pytest.raises(RuntimeError, match="on is not a parameter"):
        CompiledQuery(forgetful)(on=date(2026, 1, 1))


def of_ids(ids: list[int], like: str):
    rows = Client.objects.filter(pk__any_of=ids, merged_into=None, archived_at=None)
    return rows.exclude(name="100 %").filter(name=like).values_list("pk")


def plans() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        return int(cursor.fetchone()[0])


def test_postgresql_keeps_one_plan_whatever_the_size_of_the_numbers() -> None:
    query, client = CompiledQuery(of_ids), ClientFactory(name="50 %")
    ClientFactory(name="100 %")
    before = plans()
    for ids in ([1], [40_000, client.pk], [], [3 * 10**9], [-1, 2**62, 7]):
        found = query(ids=ids, like="50 %")
        assert found == ([(client.pk,)] if client.pk in ids else [])
    assert plans() == before + 1


def test_who_acts_is_told_before_a_prepared_statement_that_writes(user) -> None:
    client = ClientFactory(name="Вымпел")
    rename = CompiledUpdate(renamed)
    with acting(user=user):
        assert rename(pk=client.pk, name="Вымпел-2") == 1
    told = apps.get_model("clients", "ClientEvent").objects.filter(pgh_obj=client)
    assert told.latest("pgh_id").pgh_context["user"] == user.pk


def renamed(pk: int, name: str):
    return Client.objects.filter(pk=pk), {"name": name}


@pytest.mark.django_db(transaction=True)
def test_a_column_that_a_migration_widens_is_read_on_without_a_restart() -> None:
    query, client = CompiledQuery(step_of), ClientFactory(next_step_title="Позвонить")
    assert query(pk=client.pk) == [("Позвонить",)]
    with connection.cursor() as cursor:
        for width in (201, 200):
            cursor.execute(f"ALTER TABLE clients_client ALTER next_step_title TYPE varchar({width})")  # fmt: skip
            assert query(pk=client.pk) == [("Позвонить",)]


def step_of(pk: int):
    return Client.objects.filter(pk=pk).values_list("next_step_title")


def test_an_insert_written_once_saves_what_saving_saves(user) -> None:
    add, client = CompiledInsert(Activity), ClientFactory(curator=user)
    now = timezone.now()
    said = {"client": client, "kind": ActivityKind.objects.first(), "title": "“%s” и 100 %", "status": "planned", "planned_at": now, "feed_at": now, "performer": user, "created_by": user, "created_at": now}  # fmt: skip
    made = add(Activity(**said))
    saved = Activity(**said)
    saved.save()
    for field in Activity._meta.concrete_fields:
        if not field.primary_key:
            one, other = (getattr(Activity.objects.get(pk=pk), field.attname) for pk in (made.pk, saved.pk))  # fmt: skip
            assert one == other, field
    made.title = "changed"
    made.save(update_fields=["title"])
    assert Activity.objects.count() == 2


def test_each_of_finds_what_any_of_finds() -> None:
    clients = ClientFactory.create_batch(3)
    ids = [clients[0].pk, clients[2].pk, clients[2].pk, 10**9]
    rows = Client.objects.order_by("pk").values_list("pk", flat=True)
    assert list(rows.filter(pk__each_of=ids)) == list(rows.filter(pk__any_of=ids))
    assert list(rows.filter(pk__each_of=ids)) == [clients[0].pk, clients[2].pk]
    assert not rows.filter(pk__each_of=[])
