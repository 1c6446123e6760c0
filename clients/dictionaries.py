"""The dictionaries as the settings show them: one declaration each, one set of pages for all."""

from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from clients.models import (
    ActivityGoal,
    ActivityKind,
    ActivityResult,
    Campaign,
    ClientGroup,
    Dimension,
    DimensionValue,
    Industry,
    InformationSource,
    LegalForm,
    Product,
    ProductCategory,
    Region,
    RelationshipType,
    TriggerEvent,
    Unit,
)
from clients.references import CAP, is_history, pointing_at
from salesexpert.core.registry import FieldType, registry

PAGE = 100


@dataclass(frozen=True, slots=True)
class Dictionary:
    """One dictionary. `more` are its further columns, those of `first` asked for when an entry is added.

    `owner` is the field by which its entries fall into groups, each with an order of its own: values of a dimension,
    goals of a kind. `loose` says that entries may belong to no group and then fit all.
    """

    slug: str
    model: type[Any]
    about: str | Promise
    icon: str = "list"
    more: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    owner: str = ""
    loose: bool = False

    @property
    def label(self) -> str:
        return capfirst(str(self.model._meta.verbose_name_plural))

    @property
    def owner_model(self) -> Any:
        return self.model._meta.get_field(self.owner).related_model if self.owner else None  # fmt: skip

    def group(self, owner_id: int | None) -> models.QuerySet:
        """Entries of one group (all of them where there are none), in their order."""
        rows = self.model.objects.order_by(*self.model._meta.ordering, "pk")
        return rows.filter(**{self.owner: owner_id}) if self.owner else rows

    def group_of(self, entry: Any) -> models.QuerySet:
        return self.group(getattr(entry, f"{self.owner}_id") if self.owner else None)


ALL = [
    Dictionary("regions", Region, _("Where clients are: of cards, filters and reports."), "map-pin"),
    Dictionary("industries", Industry, _("What clients do."), "building"),
    Dictionary("groups", ClientGroup, _("How clients are sorted for work: key, dealers, chains."), "users"),
    Dictionary("sources", InformationSource, _("Where clients learned of the firm and of the product."), "world"),
    Dictionary("trigger-events", TriggerEvent, _("What pushed a client to start."), "activity"),
    Dictionary("campaigns", Campaign, _("Marketing actions with their beginning and end."), "calendar", more=("starts_on", "ends_on"), first=("starts_on", "ends_on")),
    Dictionary("products", Product, _("What clients ask about and buy."), "tag", more=("code",), first=("code",)),
    Dictionary("product-categories", ProductCategory, _("Shelves of the catalogue; a shelf may stand in another."), "folder", more=("parent",), first=("parent",)),
    Dictionary("units", Unit, _("What products are counted in, with the code that papers print."), "list", more=("code",), first=("code",)),
    Dictionary("legal-forms", LegalForm, _("Forms that stand before the name of a firm."), "file-text", more=("full_name",), first=("full_name",)),
    Dictionary("relationships", RelationshipType, _("Steps from a cold client to a regular one."), "heart-handshake", more=("step",), first=("step",)),
    Dictionary(
        "activity-kinds", ActivityKind, _("Calls, meetings, letters: what the history consists of."), "phone",
        more=("icon", "default_minutes", "is_contact", "has_direction", "needs_summary", "in_composer"),
    ),
    Dictionary("goals", ActivityGoal, _("What a call or a meeting is for, kind by kind."), "arrow-up-right", owner="kind"),
    Dictionary("results", ActivityResult, _("How a contact may end, for all kinds or for one."), "check", more=("shows_interest",), owner="kind", loose=True),
    Dictionary("dimensions", Dimension, _("Your own ways to segment clients: size, chain, fleet."), "adjustments"),
    Dictionary("values", DimensionValue, _("Values of your own dimensions."), "list", owner="dimension"),
]  # fmt: skip
BY_SLUG = {item.slug: item for item in ALL}
BY_MODEL = {item.model: item for item in ALL}


def declare(*further: Dictionary) -> None:
    """Dictionaries of an app above: they stand behind these and have the same pages. Call it from the app's `ready()`."""
    for item in further:
        ALL.append(item)
        BY_SLUG[item.slug] = BY_MODEL[item.model] = item


# What an activity may look like: names of the sprite's symbols.
ICONS = (
    "phone", "users", "mail", "presentation", "message-2", "note", "file-text", "printer", "calendar", "calendar-plus",
    "clock", "tool", "truck-delivery", "cash", "heart-handshake", "activity", "building", "map-pin", "share", "world",
    "inbox", "eye", "tag", "bell", "send", "headset", "users-group", "question-mark", "star", "device-mobile",
)  # fmt: skip


def usage_of(model: type[models.Model], ids: list[int]) -> dict[int, int]:
    """How many live records name each entry, at most `CAP + 1`: one query a table, none of them reads further."""
    found = dict.fromkeys(ids, 0)
    quote = connection.ops.quote_name
    for field in pointing_at(model):
        other: Any = field.model
        if is_history(field) or field.name == "merged_into":
            continue
        fields = {f.name for f in other._meta.local_concrete_fields}
        live = " AND bin_id IS NULL" if "bin" in fields else ""
        sql = (
            "SELECT e.id, (SELECT count(*) FROM (SELECT 1 FROM"
            f" {quote(other._meta.db_table)} t WHERE t.{quote(field.column)} = e.id{live} LIMIT %s) s)"
            " FROM unnest(%s::bigint[]) AS e (id)"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [CAP + 1, ids])
            for pk, count in cursor.fetchall():
                found[pk] = min(found[pk] + count, CAP + 1)
    return found


def list_parameter(model: type[models.Model]) -> str:
    """The parameter of the client list that finds exactly the records of an entry; empty where there is none such."""
    label = model._meta.label
    named = [
        f.name
        for f in registry.filters("client")
        if f.type == FieldType.DICTIONARY and f.model == label
    ]
    fields = [f for f in pointing_at(model) if f.name != "merged_into"]
    clients = [f for f in fields if f.model._meta.model_name == "client"]
    return named[0] if len(named) == len(clients) == 1 else ""
