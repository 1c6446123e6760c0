"""Clients as bulk changes know them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients import completeness, own_fields, reading, telling
from clients.actions import ladder
from clients.bulk import asking, own_ways, ways
from clients.bulk.own_ways import ClientOwnWay
from clients.bulk.records import Addresses, Records
from clients.bulk.ways import Act, Way
from clients.choices import BulkDeed
from clients.models import BulkChange, Client
from salesexpert.accounts.models import User
from salesexpert.core.templatetags.look import number

ARCHIVED = Q(archived_at__isnull=False)


class ClientRecords(Records):
    entity = "client"
    permission = "clients.bulk_change"
    task = verb = "clients.bulk"
    at = Addresses("clients:list", "clients:card", "clients:bulk", "clients:bulk_change", "clients:bulk_progress", "clients:bulk_begin", "clients:bulk_stop", "clients:bulk_go_on", "clients:bulk_undo")  # fmt: skip

    def all(self) -> QuerySet[Client]:
        return Client.objects.all()

    def visible_to(self, user: User) -> QuerySet[Client]:
        return Client.objects.visible_to(user)

    def way_of(self, deed: str, field: str, value: str = "") -> Way | None:
        if deed == BulkDeed.SET and own_fields.id_of(field) is not None:
            return own_ways.way_of(self.entity, field, ClientOwnWay)
        return ways.way_of(deed, field, value)

    def closed(self, way: Way, value: str) -> Q | None:
        return None if way.field == "archived_at" else ARCHIVED

    def hold(self, rows: QuerySet[Client], ids: Sequence[int]) -> dict[int, bool]:
        held = (
            rows.filter(pk__in=ids)
            .order_by("pk")
            .select_for_update(no_key=True, of=["self"])
            .values_list("pk", "archived_at")
        )
        return {pk: archived_at is not None for pk, archived_at in held}

    def names(self, ids: Sequence[int], user: User) -> dict[int, str]:
        rows: Any = (
            Client.objects.visible_to(user)
            .filter(pk__in=ids)
            .values("pk", *reading.client_name_paths())
        )
        return {row["pk"]: reading.client_name(row) for row in rows}

    def filter_words(self, change: BulkChange, user: User) -> str:
        try:
            listing = asking.listing_of(QueryDict(change.parameters), user)
        except asking.NotUnderstood:
            return ""
        said = [f"{chip.label}: {chip.words}" for chip in listing.chips]
        if listing.typed:
            said.append(f"{_('Search')}: {listing.typed}")
        return " · ".join(said) or _("all clients")

    def said(self, change: BulkChange, *, done: int = 0) -> dict[str, str]:
        n, shown, back = change.planned_count, number(change.planned_count), number(change.changed_count)  # fmt: skip
        return {
            "record": _("Client"),
            "all": _("Clients"),
            "will_change": ngettext("client will change", "clients will change", n),
            "closed": ngettext("%(shown)s is in the archive and stays as it is", "%(shown)s are in the archive and stay as they are", change.closed_count) % {"shown": number(change.closed_count)},
            "closed_label": _("In the archive"),
            "begin": ngettext("Change %(shown)s client", "Change %(shown)s clients", n) % {"shown": shown},
            "done": ngettext("%(done)s of %(total)s client done", "%(done)s of %(total)s clients done", n) % {"done": number(done), "total": shown},
            "changed": ngettext("%(shown)s client changed", "%(shown)s clients changed", change.changed_count) % {"shown": back},
            "returned": ngettext("%(shown)s client returned as it was", "%(shown)s clients returned as they were", change.changed_count) % {"shown": back},
            "none": _("No client was changed"),
            "empty": _("Tick clients in the list, or choose all that its filters leave, and change their curator, group or segment at once. Each change stands here and can be undone for 30 days."),
            "show_all": _("Show all clients"),
            "further": _("Further clients"),
        }  # fmt: skip

    def nothing(self, way: Way, *, asked: int, closed: int) -> str:
        if not asked:
            return _("No client fits any more: the list has changed. Load it anew.")
        if closed == asked:
            return _("All these clients are in the archive: restore them first.")
        return _("All these clients are so already: nothing would change.")

    def follow(self, ids: list[int], way: Way, act: Act) -> None:
        """Facts that lift clients, and columns that repeat other rows."""
        if way.field in {"interest", "products_of_interest"}:
            ladder.rise_by_facts(ids, by=act.by, at=act.at)
        completeness.refresh(ids, at=act.at)

    def ended(self, change: BulkChange, *, at: datetime) -> None:
        telling.bulk_ended(change, at=at)


CLIENTS = ClientRecords()


def ways_for(user: User) -> list[Way]:
    """What `user` may change on many cards, in the order of the form: first what every card has, then what the company added."""
    known = ways.ways_for(user)
    own = own_ways.ways_of(CLIENTS.entity, ClientOwnWay) if known else ()
    return [*known, *(way for way in own if way.allowed(user))]
