"""The fields that may be changed on many cards at once, each one way: what a card has now, what it may get, how to write it.

A value is text, "" for nothing: an id, a word, a moment. So one frozen table serves all fields, and a comparison of texts
says whether somebody changed a card meanwhile.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import F, Func, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients import fields, ladder
from clients.choices import BulkDeed, Category, Initiative, Interest, ProductLinkKind
from clients.models import (
    Client,
    ClientDimension,
    ClientProduct,
    Dimension,
    DimensionValue,
    Product,
    RelationshipMove,
)
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.core.registry import registry

BIGGEST_ID = 2**63 - 1
LONGEST_CHOICE = 500
HAS = "yes"
NOTHING = Value("", output_field=TextField())
_MOMENT = "%Y-%m-%dT%H:%M:%S.%f"
CHANGE_CARD = ("clients.change_client",)

Choice = tuple[str, str]
# {id of the card: what it gets}
Targets = Mapping[int, str]


class ValueNotUsable(DomainError):
    """The value was retired, its owner left, or it never was."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who writes, when and why: what moves, journal and links are written with."""

    by: User
    at: datetime
    change_id: int
    reason: str = ""


def moment_text(at: datetime) -> str:
    return at.astimezone(UTC).strftime(_MOMENT)


def moment_of(text: str) -> datetime | None:
    return datetime.strptime(text, _MOMENT).replace(tzinfo=UTC) if text else None


@dataclass(frozen=True)
class Way(ABC):
    """One deed on one field. Subclasses say how the field is read and written."""

    field: str
    label: str | Promise
    deed: str = BulkDeed.SET
    permissions: Sequence[str] = CHANGE_CARD
    # Whether the field may also be emptied.
    clears: bool = True

    @property
    def key(self) -> str:
        """The word of addresses: `set:curator`."""
        return f"{self.deed}:{self.field}"

    @property
    def has_value(self) -> bool:
        return True

    def allowed(self, user: User) -> bool:
        return all(user.has_perm(name) for name in self.permissions)

    @abstractmethod
    def now(self) -> Any:
        """What a card has, as an expression of text."""

    def target(self, value: str) -> str:
        """What a card has afterwards, in the spelling of `now`, when `value` was chosen."""
        return value

    def changing(self, cards: QuerySet, value: str) -> QuerySet:
        """Those of the cards, annotated with `now`, that the deed would change."""
        return cards.exclude(now=value)

    @abstractmethod
    def choices(self) -> list[Choice]:
        """What may be chosen today; `clears` adds “nothing” to it."""

    def clean(self, value: str) -> str:
        """The value in its one spelling. Raises ValueNotUsable."""
        if value == "" and self.clears:
            return ""
        if value not in {known for known, _label in self.choices()}:
            raise ValueNotUsable(
                _("“%(value)s” can no longer be chosen for “%(field)s”.")
                % {"value": self.words([value]).get(value, value)[:60] or "—", "field": self.label}
            )  # fmt: skip
        return value

    def words(self, values: Iterable[str]) -> dict[str, str]:
        """How values read, retired ones too; those that are no more are left out."""
        known = dict(self.choices())
        return {v: known[v] for v in values if v in known}

    def still_there(self, values: Iterable[str]) -> dict[str, str]:
        """For an undo: what each value has become since; those that cannot be given back are left out."""
        return {v: v for v in values}

    @abstractmethod
    def write(self, targets: Targets, now: Targets, act: Act) -> set[int] | None:
        """Give each card its value; the caller holds their rows. `now` is what they have. Answers with those that refused."""


def by_value(targets: Targets) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for pk, value in targets.items():
        groups[value].append(pk)
    return groups


def _ids(values: Iterable[str]) -> list[int]:
    return [
        int(v) for v in values if v.isascii() and v.isdigit() and int(v) <= BIGGEST_ID
    ]


