"""`manage.py demo`: the same company each time, and never into somebody's work."""

import hashlib
import os
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction

from salesexpert.accounts.models import User
from salesexpert.desk.demo import generating
from salesexpert.desk.demo import load as loading
from tests.factories import ClientFactory

UNTIL = date(2026, 11, 20)

pytestmark = pytest.mark.django_db


def load(**options: Any) -> str:
    out = StringIO()
    call_command(
        "demo", scale="tiny", until=UNTIL, stdout=out, stderr=StringIO(), **options
    )
    return out.getvalue()


def checksum() -> dict[str, str]:
    """A digest of every table that the command fills, ids and moments included."""
    digests = {}
    for model in (
        *_tables("clients"),
        *_tables("accounts"),
        *_tables("pipeline"),
        *_tables("deals"),
    ):
        # When this base was counted is not what is in it, and the key of its stop list is a secret of its own.
        if model.__name__ in {"Recount", "SuppressionKey"}:
            continue
        names = [
            f.column
            for f in model._meta.concrete_fields
            # events, counted days and counts of cards are numbered by the database; events of users are dated by it
            if f.name not in {"pgh_id", "pgh_created_at"}
            and (model.__name__, f.name)
            not in {
                ("StageDay", "id"),
                ("FullnessSum", "id"),
                ("WorkedDay", "id"),
                ("Standing", "id"),
            }
        ]
        columns = ", ".join(f'"{name}"' for name in names)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT string_agg(t::text, E'\\n' ORDER BY t::text) FROM (SELECT {columns} FROM \"{model._meta.db_table}\") t"
            )
            text = cursor.fetchone()[0] or ""
        digests[model.__name__] = hashlib.sha256(text.encode()).hexdigest()
    return digests


def _tables(label: str) -> list[type[models.Model]]:
    return list(apps.get_app_config(label).get_models(include_auto_created=True))


@pytest.fixture(scope="module", autouse=True)
def _small_batches() -> Iterator[None]:
    """Enough batches for several processes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(generating, "BATCH", 70)
        yield


@pytest.fixture(scope="module")
def alone(
    django_db_setup: None, django_db_blocker: Any, _small_batches: None
) -> dict[str, str]:
    """The sums of the company as one process makes it."""
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        patch.setattr(os, "cpu_count", lambda: 1)
        load(seed=1)
        sums = checksum()
        transaction.set_rollback(True)
    return sums


def test_another_seed_gives_another_company(alone):
    load(seed=2)
    sums = checksum()

    assert sums["Activity"] != alone["Activity"]
    assert sums["Payment"] != alone["Payment"]


def test_the_same_seed_gives_the_same_company_however_many_processes_make_it(
    alone, monkeypatch
):
    monkeypatch.setattr(os, "cpu_count", lambda: 3)

    load(seed=1)

    assert checksum() == alone


def standing() -> list[str]:
    """Indexes, constraints and triggers of clients and deals, triggers with whether they are on. Casts of constants, which
    PostgreSQL moves about when an index is made from its own definition, are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            r"""SELECT regexp_replace(indexdef, '::(character varying|text)(\[\])?|[()]', '', 'g') FROM pg_indexes WHERE tablename ~ '^(clients|deals)_'
               UNION ALL SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid <> 0
               UNION ALL SELECT pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"""
        )
        return [row[0] for row in cursor.fetchall()]


def test_indexes_keys_and_triggers_that_were_put_aside_come_back(alone, monkeypatch):
    monkeypatch.setattr(loading, "WORTH_MOVING", 0)
    before = standing()

    load(seed=1)

    assert checksum() == alone
    assert standing() == before


def test_the_history_lies_on_disk_in_the_months_in_which_it_was_entered(monkeypatch):
    monkeypatch.setattr(loading, "WORTH_MOVING", 0)

    load(seed=1)

    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*), count(*) FILTER (WHERE month < latest) FROM (
                      SELECT month, max(month) OVER (ORDER BY place) AS latest FROM (
                             SELECT ctid AS place, date_trunc('month', created_at) AS month FROM clients_activity) AS rows) AS told"""
        )
        rows, behind = cursor.fetchone()
    # A few were entered after the others: with inquiries and calls, and in the night in which a month ends.
    assert behind < rows / 10


def test_it_is_never_mixed_into_somebodys_work():
    ClientFactory()

    with pytest.raises(CommandError, match="already has clients"):
        load()

    assert not User.objects.filter(username="anna").exists()


def test_a_user_with_a_demo_name_stops_it():
    User.objects.create(username="admin")

    with pytest.raises(CommandError, match="admin"):
        load()
