"""The journal cannot be edited: not by the application's database role, and not by its owner's UPDATE or DELETE."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from clients.models import Client, Phone
from salesexpert.audit import journal
from salesexpert.audit.models import JournalEntry
from salesexpert.core.roles import append_only_tables, grant_application_role
from tests.factories import ClientFactory, UserFactory

ROLE = "salesexpert_app"
pytestmark = pytest.mark.django_db


@pytest.fixture
def as_application(settings):
    """From here on the connection has the rights of the role that serves the pages, as `migrate` grants them."""
    settings.APPLICATION_DATABASE_ROLE = ROLE
    with connection.cursor() as cursor:
        # The services of `make test` have the role; elsewhere it is made here, and undone with the test.
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {ROLE} NOLOGIN")
            cursor.execute(f"GRANT {ROLE} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE")
    grant_application_role(using="default")

    def become():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {ROLE}")

    return become


def refused(sql):
    """Whether the database says no; whatever it says, the test goes on."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        return str(error)
    return ""


def test_the_journal_and_every_event_table_are_known():
    tables = set(append_only_tables())
    assert {
        "audit_journalentry",
        "audit_trackeduserevent",
        "audit_trackedroleevent",
        "clients_clientevent",
        "clients_phoneevent",
        "clients_contactlinkevent",
    } <= tables
    for model in apps.get_models():
        if model.__name__.endswith("Event") and hasattr(model, "pgh_tracked_model"):
            assert model._meta.db_table in tables


def test_the_application_s_role_can_only_add(as_application):
    client = ClientFactory()
    journal.record("client.seen", client, by=None, at=timezone.now())
    as_application()

    for table in append_only_tables():
        column = "pgh_id" if table.endswith("event") else "id"
        for sql in (
            f"UPDATE {table} SET {column} = {column}",
            f"DELETE FROM {table}",
            f"TRUNCATE {table}",
        ):
            assert "permission denied" in refused(sql), sql
        for sql in (
            f"ALTER TABLE {table} DISABLE TRIGGER ALL",
            f"DROP TABLE {table}",
            f"ALTER TABLE {table} OWNER TO {ROLE}",
        ):
            assert "must be owner" in refused(sql), sql
        refused(f"GRANT UPDATE ON {table} TO {ROLE}")  # at most a warning
        assert "permission denied" in refused(f"UPDATE {table} SET {column} = {column}")
    for sql in (
        "ALTER TABLE clients_client DISABLE TRIGGER ALL",
        "DROP TRIGGER pgtrigger_update_update_0 ON clients_client",
        "SET session_replication_role = replica",
    ):
        assert refused(sql), sql


def test_changes_made_as_the_application_s_role_are_journalled(as_application):
    user = UserFactory()
    as_application()

    client = ClientFactory()
    Client.objects.filter(pk=client.pk).update(note="новое")
    phone = Phone.objects.create(client=client, raw="+7 495 000-00-01")
    phone.delete()
    journal.record("client.seen", client, by=user, at=timezone.now())

    assert list(
        client.events.order_by("pgh_id").values_list("pgh_label", flat=True)
    ) == ["insert", "update"]
    assert JournalEntry.objects.filter(subject_id=client.pk).exists()


def test_the_application_s_role_can_do_its_daily_work(as_application):
    as_application()
    closed = set(append_only_tables())
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if not model._meta.managed or table == "pghistory_events":
                continue  # a table of no database: pghistory builds it within a query
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE"):
                cursor.execute(
                    "SELECT has_table_privilege(%s, %s)", [f'"{table}"', right]
                )
                expected = table not in closed or right in {"SELECT", "INSERT"}
                assert cursor.fetchone()[0] is expected, f"{right} {table}"
        cursor.execute(
            "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' "
            "AND NOT has_sequence_privilege(format('%I.%I', schemaname, sequencename), 'USAGE')"
        )
        assert cursor.fetchall() == []


def test_not_even_the_owner_updates_or_deletes():
    client = ClientFactory()
    journal.record("client.seen", client, by=None, at=timezone.now())
    Client.objects.update(note="1")

    for sql in (
        "UPDATE audit_journalentry SET verb = 'x'",
        "DELETE FROM audit_journalentry",
        "UPDATE clients_clientevent SET note = 'x'",
        "DELETE FROM clients_clientevent",
    ):
        assert "Cannot update or delete" in refused(sql), sql


def test_every_event_table_carries_its_own_guard():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'pgtrigger_append_only%' AND tgenabled = 'O'"
        )
        guarded = {table for (table,) in cursor.fetchall()}
    assert guarded == {
        model._meta.db_table
        for model in apps.get_models()
        if model is JournalEntry or hasattr(model, "pgh_tracked_model")
    }
