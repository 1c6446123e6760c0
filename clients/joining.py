"""Making one card of two, and two of one again: which rows move, which are there twice, what changed since.

Generic over every model that has a foreign key to the card (`relations`), so that a model of a later day moves without
being named here. Rows that only one of the two may have (the database says so by a unique constraint) and rows that say
the same (one number typed twice) are *doubles*: the survivor's stays, the other is taken out and kept in the record.
Nothing here locks, journals or decides; `clients.actions.joining` does.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ForeignKey, UniqueConstraint
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from clients import bonds
from clients.addresses import address_key
from clients.models import Client, ClientAddress, ClientSite, Contact, Email, Phone
from salesexpert.core.folding import fold

# Rows that stay with the card they were written for, and why.
STAYS = {
    "clients.matchkey.client": "worked out anew from what the card says",
    "clients.suspectedpair.first": "a suspicion is about these two cards",
    "clients.suspectedpair.second": "a suspicion is about these two cards",
    "clients.clientmerge.survivor": "the record of a joining names the cards it joined",
    "clients.clientmerge.loser": "the record of a joining names the cards it joined",
    "clients.contactmerge.survivor": "the record of a joining names the cards it joined",
    "clients.contactmerge.loser": "the record of a joining names the cards it joined",
}
_NOT_DIGIT = re.compile(r"\D+")
# Rows that say the same although no constraint forbids the second.
SAME: dict[type[models.Model], Callable[[Any], Any]] = {
    Phone: lambda row: (row.e164 or _NOT_DIGIT.sub("", row.raw), row.extension),
    Email: lambda row: row.address.lower(),
    ClientSite: lambda row: row.host or row.url.lower(),
    ClientAddress: lambda row: address_key(row.text) or fold(row.text),
}
# A change of these says nothing about whether a person touched the row.
_VOLATILE = {"updated_at", "folded", "search_text", "heartbeat_at"}
# Cards are touched all day by what is derived: of them only the link itself is compared.
_CARDS = (Client, Contact)
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Relation:
    """A foreign key of `model` to the card."""

    model: type[models.Model]
    field: Any

    @property
    def key(self) -> str:
        return f"{self.model._meta.label_lower}.{self.field.name}"

    def rows(self, card: models.Model) -> models.QuerySet[Any]:
        return self.model._base_manager.filter(**{self.field.attname: card.pk})

    @property
    def columns(self) -> list[str]:
        """Columns by which it is seen whether a row was changed since."""
        if issubclass(self.model, _CARDS):
            return []
        fields: Any = self.model._meta.concrete_fields
        return [f.column for f in fields if not _is_volatile(f) and f != self.field]


@dataclass(slots=True)
class Double:
    """A row of the loser that the survivor has already, as `twin`. `differs` names fields in which the two disagree."""

    relation: Relation
    row: Any
    twin: Any
    differs: list[str] = field(default_factory=list)

    @property
    def choice(self) -> str:
        """The name under which a person chooses between the two."""
        return f"{self.relation.key}:{self.twin.pk}"


def relations(card: type[models.Model]) -> list[Relation]:
    """Every foreign key to the card that moves with it, hidden ones too. Logs that are only added to stay as they are."""
    return [r for r in every_relation(card) if r.key not in STAYS and not is_log(r)]


def every_relation(card: type[models.Model]) -> list[Relation]:
    return [
        Relation(model, f)
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and model._meta.managed
        for f in model._meta.local_fields
        if isinstance(f, ForeignKey) and f.remote_field.model is card
    ]


def is_log(relation: Relation) -> bool:
    """The journal and other rows that nobody may change, not even for this."""
    return bool(
        getattr(relation.model, "append_only", False)
        or getattr(relation.model, "pgh_tracked_model", None)
    )


# ── what is there twice ──────────────────────────────────────────────────────────────────────────────────────────────


def doubles(
    relation: Relation, survivor: models.Model, loser: models.Model
) -> list[Double]:
    theirs = list(relation.rows(loser).order_by("pk")[:5_000]) if _may_double(relation) else []  # fmt: skip
    if not theirs:
        return []
    mine = list(relation.rows(survivor).order_by("pk")[:5_000])
    found: dict[int, Double] = {}
    for names, within in _uniques(relation):
        known = {k: row for row in mine if _holds(within, row) and (k := _values(row, names)) is not None}  # fmt: skip
        for row in theirs:
            key = _values(row, names) if _holds(within, row) else None
            if key is not None and key in known and row.pk not in found:
                twin = known[key]
                differs = _differing(relation, row, twin, names)
                found[row.pk] = Double(relation, row, twin, differs)
    if same := SAME.get(relation.model):
        by_value = {same(row): row for row in mine}
        for row in theirs:
            if row.pk not in found and (twin := by_value.get(same(row))):
                found[row.pk] = Double(relation, row, twin)
    return list(found.values())


def _may_double(relation: Relation) -> bool:
    return relation.model in SAME or bool(_uniques(relation))


def _uniques(relation: Relation) -> list[tuple[tuple[str, ...], Any]]:
    """(the other fields, the condition) of each unique constraint that the foreign key takes part in."""
    own = relation.field.name
    found = [
        (tuple(n for n in c.fields if n != own), c.condition)
        for c in relation.model._meta.constraints
        if isinstance(c, UniqueConstraint) and own in c.fields
    ]
    if relation.field.unique:
        found.append(((), None))
    return found


def _holds(condition: Any, row: models.Model) -> bool:
    if condition is None:
        return True
    said: Any = row
    return bool(condition.check(said._get_field_expression_map(meta=said._meta)))


def _values(row: Any, names: tuple[str, ...]) -> tuple[Any, ...] | None:
    """The values that make the row unique beside its card; None when one is empty, for empty ones never collide."""
    values = tuple(getattr(row, row._meta.get_field(n).attname) for n in names)
    return None if None in values else values


def _differing(
    relation: Relation, row: Any, twin: Any, key: tuple[str, ...]
) -> list[str]:
    """Fields in which both rows say something, and not the same."""
    return [
        f.name
        for f in _own_fields(relation, key)
        if _given(one := getattr(row, f.attname))
        and _given(other := getattr(twin, f.attname))
        and one != other
    ]


def _own_fields(relation: Relation, key: Iterable[str] = ()) -> list[Any]:
    return [
        f
        for f in relation.model._meta.concrete_fields
        if not f.primary_key
        and f != relation.field
        and f.name not in {*key, "created_at", "created_by", "bin"}
        and not _is_volatile(f)
    ]


def _is_volatile(f: Any) -> bool:
    """Derived, or the place among other rows, which is no one's word."""
    is_place = f.name == "position" and isinstance(f, models.IntegerField)
    return is_place or f.name in _VOLATILE


