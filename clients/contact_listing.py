"""The list of contact persons as one question: filters, search, order and page read from an address."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from clients import (
    advertising,
    exports,
    own_fields,
    own_filters,
    reading,
    searching,
)
from clients.choices import DecisionRole
from clients.list_base import COUNT_CAP, PAGE_SIZE, Chip, gathered, paths_for
from clients.models import Contact, ContactLink
from clients.querysets import ClientQuerySet
from clients.tables import ListTable, Row
from salesexpert.accounts.models import User
from salesexpert.core import keyset
from salesexpert.core.forms import LookForm
from salesexpert.core.registry import Field, registry

COLUMNS = ("name", "clients", "position", "phones", "emails")
NOW, LEFT, NOWHERE = "now", "left", "nowhere"


class ContactFilterSet(django_filters.FilterSet):
    """What the address may ask of contact persons. A wrong word narrows nothing and is told beside its field."""

    role = django_filters.ChoiceFilter(
        label=_("Role in the decision"),
        choices=[c for c in DecisionRole.choices if c[0]],
        empty_label=_("Any role"),
        method="of_role",
    )
    works = django_filters.ChoiceFilter(
        label=_("Works"),
        choices=[
            (NOW, _("Works in a firm now")),
            (LEFT, _("Works nowhere now")),
            (NOWHERE, _("Without a firm")),
        ],
        empty_label=_("Working or not"),
        method="of_work",
    )
    advertising = django_filters.ChoiceFilter(
        label=_("Consent to advertising"),
        choices=advertising.yes_no_choices,
        empty_label=_("Any consent"),
        method="of_advertising",
    )
    archived = django_filters.ChoiceFilter(
        label=_("Archive"),
        choices=[("yes", _("Only the archive"))],
        empty_label=_("Without the archive"),
        method="of_archive",
    )

    class Meta:
        model = Contact
        fields: tuple[str, ...] = ()
        form = LookForm

    def of_role(self, contacts: QuerySet, name: str, value: str) -> QuerySet:
        return contacts.filter(
            Exists(_places().filter(decision_role=value, until_on=None))
        )

    def of_work(self, contacts: QuerySet, name: str, value: str) -> QuerySet:
        works, ever = Exists(_places().filter(until_on=None)), Exists(_places())
        if value == NOW:
            return contacts.filter(works)
        return contacts.filter(~works & ever if value == LEFT else ~ever)

    def of_advertising(self, contacts: QuerySet, name: str, value: str) -> QuerySet:
        return advertising.contacts_by_consent(
            contacts,
            value.removeprefix("no_"),
            agreed=not value.startswith("no_"),
        )

    def of_archive(self, contacts: QuerySet, name: str, value: str) -> QuerySet:
        return contacts  # narrowed below: the list without the filter has no archive


def _places() -> QuerySet[ContactLink]:
    return ContactLink.objects.filter(contact=OuterRef("pk"), client__bin=None)


class ContactListing:
    """What `user` sees of `contacts` (already narrowed by `visible_to`) under the parameters of an address."""

    def __init__(self, params: QueryDict, contacts: QuerySet, *, user: User) -> None:
        self.params, self.user = params, user
        own = own_filters.asked(params, "contact")
        self.own = list(own)
        made = type("OwnContactFilterSet", (ContactFilterSet,), own) if own else None
        self.filterset = (made or ContactFilterSet)(params, contacts)
        self.typed = " ".join(params.get("q", "").replace("\x00", " ").split())[:200]
        self.query = searching.read_query(self.typed)
        self.sort = "-name" if params.get("sort") == "-name" else "name"

    @cached_property
    def narrowed(self) -> QuerySet:
        form = self.filterset.form
        form.is_valid()
        contacts: QuerySet = self.filterset.filter_queryset(self.filterset.queryset)
        archive = form.cleaned_data.get("archived") == "yes"
        return contacts.filter(archived_at__isnull=not archive)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.query) or any(self.filterset.form.cleaned_data.values())

    @cached_property
    def columns(self) -> list[Field]:
        own = own_fields.registered("contact")
        return [
            *(registry.get("contact", name) for name in COLUMNS),
            *(f for f in own if f.default_column),
        ]

    @property
    def all_columns(self) -> list[Field]:
        """What an export holds: the columns of the list and every own field."""
        own = own_fields.registered("contact")
        return [*self.columns, *(f for f in own if not f.default_column)]

    @cached_property
    def chips(self) -> list[Chip]:
        """The filters by own fields in force, or why one is left out."""
        form = self.filterset.form
        form.is_valid()
        chips = []
        for name in self.own:
            given: Any = self.filterset.filters[name]
            rest = self.params.copy()
            for gone in (name, "after", "before"):
                rest.pop(gone, None)
            fault = " ".join(form.errors.get(name, []))
            said = form.cleaned_data.get(name)
            if fault or said not in (None, ""):
                words = "" if fault else given.words(said)
                chips.append(
                    Chip(str(given.label), words, given.of, rest.urlencode(), fault)
                )
        return chips

    def parts(self) -> list[keyset.Part]:
        narrowed = self.narrowed
        if self.query is not None and "sort" not in self.params:
            if not self.query.is_short and len(self._hits) <= searching.FEW:
                by_likeness = ("likeness", "folded", "pk")
                return [keyset.Known(narrowed, by_likeness, self._hits)]
            ranked = searching.ranked(narrowed, self.query)
            return [keyset.Part(part, ("folded", "pk")) for part in ranked]
        sign = "-" if self.sort.startswith("-") else ""
        found = searching.matching(narrowed, self.query)
        return [keyset.Part(found, (f"{sign}folded", f"{sign}pk"))]

    @cached_property
    def _hits(self) -> list[tuple[int, str, int]]:
        if self.query is None:
            return []
        return searching.hits(self.narrowed, self.query)

    def page(self) -> keyset.Page:
        return keyset.page(
            self.parts(),
            paths_for(self.columns),
            size=PAGE_SIZE,
            after=self.params.get("after", ""),
            before=self.params.get("before", ""),
            ids_first=self.is_narrowed,
        )

    def chunks(
        self, columns: Sequence[Field], *, size: int
    ) -> Iterator[list[dict[str, Any]]]:
        """Every row the filters leave, for an export."""
        return keyset.chunks(self.parts(), paths_for(columns), size=size)

    def values(self, columns: Sequence[Field]) -> Iterator[list[Any]]:
        """Rows of an export, several values of one field joined by “; ”."""
        for rows in self.chunks(columns, size=1000):
            several = self.gathered(rows, columns)
            for row in rows:
                yield [
                    exports.together(several[f.name].get(row["pk"], ()))
                    if f.gather
                    else reading.value_of(f, row)
                    for f in columns
                ]

    @property
    def cap(self) -> int:
        """As far as matches are counted; see `ClientListing.cap`."""
        return searching.FEW if self.query else COUNT_CAP

    def total(self, page: keyset.Page) -> int:
        """How many there are; a page that holds everything need not be counted."""
        if not page.next and not page.previous:
            return len(page.rows)
        if self.query is not None and not self.query.is_short:
            return len(self._hits)
        found = searching.matching(self.narrowed, self.query)
        return keyset.capped_count(found, cap=self.cap)

    def gathered(
        self, rows: Sequence[Row], columns: Sequence[Field] | None = None
    ) -> dict[str, Mapping[int, Sequence[Any]]]:
        """Values of many rows a person; of his firms only those that the user may read."""
        ids = [row["pk"] for row in rows]
        asked = [
            f for f in columns or self.columns if f.name not in ("clients", "position")
        ]
        found = gathered(asked, rows)
        places = ContactLink.objects.filter(
            ClientQuerySet.seen_by(self.user, "client"),
            contact__in=ids,
            until_on=None,
        )
        firms: dict[int, list[str]] = {}
        positions: dict[int, list[str]] = {}
        names = reading.client_name_paths("client__")
        for row in places.order_by("-is_main", "pk").values(
            "contact_id", "position", *names
        ):
            firms.setdefault(row["contact_id"], []).append(
                reading.client_name(row, "client__")
            )
            if row["position"]:
                positions.setdefault(row["contact_id"], []).append(row["position"])
        return {**found, "clients": firms, "position": positions}


class ContactTable(ListTable):
    """Contact persons, the name leading to his page."""

    def __init__(self, rows: Sequence[Row], *, root: str, **more: Any) -> None:
        self.root = root
        super().__init__(rows, cells={"name": ("nm", self._name)}, **more)

    def _name(self, row: Row) -> str:
        name = reading.text_of(self.fields["name"], row)
        return format_html(
            '<a class="q cut" href="{}{}/"><b>{}</b></a>', self.root, row["pk"], name
        )
