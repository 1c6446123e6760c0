"""Many new rows at once by COPY: no model is built, no statement of a thousand parameters is parsed. Triggers run as ever."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

import pgtrigger
from django.db import connection, models
from psycopg.types.json import Jsonb

from clients import completeness
from clients.models import (
    Client,
    ClientAddress,
    ClientSite,
    ContactLink,
    Email,
    Phone,
)

# Cards wait there until their rows stand in the base, so that each is written once, its completeness with it.
_WAITING = "import_waiting_card"
_ANSWERS = ("completeness", "missing", "completeness_due_at", "contact_due_at")


@contextmanager
def parts_of_new_cards() -> Iterator[None]:
    """Inside it rows are put that belong to cards not put yet.

    Their triggers need not note the card as changed: putting it does.
    """
    _ignore(_noting())
    yield
    # An array without members, not nothing: triggers then read it instead of meeting an error each.
    _ignore(())


def tell_who() -> None:
    """COPY cannot carry who acts, as other statements do: this one tells the open transaction before it."""
    _ignore(())


def _ignore(triggers: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL pgtrigger.ignore = '{{{','.join(triggers)}}}'")


@cache
def _noting() -> tuple[str, ...]:
    """The triggers that note a card for the search of duplicates when a row is added to it."""
    models_of: set[Any] = {Phone, Email, ClientSite, ClientAddress, ContactLink}
    return tuple(
        trigger.get_pgid(model)
        for model, trigger in pgtrigger.registered()
        if model in models_of and trigger.name == "noted_insert"
    )


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids that nobody else will get."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [pk for (pk,) in cursor.fetchall()]


def put(
    model: type[models.Model],
    rows: Sequence[Mapping[str, Any]],
    *,
    at: datetime,
    table: str = "",
) -> None:
    """Add rows, each {column attribute: value}; what a row does not name gets the field's default."""
    if not rows:
        return
    named = rows[0].keys() if len(rows) == 1 else {k for row in rows for k in row}
    columns, defaults, json = _columns(model, frozenset(named))
    moments = {f.attname for f in model._meta.concrete_fields if getattr(f, "auto_now", False) or getattr(f, "auto_now_add", False)}  # fmt: skip
    blank = [
        at if name in moments else d() if callable(d) else d
        for name, d in zip(columns, defaults, strict=True)
    ]
    pairs = list(zip(columns, blank, strict=True))
    quoted = ", ".join(f'"{name}"' for name in _db_names(model, columns))
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{table or model._meta.db_table}" ({quoted}) FROM STDIN') as copy,
    ):  # fmt: skip
        for row in rows:
            values = [row.get(name, default) for name, default in pairs]
            for place in json:
                if values[place] is not None:
                    values[place] = Jsonb(values[place])
            copy.write_row(values)


@cache
def _columns(
    model: type[models.Model], named: frozenset[str]
) -> tuple[list[str], list[Any], list[int]]:
    """Columns to write, their defaults, and the places of those that hold JSON."""
    columns: list[str] = []
    defaults: list[Any] = []
    json: list[int] = []
    for field in model._meta.concrete_fields:
        left_to_base = field.generated or field.db_default is not models.NOT_PROVIDED
        if field.attname not in named and (left_to_base or field.primary_key):
            continue
        if isinstance(field, models.JSONField):
            json.append(len(columns))
        columns.append(field.attname)
        defaults.append(field._get_default)  # type: ignore[attr-defined]
    return columns, defaults, json


def _db_names(model: type[models.Model], columns: Sequence[str]) -> list[str]:
    known = {f.attname: str(f.column) for f in model._meta.concrete_fields}
    return [known[name] for name in columns]


def put_cards(rows: Sequence[Mapping[str, Any]], *, at: datetime) -> None:
    """Add cards whose phones, people and other rows stand already (foreign keys are looked at when all is done)."""
    if not rows:
        return
    table = Client._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {_WAITING} (LIKE {table} INCLUDING DEFAULTS) ON COMMIT DELETE ROWS"
        )
        cursor.execute(f"TRUNCATE {_WAITING}")
        put(Client, rows, at=at, table=_WAITING)
        names = [
            str(f.column)
            for f in Client._meta.concrete_fields
            if not f.generated and f.column not in _ANSWERS
        ]
        own = ", ".join(f'"{name}"' for name in names)
        waiting = ", ".join(f'card."{name}"' for name in names)
        cursor.execute(
            f"INSERT INTO {table} ({own}, {', '.join(_ANSWERS)})"
            f" SELECT {waiting}, f.percent, f.missing, f.due_at, f.contact_due_at"
            f" FROM {_WAITING} AS card LEFT JOIN LATERAL ({completeness.ANSWERS_OF_CARD}) AS f ON true",
            {"at": at},
        )
