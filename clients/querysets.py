from collections.abc import Collection
from datetime import date, datetime
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from clients.choices import ActivityStatus, BinKind, BulkState
from clients.importing import rights
from salesexpert.accounts.choices import Scope
from salesexpert.accounts.models import User
from salesexpert.accounts.teams import team_of

# Dictionary entries that the card only names.
CARD_WORDS = (
    "region",
    "industry",
    "group",
    "source",
    "product_source",
    "trigger_event",
    "campaign",
)


def sees_all(user: User) -> bool:
    """Whether no card is hidden from him."""
    return (
        user.is_superuser
        or user.scope == Scope.ALL
        or user.has_perm("clients.view_all_clients")
    )


def sees_cards_of(user: User, curators: Collection[int] | None) -> bool:
    """Whether no card of these curators is hidden from him; None: of everybody and of nobody."""
    if sees_all(user):
        return True
    if curators is None:
        return False
    if user.scope == Scope.TEAM:
        return set(team_of(user).values_list("pk", flat=True)).issuperset(curators)
    return {user.pk}.issuperset(curators)


def _seen_by(user: User, path: str) -> Q:
    if sees_all(user):
        return Q()
    if user.scope == Scope.TEAM:
        return Q(**{f"{path}curator__in": team_of(user)})
    return Q(**{f"{path}curator": user})


class ClientQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "ClientQuerySet":
        """Clients `user` may read. Every view starts here, so a stranger's card is a 404."""
        return self.filter(_seen_by(user, ""))

    @staticmethod
    def seen_by(user: User, path: str) -> Q:
        """The same of rows that lead to a card by `path`, without a second look at the card: for rows whose card is
        joined to them anyway."""
        return _seen_by(user, f"{path}__") & Q(**{f"{path}__bin": None})

    def live(self) -> "ClientQuerySet":
        return self.filter(archived_at=None)

    def for_card(self) -> "ClientQuerySet":
        """All that the card shows of the client's own in one query: rows (`phone_rows` …) as arrays, words of the
        dictionaries as `words` = {"region": {"ru": …, "en": …}}, values of own fields as `own_rows` = {"12": columns}.

        Each join doubles the ways a planner weighs: eleven took it ten times as long to plan as the query runs. Names
        that are only shown are read one by one beside it.
        """
        return self.select_related(
            "legal_form", "relationship", "curator", "first_contact_by"
        ).annotate(**_beside_the_card())


@cache
def _beside_the_card() -> dict[str, RawSQL]:
    """The columns that `for_card` adds. As SQL: built by the ORM anew each time, these eleven subqueries took longer than
    all the rest of the query, its execution included."""
    from clients.models import (
        Client,
        ClientAddress,
        ClientSite,
        Email,
        OwnValue,
        Phone,
    )

    card = Client._meta.db_table

    def word(name: str) -> str:
        field: Any = Client._meta.get_field(name)
        table = field.related_model._meta.db_table
        return (
            f"'{name}', (SELECT jsonb_build_object('ru', w.name, 'en', w.name_en)"
            f' FROM "{table}" w WHERE w.id = "{card}"."{field.column}")'
        )

    def rows(model: type[models.Model], *fields: str) -> RawSQL:
        pairs = ", ".join(f"'{name}', r.{name}" for name in fields)
        return RawSQL(
            f'ARRAY(SELECT jsonb_build_object({pairs}) FROM "{model._meta.db_table}" r'
            f' WHERE r.client_id = "{card}".id ORDER BY r.position, r.id)',
            (),
            output_field=ArrayField(models.JSONField()),
        )

    words = ", ".join(word(name) for name in CARD_WORDS)
    return {
        "words": RawSQL(
            f"jsonb_build_object({words})", (), output_field=models.JSONField()
        ),
        "phone_rows": rows(
            Phone, "raw", "e164", "extension", "kind", "note", "is_suppressed"
        ),
        "email_rows": rows(Email, "address", "note", "is_suppressed"),
        "address_rows": rows(ClientAddress, "kind", "text"),
        "site_rows": rows(ClientSite, "url", "host"),
        "own_rows": RawSQL(
            "(SELECT jsonb_object_agg(v.field_id, jsonb_build_array(v.text, v.number::text, v.date, v.flag, v.choice_id))"
            f' FROM "{OwnValue._meta.db_table}" v WHERE v.client_id = "{card}".id)',
            (),
            output_field=models.JSONField(),
        ),
    }


class ContactQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "ContactQuerySet":
        """Persons `user` may read: those of his clients, now or before, and those he entered himself."""
        if sees_all(user):
            return self.all()
        from clients.models import Client, ContactLink

        links = ContactLink.objects.filter(client__in=Client.objects.visible_to(user))
        return self.filter(Q(pk__in=links.values("contact")) | Q(created_by=user))


class ActivityQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "ActivityQuerySet":
        """History that `user` may read: of his clients, and whatever he performs or planned himself."""
        if sees_all(user):
            return self.all()
        from clients.models import Client

        return self.filter(
            Q(client__in=Client.objects.visible_to(user))
            | Q(performer=user)
            | Q(created_by=user)
        )

    def planned(self) -> "ActivityQuerySet":
        return self.filter(status=ActivityStatus.PLANNED)

    def done(self) -> "ActivityQuerySet":
        return self.filter(status=ActivityStatus.DONE)

    def overdue(self, *, at: datetime) -> "ActivityQuerySet":
        """Planned work whose time passed before the moment `at`."""
        return self.planned().filter(planned_at__lt=at)

    def needs_attention(
        self, *, user: User | int, until: datetime
    ) -> "ActivityQuerySet":
        """Planned work of `user` due before `until`, overdue first: what his day and his digest ask for."""
        return (
            self.planned()
            .filter(performer=user, planned_at__lt=until)
            .order_by("planned_at", "pk")
        )


class BinQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "BinQuerySet":
        """What `user` may see in the bin: what he threw away himself; with the right to the whole bin, also what others
        threw away of the clients he may read. Selections are their owner's own."""
        own = Q(put_by=user)
        if not user.has_perm("clients.use_whole_bin"):
            return self.filter(own)
        if (
            user.is_superuser
            or user.scope == Scope.ALL
            or user.has_perm("clients.view_all_clients")
        ):
            return self.filter(own | ~Q(kind=BinKind.SELECTION))
        from clients.models import Client

        return self.filter(
            own | Q(client__in=Client.with_bin.visible_to(user)) | Q(kind=BinKind.ENTRY)
        )


class SelectionQuerySet(models.QuerySet):
    def usable_by(self, user: User | int) -> Any:
        return self.filter(Q(owner=user) | Q(is_shared=True)).order_by(
            "position", "name", "pk"
        )


class ImportJobQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "ImportJobQuerySet":
        """Imports `user` may look into, of what he may load himself: his own; all of them when he reads every card."""
        sees_all = (
            user.is_superuser
            or user.scope == Scope.ALL
            or user.has_perm("clients.view_all_clients")
        )
        mine = self.filter(entity__in=rights.entities_of(user))
        return mine if sees_all else mine.filter(created_by=user)


class BulkChangeQuerySet(models.QuerySet):
    def visible_to(
        self, user: User, *, entity: str = "client", right: str = "clients.bulk_change"
    ) -> "BulkChangeQuerySet":
        """Bulk changes `user` may look into: his own; all of them when he reads every card and has the right to make some."""
        found = self.filter(entity=entity)
        sees_all = (
            user.is_superuser
            or user.scope == Scope.ALL
            or user.has_perm("clients.view_all_clients")
        )
        if sees_all and user.has_perm(right):
            return found
        return found.filter(created_by=user)

    def begun(self) -> "BulkChangeQuerySet":
        """Those that somebody decided on."""
        return self.exclude(state=BulkState.PREVIEW)


class OfPersonQuerySet(models.QuerySet):
    """Rows that are of a contact person or of a client."""

    def visible_to(self, user: User) -> Any:
        """Those of persons whom `user` may read, and those that name him as the one who answers or decided."""
        if sees_all(user):
            return self.all()
        from clients.models import Client, Contact

        names = {field.name for field in self.model._meta.fields}
        mine = "responsible" if "responsible" in names else "decided_by"
        return self.filter(
            Q(contact__in=Contact.objects.visible_to(user))
            | Q(client__in=Client.objects.visible_to(user))
            | Q(**{mine: user})
        )


class PersonRequestQuerySet(OfPersonQuerySet):
    def open(self) -> "PersonRequestQuerySet":
        return self.filter(closed_at=None)

    def needs_attention(
        self, *, user: User | int, until: date
    ) -> "PersonRequestQuerySet":
        """Open requests that `user` answers for and whose last day is before `until`, the most urgent first."""
        return (
            self.open()
            .filter(responsible=user, due_on__lt=until)
            .order_by("due_on", "pk")
        )


class ImportMappingQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "ImportMappingQuerySet":
        """Saved sets of columns that `user` may load by: his own and the shared ones."""
        usable = Q(owner=user) | Q(is_shared=True)
        return self.filter(usable, entity__in=rights.entities_of(user))


class SuspectedPairQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "SuspectedPairQuerySet":
        """Pairs both of whose cards `user` may read."""
        if sees_all(user):
            return self.all()
        from clients.models import Client

        seen = Client.objects.visible_to(user).values("pk")
        return self.filter(first__in=seen, second__in=seen)


class TakeOverQuerySet(models.QuerySet):
    def open(self) -> "TakeOverQuerySet":
        return self.filter(state="open")

    def visible_to(self, user: User) -> "TakeOverQuerySet":
        """Requests that concern `user`: his own, those about clients he leads, and those he may decide."""
        own = Q(asker=user) | Q(curator=user)
        if user.has_perm("clients.change_curator"):
            from clients.models import Client

            return self.filter(own | Q(client__in=Client.objects.visible_to(user)))
        return self.filter(own)