@dataclass(frozen=True)
class ColumnWay(Way):
    """A column of the card itself."""

    verb: str = ""

    def now(self) -> Any:
        return Coalesce(Cast(F(self.attname), TextField()), NOTHING)

    @property
    def attname(self) -> str:
        column: Any = Client._meta.get_field(self.field)
        return str(column.attname)

    def column_value(self, text: str) -> Any:
        column: Any = Client._meta.get_field(self.field)
        if text == "" and column.null:
            return None
        return column.target_field.to_python(text) if column.is_relation else column.to_python(text)  # fmt: skip

    def write(self, targets: Targets, now: Targets, act: Act) -> None:
        for value, ids in by_value(targets).items():
            Client.objects.filter(pk__in=ids).update(
                **{self.attname: self.column_value(value)},
                version=F("version") + 1,
                updated_at=act.at,
            )
        if self.verb:
            journal.record_many(
                self.verb,
                Client,
                {pk: self.detail(now[pk], value) for pk, value in targets.items()},
                by=act.by,
                at=act.at,
                bulk=act.change_id,
            )

    def detail(self, before: str, after: str) -> dict[str, Any]:
        return {}


@dataclass(frozen=True)
class WordWay(ColumnWay):
    """A word or number known to the code."""

    known: Sequence[tuple[Any, Any]] = ()

    def choices(self) -> list[Choice]:
        return [(str(value), str(label)) for value, label in self.known if value != ""]


@dataclass(frozen=True)
class EntryWay(ColumnWay):
    """An entry of a dictionary."""

    def entries(self, *, gone: bool = False) -> Any:
        column: Any = Client._meta.get_field(self.field)
        model = column.related_model
        return model.with_bin.all() if gone else model.objects.in_use()

    def choices(self) -> list[Choice]:
        return [(str(e.pk), str(e)) for e in self.entries()[:LONGEST_CHOICE]]

    def clean(self, value: str) -> str:
        # Asked for by id: a dictionary may be longer than its list of choices.
        if value and self.entries().filter(pk__in=_ids([value])).exists():
            return str(int(value))
        return super().clean(value)

    def words(self, values: Iterable[str]) -> dict[str, str]:
        found = self.entries(gone=True).filter(pk__in=_ids(values))
        return {str(e.pk): str(e) for e in found}

    def still_there(self, values: Iterable[str]) -> dict[str, str]:
        """Merged entries give way to their successors; what was thrown away is gone."""
        found = {str(e.pk): e for e in self.entries(gone=True).filter(pk__in=_ids(values), bin=None)}  # fmt: skip
        return {"": ""} | {
            value: str(entry.merged_into_id or entry.pk)
            for value, entry in found.items()
        }


@dataclass(frozen=True)
class RelationshipWay(EntryWay):
    """A step of the ladder: each card's move is logged with its reason, as when it is moved by hand."""

    def write(self, targets: Targets, now: Targets, act: Act) -> None:
        steps = {s.client_id: s.facts_step for s in ladder.standing(list(targets))}
        RelationshipMove.objects.bulk_create(
            [
                RelationshipMove(
                    client_id=pk,
                    from_type_id=int(now[pk]),
                    to_type_id=int(value),
                    at=act.at,
                    by=act.by,
                    reason=act.reason,
                    facts_step=steps.get(pk),
                )
                for pk, value in targets.items()
            ],
            batch_size=1000,
        )
        super().write(targets, now, act)

    def detail(self, before: str, after: str) -> dict[str, Any]:
        return {"to_type": int(after)}


@dataclass(frozen=True)
class CuratorWay(ColumnWay):
    def people(self) -> QuerySet[User]:
        return User.objects.filter(is_active=True)

    def choices(self) -> list[Choice]:
        return [(str(u.pk), str(u)) for u in self.people()[:LONGEST_CHOICE]]

    def clean(self, value: str) -> str:
        if value and self.people().filter(pk__in=_ids([value])).exists():
            return str(int(value))
        return super().clean(value)

    def words(self, values: Iterable[str]) -> dict[str, str]:
        return {str(u.pk): str(u) for u in User.objects.filter(pk__in=_ids(values))}

    def detail(self, before: str, after: str) -> dict[str, Any]:
        return {
            "from_user": int(before) if before else None,
            "to_user": int(after) if after else None,
        }