def _given(value: Any) -> bool:
    return value is not None and value != ""


# ── joining ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Done:
    """What a joining did, in the form in which it is kept."""

    moved: dict[str, dict[str, Any]] = field(default_factory=dict)
    removed: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)

    def set_value(self, row: models.Model, name: str, value: Any) -> None:
        """Give a row another value and remember the one before; nothing when it is the same."""
        model_field: Any = row._meta.get_field(name)
        before = plain(getattr(row, model_field.attname))
        setattr(row, model_field.attname, value)
        after = plain(getattr(row, model_field.attname))
        if before == after:
            return
        type(row)._base_manager.filter(pk=row.pk).update(**{model_field.attname: value})
        self.changed.append(
            {
                "model": row._meta.label_lower,
                "pk": row.pk,
                "field": name,
                "before": before,
                "after": after,
            }
        )


def move_rows(
    survivor: models.Model, loser: models.Model, done: Done, *, taken: Mapping[str, str]
) -> None:
    """Give the survivor all rows of the loser. `taken` says for a `Double.choice` that the loser's row is "loser"'s."""
    for relation in relations(type(survivor)):
        for double in doubles(relation, survivor, loser):
            _settle(double, done, taken.get(double.choice, ""))
        rows = relation.rows(loser).exclude(pk=survivor.pk) if relation.model is type(survivor) else relation.rows(loser)  # fmt: skip
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        ids = _move(relation, ids, survivor)
        if ids:
            done.moved[relation.key] = {
                "columns": relation.columns,
                "rows": digests(relation.model, relation.columns, ids),
            }


