"""The journal as people read it: event rows of the database made into "who, when, which field, from, to"."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, models
from django.urls import NoReverseMatch
from django.utils.dateparse import parse_datetime

from salesexpert.accounts.models import User
from salesexpert.audit import subjects
from salesexpert.audit.models import JournalEntry
from salesexpert.audit.wording import Names, Wording

_DEEDS = JournalEntry._meta.db_table


@dataclass(slots=True)
class Line:
    """One field of one change. `before` is None where there was nothing to compare with."""

    label: str
    before: str | None
    after: str


@dataclass(slots=True)
class Change:
    """What happened to one row. `what` is "added", "changed", "removed" or "deed" (then `text` says it).

    `thing` names the row ("phone +7 495 …") and is empty for the root itself.
    """

    what: str
    kind: str
    root: str
    url: str
    thing: str = ""
    text: str = ""
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Deed:
    """Changes that one request, task or transaction made. `by` is None for the system; `task` says what acted for him."""

    at: datetime
    by: User | None
    task: str
    changes: list[Change] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """`before` asks for the next page; empty when there is none."""

    deeds: list[Deed]
    before: str = ""


@dataclass(slots=True)
class _Row:
    at: datetime
    table: str
    id: int
    label: str
    context: dict[str, Any]
    root_kind: str
    root_id: int
    now: dict[str, Any]
    was: dict[str, Any] | None


def journal_of(
    root: models.Model, *, before: str | None = None, limit: int = 50
) -> Page:
    """What happened to `root` and all that belongs to it, newest first: `limit` changes from `before` on.

    The caller has made sure that the reader may see `root`. The page is drawn by `audit/_entries.html`, which takes it
    as `journal`, and `more_url` if "earlier" is to be asked by htmx in its place:

        {"journal": journal_of(client, before=request.GET.get("before")), "more_url": reverse("clients:journal", …)}

    Costs 2 queries, and one more for each kind of thing that is named in the changes, however many they are. A `before` that
    is nonsense asks for the first page.
    """
    kind = subjects.kind_of(root)
    return _page(_Question(kind=kind, root_id=root.pk), before=before, limit=limit)


def journal(
    *,
    person: int | None = None,
    kind: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: str | None = None,
    limit: int = 50,
) -> Page:
    """The journal of the whole company, newest first; `since` inclusive, `until` exclusive, `kind` of `subjects`."""
    asked = _Question(kind=kind, person=person, since=since, until=until)
    return _page(asked, before=before, limit=limit)


@dataclass(slots=True)
class _Question:
    kind: str = ""
    root_id: int | None = None
    person: int | None = None
    since: datetime | None = None
    until: datetime | None = None


def _page(asked: _Question, *, before: str | None, limit: int) -> Page:
    rows = _rows(asked, _parse(before), limit + 1)
    rows, rest = rows[:limit], rows[limit:]
    return Page(
        deeds=_deeds(rows),
        before=f"{rows[-1].at.isoformat()}~{rows[-1].table}~{rows[-1].id}"
        if rest
        else "",
    )


def _parse(before: str | None) -> tuple[datetime, str, int] | None:
    at, _, rest = (before or "").partition("~")
    table, _, number = rest.partition("~")
    try:
        moment = parse_datetime(at)
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None or not number.isdecimal():
        return None
    return (moment, table, int(number)) if int(number) < 2**63 else None


# ---- the question to the database ------------------------------------------------------------------------------------


def _rows(
    asked: _Question, after: tuple[datetime, str, int] | None, limit: int
) -> list[_Row]:
    """One query: each table gives its newest rows by its own index, and the newest of all remain."""
    arms: list[str] = []
    params: list[Any] = []
    for events, parts in _by_table(asked.kind).items():
        _event_arm(arms, params, events, parts, asked, after, limit)
    _deed_arm(arms, params, asked, after, limit)
    sql = (
        f"SELECT * FROM ({' UNION ALL '.join(arms)}) AS all_of_them"
        ' ORDER BY at DESC, "table", id DESC LIMIT %s'
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, limit])
        rows = [
            _Row(
                at=at,
                table=table,
                id=pk,
                label=label,
                context=_load(context) or {},
                root_kind=kind,
                root_id=root,
                now=_load(detail) or {},
                was=None,
            )
            for at, table, pk, label, context, kind, root, detail in cursor.fetchall()
        ]
        _add_snapshots(cursor, rows)
    return rows


def _add_snapshots(cursor: Any, rows: list[_Row]) -> None:
    """What stood in the row after each event and before it: the event of the same object that came last before.

    Events of one object follow each other by id, because changing a row locks it.
    """
    wanted: dict[str, list[int]] = {}
    for row in rows:
        if row.table != _DEEDS:
            wanted.setdefault(row.table, []).append(row.id)
    if not wanted:
        return
    quote = connection.ops.quote_name
    cursor.execute(
        " UNION ALL ".join(
            f'SELECT %s AS "table", e.pgh_id, to_jsonb(e)::text, (SELECT to_jsonb(p)::text FROM {quote(table)} p '
            "WHERE p.pgh_obj_id = e.pgh_obj_id AND p.pgh_id < e.pgh_id "
            "AND p.pgh_label IN ('insert', 'update') ORDER BY p.pgh_id DESC LIMIT 1) "
            f"FROM {quote(table)} e WHERE e.pgh_id = ANY(%s)"
            for table in wanted
        ),
        [value for item in wanted.items() for value in item],
    )
    found = {
        (table, pk): (_load(now), _load(was))
        for table, pk, now, was in cursor.fetchall()
    }
    for row in rows:
        if row.table != _DEEDS:
            row.now, row.was = found[row.table, row.id]


def _by_table(kind: str) -> dict[type[models.Model], list[subjects.Part]]:
    """A table is asked once even where its rows may belong to roots of two kinds (a phone: of a client or a contact)."""
    tables: dict[type[models.Model], list[subjects.Part]] = {}
    for part in subjects.parts(kind or None):
        tables.setdefault(part.events, []).append(part)
    return tables


def _event_arm(
    arms: list[str],
    params: list[Any],
    events: type[models.Model],
    parts: list[subjects.Part],
    asked: _Question,
    after: tuple[datetime, str, int] | None,
    limit: int,
) -> None:
    quote = connection.ops.quote_name
    name = events._meta.db_table
    table = quote(name)
    columns = [
        (f"e.{quote(p.root_column)}" if p.root else "e.pgh_obj_id", p.subject)
        for p in parts
    ]
    kinds = " ".join(f"WHEN {column} IS NOT NULL THEN %s" for column, _ in columns)
    values = ", ".join(column for column, _ in columns)
    where: list[str] = []
    given: list[Any] = []
    if asked.root_id is not None:
        where.append(f"{columns[0][0]} = %s")
        given.append(asked.root_id)
    elif asked.kind and parts[0].root:
        where.append(f"{columns[0][0]} IS NOT NULL")
    if asked.person is not None:
        where.append("e.pgh_context -> 'user' = %s::jsonb")
        given.append(str(asked.person))
    _period(where, given, "e.pgh_created_at", "e.pgh_id", name, asked, after)
    arms.append(
        f'(SELECT e.pgh_created_at AS at, %s COLLATE "C" AS "table", e.pgh_id::bigint AS id, e.pgh_label AS label, '
        f"e.pgh_context::text AS context, CASE {kinds} END AS kind, COALESCE({values}) AS root, NULL AS detail "
        f"FROM {table} e"
        + (f" WHERE {' AND '.join(where)}" if where else "")
        + " ORDER BY e.pgh_created_at DESC, e.pgh_id DESC LIMIT %s)"
    )
    params += [name, *(kind for _, kind in columns), *given, limit]


def _deed_arm(
    arms: list[str],
    params: list[Any],
    asked: _Question,
    after: tuple[datetime, str, int] | None,
    limit: int,
) -> None:
    where: list[str] = []
    given: list[Any] = []
    if asked.kind:
        where.append("subject_type = %s")
        given.append(asked.kind)
    if asked.root_id is not None:
        where.append("subject_id = %s")
        given.append(asked.root_id)
    if asked.person is not None:
        where.append("by_id = %s")
        given.append(asked.person)
    _period(where, given, '"at"', "id", _DEEDS, asked, after)
    arms.append(
        "(SELECT \"at\", %s AS \"table\", id, verb, jsonb_build_object('user', by_id, 'deed', deed)::text, "
        f"subject_type, subject_id, detail::text FROM {_DEEDS}"
        + (f" WHERE {' AND '.join(where)}" if where else "")
        + ' ORDER BY "at" DESC, id DESC LIMIT %s)'
    )
    params += [_DEEDS, *given, limit]


def _period(
    where: list[str],
    given: list[Any],
    at: str,
    pk: str,
    table: str,
    asked: _Question,
    after: tuple[datetime, str, int] | None,
) -> None:
    if asked.since is not None:
        where.append(f"{at} >= %s")
        given.append(asked.since)
    if asked.until is not None:
        where.append(f"{at} < %s")
        given.append(asked.until)
    if after is None:
        return
    moment, last_table, last_id = after
    if table == last_table:
        where.append(f"({at}, {pk}) < (%s, %s)")
        given += [moment, last_id]
    else:
        where.append(f"{at} {'<=' if table > last_table else '<'} %s")
        given.append(moment)


def _load(text: str | None) -> Any:
    return json.loads(text, parse_float=Decimal) if text else None


# ---- the answer in words ---------------------------------------------------------------------------------------------


def _deeds(rows: list[_Row]) -> list[Deed]:
    parts = {
        (part.events._meta.db_table, part.subject): part for part in subjects.parts()
    }
    names = Names()
    changes: list[tuple[_Row, subjects.Part | None, list[Wording]]] = []
    for row in rows:
        part = parts.get((row.table, row.root_kind))
        wordings = list(_wordings(row, part)) if part else []
        changes.append((row, part, wordings))
        if person := row.context.get("user"):
            names.want(User, person)
        if subject := subjects.subject(row.root_kind):
            names.want(subject.model, row.root_id)
        for wording in wordings:
            wording.want(names)
        if part and part.name:
            Wording(part, part.name, None, row.now).want(names)
    names.fetch()

    deeds: dict[Any, Deed] = {}
    for row, part, wordings in changes:
        change = _change(row, part, wordings, names)
        if change is None:
            continue
        person = row.context.get("user")
        key = row.context.get("deed") or (row.at, person)
        deed = deeds.get(key)
        if deed is None:
            task = row.context.get("task", "")
            deed = deeds[key] = Deed(
                at=row.at,
                by=names.get(User, person),
                task=subjects.task(task) if task else "",
            )
        deed.changes.append(change)
    for deed in deeds.values():
        # as it happened: the root's own change before what hangs on it, deeds in words first of all
        deed.changes.reverse()
        deed.changes.sort(
            key=lambda c: (c.what != "deed", c.kind, c.root, bool(c.thing))
        )
    return list(deeds.values())


def _wordings(row: _Row, part: subjects.Part) -> Iterable[Wording]:
    """The fields to show: all that have a value when a row came or went, else those that differ."""
    whole = row.label != "update" or row.was is None
    for model_field in part.model._meta.concrete_fields:
        name = model_field.column
        if (
            name not in row.now
            or model_field.primary_key
            or model_field.name
            in (part.root, part.name if row.label != "update" else "")
        ):
            continue
        wording = Wording(part, model_field.name, row.was, row.now)
        if not wording.label or row.label == "password":
            continue
        if wording.given if whole else wording.differs:
            yield wording


def _address(root: Any) -> str:
    try:
        return root.get_absolute_url()
    except (AttributeError, NoReverseMatch):  # nothing there, or no page of its own
        return ""


def _change(
    row: _Row, part: subjects.Part | None, wordings: list[Wording], names: Names
) -> Change | None:
    subject = subjects.subject(row.root_kind)
    root = names.get(subject.model, row.root_id) if subject else None
    change = Change(
        what="deed",
        kind=row.root_kind,
        root=str(root) if root is not None else f"№\xa0{row.root_id}",
        url=_address(root),
    )
    if part is None:
        change.text = subjects.verb(row.label, row.now)
        return change
    if row.label == "password":
        change.text = subjects.verb("password", {})
        return change
    change.what = {"insert": "added", "delete": "removed"}.get(row.label, "changed")
    if part.root:
        thing = (
            Wording(part, part.name, None, row.now).after(names) if part.name else ""
        )
        change.thing = f"{part.model._meta.verbose_name} {thing}".strip()
    change.lines = [
        Line(
            label=w.label,
            before=w.before(names) if change.what == "changed" and row.was else None,
            after=w.after(names),
        )
        for w in wordings
    ]
    if change.what == "changed" and not change.lines:
        return None  # nothing in it is for people
    return change