@dataclass(frozen=True)
class ArchiveWay(ColumnWay):
    """Into the archive and out of it. The value is the moment at which the card went there."""

    clears: bool = False

    @property
    def has_value(self) -> bool:
        return False

    def now(self) -> Any:
        utc = Func(Value("UTC"), F("archived_at"), function="timezone")
        style = Value('YYYY-MM-DD"T"HH24:MI:SS.US')
        return Coalesce(
            Func(utc, style, function="to_char", output_field=TextField()), NOTHING
        )

    def changing(self, cards: QuerySet, value: str) -> QuerySet:
        if self.deed == BulkDeed.ARCHIVE:
            return cards.filter(now="")
        return cards.exclude(now="")

    def choices(self) -> list[Choice]:
        return []

    def clean(self, value: str) -> str:
        return ""

    def words(self, values: Iterable[str]) -> dict[str, str]:
        return {v: _("archived") for v in values if v}

    def column_value(self, text: str) -> Any:
        return moment_of(text)

    def write(self, targets: Targets, now: Targets, act: Act) -> None:
        super().write(targets, now, act)
        for verb, ids in (
            ("client.archived", [pk for pk, value in targets.items() if value]),
            ("client.restored", [pk for pk, value in targets.items() if not value]),
        ):
            journal.record_many(
                verb,
                Client,
                {pk: {} for pk in ids},
                by=act.by,
                at=act.at,
                bulk=act.change_id,
            )


@dataclass(frozen=True)
class DimensionWay(Way):
    """A value of one of the company's own dimensions."""

    dimension: int = 0

    def now(self) -> Any:
        own = ClientDimension.objects.filter(
            client=OuterRef("pk"), dimension=self.dimension
        )
        found = Subquery(own.values(text=Cast("value_id", TextField()))[:1])
        return Coalesce(found, NOTHING)

    def choices(self) -> list[Choice]:
        known = DimensionValue.objects.in_use().filter(dimension=self.dimension)
        return [(str(e.pk), str(e)) for e in known[:LONGEST_CHOICE]]

    def _known(self, values: Iterable[str]) -> QuerySet:
        return DimensionValue.with_bin.filter(
            pk__in=_ids(values), dimension=self.dimension
        )

    def words(self, values: Iterable[str]) -> dict[str, str]:
        return {str(e.pk): str(e) for e in self._known(values)}

    def still_there(self, values: Iterable[str]) -> dict[str, str]:
        return {"": ""} | {
            str(e.pk): str(e.merged_into_id or e.pk)
            for e in self._known(values).filter(bin=None)
        }

    def write(self, targets: Targets, now: Targets, act: Act) -> None:
        own = ClientDimension.objects.filter(dimension=self.dimension)
        for value, ids in by_value(targets).items():
            if value:
                had = [pk for pk in ids if now[pk]]
                own.filter(client__in=had).update(value=int(value))
                ClientDimension.objects.bulk_create(
                    ClientDimension(client_id=pk, dimension_id=self.dimension, value_id=int(value))
                    for pk in ids
                    if not now[pk]
                )  # fmt: skip
            else:
                own.filter(client__in=ids).delete()
        touch(targets, act)


@dataclass(frozen=True)
class ProductWay(Way):
    """A product of interest, added or taken away: one product of many. A value is HAS, the day since when, or nothing."""

    clears: bool = False
    product: int = 0

    def of(self, product: int) -> "ProductWay":
        return ProductWay(self.field, self.label, self.deed, product=product)

    def target(self, value: str) -> str:
        return HAS if self.deed == BulkDeed.ADD else ""

    def now(self) -> Any:
        own = ClientProduct.objects.filter(
            client=OuterRef("pk"), product=self.product, kind=ProductLinkKind.INTEREST
        )
        text = Coalesce(
            Cast("since_on", TextField()), Value(HAS, output_field=TextField())
        )
        return Coalesce(Subquery(own.values(text=text)[:1]), NOTHING)

    def changing(self, cards: QuerySet, value: str) -> QuerySet:
        if self.deed == BulkDeed.ADD:
            return cards.filter(now="")
        return cards.exclude(now="")

    def choices(self) -> list[Choice]:
        return [(str(p.pk), str(p)) for p in Product.objects.in_use()[:LONGEST_CHOICE]]

    def clean(self, value: str) -> str:
        known = Product.objects.all()
        if self.deed == BulkDeed.ADD:
            known = known.in_use()
        if known.filter(pk__in=_ids([value])).exists():
            return str(int(value))
        return super().clean(value)

    def words(self, values: Iterable[str]) -> dict[str, str]:
        found = Product.with_bin.filter(pk__in=_ids(values))
        return {str(p.pk): str(p) for p in found}

    def write(self, targets: Targets, now: Targets, act: Act) -> None:
        away = [pk for pk, value in targets.items() if not value]
        ClientProduct.objects.filter(
            client__in=away, product=self.product, kind=ProductLinkKind.INTEREST
        ).delete()
        ClientProduct.objects.bulk_create(
            (
                ClientProduct(
                    client_id=pk,
                    product_id=self.product,
                    kind=ProductLinkKind.INTEREST,
                    since_on=None if value == HAS else date.fromisoformat(value),
                )
                for pk, value in targets.items()
                if value
            ),
            ignore_conflicts=True,
        )
        touch(targets, act)