def _settle(double: Double, done: Done, taken: str) -> None:
    """Leave one row of two: the survivor's, filled up from the other, or with the other's values if a person chose so."""
    row, twin = double.row, double.twin
    for f in _own_fields(double.relation):
        mine, theirs = getattr(twin, f.attname), getattr(row, f.attname)
        if _given(theirs) and (not _given(mine) or (taken == "loser" and f.name in double.differs)):  # fmt: skip
            done.set_value(twin, f.name, theirs)
    if _is_referred_to(row):
        return  # it stays on the card that is no more, and can be reached there
    done.removed.append({"model": row._meta.label_lower, "fields": _snapshot(row)})
    row.delete()


def _is_referred_to(row: models.Model) -> bool:
    return any(
        relation.model._base_manager.filter(**{relation.field.attname: row.pk}).exists()
        for relation in every_relation(type(row))
        if not is_log(relation)
    )


def _move(relation: Relation, ids: list[int], survivor: models.Model) -> list[int]:
    """Point these rows to the survivor; a rule of the database that nobody foresaw leaves a row where it is."""
    every = relation.model._base_manager

    def point(rows: list[int]) -> None:
        with transaction.atomic():
            every.filter(pk__in=rows).update(**{relation.field.attname: survivor.pk})

    if not ids:
        return []
    try:
        point(ids)
    except IntegrityError:
        moved = []
        for pk in ids:
            try:
                point([pk])
            except IntegrityError:
                continue
            moved.append(pk)
        return moved
    return ids


def digests(
    model: type[models.Model], columns: Iterable[str], ids: Iterable[int]
) -> dict[str, str]:
    """What each row says, in sixteen letters: the same as long as nobody changes it."""
    quote = connection.ops.quote_name
    known = {f.column for f in model._meta.concrete_fields}
    listed = [quote(c) for c in columns if c in known]
    pk: Any = model._meta.pk
    said = f"left(md5(ROW({', '.join(listed)})::text), 16)" if listed else "''"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {quote(pk.column)}, {said} FROM {quote(model._meta.db_table)}"
            f" WHERE {quote(pk.column)} = ANY(%s)",
            [list(ids)],
        )
        return {str(row_id): text for row_id, text in cursor.fetchall()}


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)


def _snapshot(row: Any) -> dict[str, Any]:
    return {
        f.attname: plain(getattr(row, f.attname)) for f in row._meta.concrete_fields
    }


