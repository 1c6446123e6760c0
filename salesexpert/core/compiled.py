"""Queries whose shape never changes, written by the ORM once in a process and run with new values ever after.

On the pages that are opened all day the ORM takes longer to write a query than PostgreSQL to answer it.
"""

import inspect
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Field, ForeignKey, Lookup, Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql import UpdateQuery

from salesexpert.core.prepared import Place, prepared, written


@Field.register_lookup
@ForeignKey.register_lookup
class AnyOf(Lookup):
    """`client__any_of=[3, 5]` asks what `client__in` asks, with one parameter however many values there are."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*parameters, self.rhs)


@Field.register_lookup
@ForeignKey.register_lookup
class EachOf(AnyOf):
    """As `any_of`, but each value is looked up by itself: one block of a hash index a value, however large the table.

    A tree is gone down from its root for each list of neighbours, and in a large table no two of a page's ids are any.
    """

    lookup_name = "each_of"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT unnest(%s::bigint[]))", (*parameters, self.rhs)


_MARKS: dict[Any, Callable[[int], Any]] = {
    int: lambda n: -(2**30) - n,
    str: lambda n: f"\ue000{n}\ue001",
    date: lambda n: date(1, 1, 1) + timedelta(days=n),
    datetime: lambda n: datetime(1, 1, 1, tzinfo=UTC) + timedelta(microseconds=n),
    Decimal: lambda n: Decimal(-(2**30) - n),
    UUID: lambda n: UUID(int=n),
    list[int]: lambda n: (-(2**30) - n,),
}


class CompiledQuery:
    """What `build` asks for. Its parameters, each annotated as int, str, Decimal, date, datetime, UUID or list[int] (for
    `any_of` and `each_of`), are the values that change; all else must be the same at every call. `build` returns a
    `values_list` queryset, and must not look at its values.

    Give ids, not records. A parameter that cannot be found in the finished query raises RuntimeError at the first call.
    """

    def __init__(self, build: Callable[..., Any]) -> None:
        self._build = build
        self.__doc__ = build.__doc__
        self._written: tuple[str, list[tuple[str, Any]], Any] | None = None

    def __call__(self, **values: Any) -> Sequence[tuple[Any, ...]]:
        """Rows as tuples, in the order of the columns that `build` names."""
        sql, parameters = self._filled(values)
        with prepared() as cursor:
            cursor.execute(sql, parameters)
            rows = cursor.fetchall()
        if self._written and self._written[2]:
            compiler, found = self._written[2]
            rows = [tuple(row) for row in compiler.apply_converters(rows, found)]
        return rows

    def _filled(self, values: dict[str, Any]) -> tuple[str, list[Any]]:
        """The statement and its parameters, with these values in their places."""
        if self._written is None:
            self._written = self._write()
        sql, places, _converters = self._written
        return sql, [kept(values[name]) for name, kept in places]

    def _write(self) -> tuple[str, list[tuple[str, Any]], Any]:
        named = inspect.signature(self._build, eval_str=True).parameters
        marks = {
            name: _MARKS[parameter.annotation](number)
            for number, (name, parameter) in enumerate(named.items(), 1)
        }
        compiler = self._compiler(**marks)
        sql, parameters = compiler.as_sql()
        by_mark = {mark: name for name, mark in marks.items()}
        places: list[tuple[str, Any]] = []
        constants: list[Any] = []
        for value in parameters:
            name = by_mark.get(value) if type(value) is not bool and _hashable(value) else None  # fmt: skip
            constants.append(value if name is None else Place())
            if name is not None:
                places.append((name, _same(value)))
        missing = set(marks) - {name for name, _kept in places}
        if missing:
            raise RuntimeError(
                f"{self._build.__qualname__}: {', '.join(sorted(missing))} is not a parameter of the query"
            )
        found = self._converters(compiler)
        self._keep(compiler)
        return (
            written(sql, constants),
            places,
            (compiler, found) if found else None,
        )

    def _compiler(self, **marks: Any) -> Any:
        return self._build(**marks).query.get_compiler(connection=connection)

    def _converters(self, compiler: Any) -> Any:
        return compiler.get_converters([column[0] for column in compiler.select])

    def _keep(self, compiler: Any) -> None:
        """For those who read more of the finished query than its text."""


class CompiledRecords[Record: Model](CompiledQuery):
    """The same of a query for records, with those of its `select_related`: `build` returns a queryset of them."""

    def __init__(self, build: Callable[..., QuerySet[Record, Record]]) -> None:
        super().__init__(build)
        self._plan: tuple[Any, ...] = ()

    def records(self, **values: Any) -> list[Record]:
        rows = self(**values)
        model, fetch_mode, names, start, end, populators, annotations = self._plan
        found = []
        for row in rows:
            record = model.from_db(
                connection.alias, names, row[start:end], fetch_mode=fetch_mode
            )
            for populator in populators:
                populator.populate(row, record)
            for name, place in annotations:
                setattr(record, name, row[place])
            found.append(record)
        return found

    def _keep(self, compiler: Any) -> None:
        info, select = compiler.klass_info, compiler.select
        fields = info["select_fields"]
        start, end = fields[0], fields[-1] + 1
        names = [column[0].target.attname for column in select[start:end]]
        fetch_mode = info["model"]._base_manager.all()._fetch_mode
        populators = get_related_populators(info, select, connection.alias, fetch_mode)
        annotations = list((compiler.annotation_col_map or {}).items())
        self._plan = info["model"], fetch_mode, names, start, end, populators, annotations  # fmt: skip


class CompiledUpdate(CompiledQuery):
    """`UPDATE` written once: `build` returns the rows (filtered by their own columns) and what they are set to, as `update` takes it.

    Calling it answers how many rows were changed.
    """

    def __call__(self, **values: Any) -> int:  # type: ignore[override]
        sql, parameters = self._filled(values)
        with prepared() as cursor:
            cursor.execute(sql, parameters)
            return int(cursor.rowcount)

    def _compiler(self, **marks: Any) -> Any:
        rows, changes = self._build(**marks)
        query = rows.query.chain(UpdateQuery)
        query.add_update_values(changes)
        return query.get_compiler(connection=connection)

    def _converters(self, compiler: Any) -> None:
        return None


class CompiledInsert[Record: Model]:
    """`INSERT` of one new record, written once: what saving it does, less the signals, to which nobody listens here.

    `is_prepared` for records without lists that other writing goes before: the first statement of a transaction that
    writes says who acts (`audit/acting.py`), and a prepared one cannot.
    """

    def __init__(self, model: type[Record], *, is_prepared: bool = False) -> None:
        self._is_prepared = is_prepared
        self._fields = [f for f in model._meta.local_concrete_fields if not f.primary_key and not f.generated]  # fmt: skip
        columns = ", ".join(f'"{field.column}"' for field in self._fields)
        places = ", ".join(["%s"] * len(self._fields))
        self._text = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({places}) RETURNING id'

    def __call__(self, record: Record) -> Record:
        """The record with its id. One that leaves a value to the database is saved as the ORM does it."""
        values = [field.pre_save(record, True) for field in self._fields]
        if any(hasattr(value, "resolve_expression") for value in values):
            record.save(force_insert=True)
            return record
        parameters = [
            field.get_db_prep_save(value, connection)
            for field, value in zip(self._fields, values, strict=True)
        ]
        with prepared() if self._is_prepared else connection.cursor() as cursor:
            cursor.execute(self._text, parameters)
            record.pk = cursor.fetchone()[0]
        record._state.adding, record._state.db = False, connection.alias
        return record


def _hashable(value: Any) -> bool:
    return getattr(value, "__hash__", None) is not None


def _same(value: Any) -> Callable[[Any], Any]:
    return list if type(value) is tuple else _as_given  # psycopg writes lists as arrays


def _as_given(value: Any) -> Any:
    return value