def touch(ids: Iterable[int], act: Act) -> None:
    """What stands in rows of its own belongs to the card too: its version says that it changed."""
    Client.objects.filter(pk__in=list(ids)).update(
        version=F("version") + 1, updated_at=act.at
    )


# ── which there are ──────────────────────────────────────────────────────────────────────────────────────────────────


def _label(name: str) -> str | Promise:
    return registry.get("client", name).label


def _plain_ways() -> list[Way]:
    curator = (*CHANGE_CARD, "clients.change_curator")
    archive = ("clients.archive_client",)
    product = _label("products_of_interest")
    return [
        CuratorWay(
            "curator",
            _label("curator"),
            permissions=curator,
            verb="client.curator_changed",
        ),
        RelationshipWay(
            "relationship",
            _label("relationship"),
            clears=False,
            verb="client.relationship_moved",
        ),
        *(
            EntryWay(name, _label(name))
            for name in (
                "group",
                "region",
                "industry",
                "source",
                "product_source",
                "trigger_event",
                "campaign",
            )
        ),
        WordWay("category", _label("category"), clears=False, known=Category.choices),
        WordWay("interest", _label("interest"), known=Interest.choices),
        WordWay("initiative", _label("initiative"), known=Initiative.choices),
        ProductWay("products_of_interest", product, BulkDeed.ADD),
        ProductWay("products_of_interest", product, BulkDeed.REMOVE),
        ArchiveWay(
            "archived_at",
            gettext_lazy("Archive"),
            BulkDeed.ARCHIVE,
            archive,
        ),
        ArchiveWay(
            "archived_at",
            gettext_lazy("Archive"),
            BulkDeed.RESTORE,
            archive,
        ),
    ]


_PLAIN = {way.key: way for way in _plain_ways()}


def _own_way(dimension: Dimension) -> DimensionWay:
    name = f"{fields.DIMENSION_PREFIX}{dimension.pk}"
    return DimensionWay(name, str(dimension), dimension=dimension.pk)


def ways_for(user: User) -> list[Way]:
    """What `user` may change on many cards, in the order of the form; one query for the company's own dimensions."""
    if not user.has_perm("clients.bulk_change"):
        return []
    plain = list(_PLAIN.values())
    segments = [_own_way(d) for d in Dimension.objects.in_use()]
    place = next(i for i, w in enumerate(plain) if w.field == "source")
    every = [*plain[:place], *segments, *plain[place:]]
    return [way for way in every if way.allowed(user)]


def way_of(deed: str, field: str, value: str = "") -> Way | None:
    """The way of a change that was made once: a retired dimension still is one."""
    way: Way | None = _PLAIN.get(f"{deed}:{field}")
    if isinstance(way, ProductWay):
        return way.of(int(value)) if _ids([value]) else way
    if way is None and deed == BulkDeed.SET and field.startswith(fields.DIMENSION_PREFIX):  # fmt: skip
        ids = _ids([field.removeprefix(fields.DIMENSION_PREFIX)])
        found = Dimension.with_bin.filter(pk__in=ids).first()
        way = _own_way(found) if found else None
    return way