# ── undoing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Left:
    """What an undoing leaves where it is, and why: "changed", "bound" to what was, "elsewhere", "gone", "taken"."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, model: Any, pk: int, why: str, text: str, name: str = "") -> None:
        self.rows.append(
            {
                "model": model._meta.label_lower,
                "pk": pk,
                "field": name,
                "why": why,
                "text": text[:_SHOWN],
            }
        )


def take_back(
    record: Any, survivor: models.Model, loser: models.Model, left: Left
) -> None:
    """Give the loser back what nobody touched since; what was changed stays with the survivor and is told in `left`."""
    plans = []
    for key, kept in record.moved.items():
        relation = _relation(type(survivor), key)
        if relation is not None:
            plans.append(_Plan.made(relation, kept, survivor))
    if isinstance(survivor, Client):
        back: dict[type[models.Model], set[int]] = {
            r.model: set() for r in relations(Client)
        }
        bonds.hold_together(back | {plan.relation.model: plan.back for plan in plans})
    for plan in plans:
        _rows_back(plan, loser, left)
    for change in reversed(record.changed):
        _value_back(change, left)
    for gone in reversed(record.removed):
        _row_back(gone, left)


def _relation(card: type[models.Model], key: str) -> Relation | None:
    return next((r for r in every_relation(card) if r.key == key), None)


@dataclass(slots=True)
class _Plan:
    """Which rows of a relation go `back` to the loser, of all that were moved; those `here` are with the survivor yet."""

    relation: Relation
    ids: list[int]
    here: set[int]
    same: set[int]
    back: set[int]

    @classmethod
    def made(
        cls, relation: Relation, kept: Mapping[str, Any], survivor: models.Model
    ) -> "_Plan":
        before = kept["rows"]
        ids = [int(pk) for pk in before]
        now = digests(relation.model, kept["columns"], ids)
        rows = relation.rows(survivor).filter(pk__in=ids)
        here = set(rows.values_list("pk", flat=True))
        same = {pk for pk in ids if now.get(str(pk)) == before[str(pk)]}
        return cls(relation, ids, here, same, here & same)


def _rows_back(plan: _Plan, loser: models.Model, left: Left) -> None:
    relation = plan.relation
    stay = [pk for pk in plan.ids if pk not in plan.back]
    named = relation.model._base_manager.in_bulk(stay)
    for pk in stay:
        row = named.get(pk)
        if row is None:
            why = "gone"
        elif pk not in plan.here:
            why = "elsewhere"
        else:
            why = "bound" if pk in plan.same else "changed"
        left.add(relation.model, pk, why, str(row) if row is not None else "")
    back = [pk for pk in plan.ids if pk in plan.back]
    returned = set(_move(relation, back, loser))
    for row in relation.model._base_manager.filter(pk__in=set(back) - returned):
        left.add(relation.model, row.pk, "taken", str(row))


def _value_back(change: Mapping[str, Any], left: Left) -> None:
    model: Any = apps.get_model(change["model"])
    row = model._base_manager.filter(pk=change["pk"]).first()
    if row is None:
        left.add(model, change["pk"], "gone", "", change["field"])
        return
    f = model._meta.get_field(change["field"])
    now = plain(getattr(row, f.attname))
    if now != change["after"]:
        left.add(model, row.pk, "changed", str(now), f.name)
        return
    try:
        with transaction.atomic():
            value = _from_plain(f, change["before"])
            model._base_manager.filter(pk=row.pk).update(**{f.attname: value})
    except IntegrityError:
        left.add(model, row.pk, "taken", str(now), f.name)


def _row_back(gone: Mapping[str, Any], left: Left) -> None:
    model: Any = apps.get_model(gone["model"])
    fields = {f.attname: f for f in model._meta.concrete_fields}
    values = {
        name: _from_plain(fields[name], value)
        for name, value in gone["fields"].items()
        if name in fields
    }
    row = model(**values)
    try:
        with transaction.atomic():
            row.save_base(raw=True, force_insert=True)
    except IntegrityError:
        left.add(model, row.pk, "taken", str(row))


def _from_plain(f: Any, value: Any) -> Any:
    if value is None or f.is_relation:
        return value
    if isinstance(f, models.DateTimeField):
        return parse_datetime(value) or timezone.now()
    return f.to_python(value)


@dataclass(frozen=True, slots=True)
class Kept:
    """One line of what an undoing left: what it is, how it reads, why it stayed."""

    label: str
    text: str
    why: str


def in_words(kept_back: Iterable[Mapping[str, Any]]) -> list[Kept]:
    why = {
        "changed": _("changed since the joining"),
        "elsewhere": _("moved on to another card"),
        "bound": _("belongs with what was changed since"),
        "gone": _("deleted since the joining"),
        "taken": _("its place is taken"),
    }
    found = []
    for line in kept_back:
        model: Any = apps.get_model(line["model"])
        label = str(model._meta.verbose_name)
        if line["field"]:
            label = str(model._meta.get_field(line["field"]).verbose_name)
        text = line["text"] or f"№\xa0{line['pk']}"
        found.append(Kept(label[:1].upper() + label[1:], text, why.get(line["why"], line["why"])))  # fmt: skip
    return found
