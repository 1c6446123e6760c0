"""What an address asks of any list: filters with their chips, order, columns, a page. Each list adds what is its own."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clients import own_fields, reading
from clients.list_filters import SHOWING, Chosen
from salesexpert.accounts import people
from salesexpert.accounts.models import User
from salesexpert.core import keyset
from salesexpert.core.registry import Field, FieldType, registry
from salesexpert.core.templatetags.look import number

PAGE_SIZE = 25
COUNT_CAP = 10_000


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force (or misunderstood: `fault` says why it is ignored).

    `field` names its picker, `rest` is the query string without it.
    """

    label: str
    words: str
    field: str
    rest: str
    fault: str = ""


class Listing(ABC):
    """What `user` sees of `rows` (already narrowed by `visible_to`) under the parameters of an address."""

    ENTITY: ClassVar[str]
    NAME: ClassVar[str]
    """Under which the user's choice of columns is kept."""
    FIRST: ClassVar[str]
    """The column that always leads."""
    SEGMENTS: ClassVar[tuple[str, ...]]
    """Columns that say the same in every row once a filter asks for one value of them."""
    NEWEST: ClassVar[str] = ""
    """By which rows stand, the newest first, when nothing is asked."""
    SORTS_FEW: ClassVar[str | Promise] = ""
    """Says that the own field `field` sorts at most `count` rows."""
    UNTOLD: ClassVar[frozenset[str]] = frozenset()
    """Filters that tabs show and chips do not."""
    UNPICKED: ClassVar[frozenset[str]] = frozenset()
    """Filters without a picker."""

    def __init__(self, params: QueryDict, rows: QuerySet, *, user: User) -> None:
        self.params, self.user, self.rows = params, user, rows
        self.filterset = self.filterset_for(params, rows)
        self.typed = " ".join(params.get("q", "").replace("\x00", " ").split())[:200]

    @abstractmethod
    def filterset_for(self, params: QueryDict, rows: QuerySet) -> Any: ...

    # ── which ────────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    @abstractmethod
    def found(self) -> QuerySet:
        """All rows that the filters and the search leave, in no order."""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chips) or bool(self.typed)

    @property
    def cap(self) -> int:
        return COUNT_CAP

    @cached_property
    def count(self) -> int:
        """Capped: one more than `cap` means “more than that”."""
        return keyset.capped_count(self.found, cap=self.cap)

    def total(self, page: keyset.Page) -> int:
        """A page that holds everything need not be counted."""
        return self.count if page.next or page.previous else len(page.rows)

    @cached_property
    def chips(self) -> list[Chip]:
        form = self.filterset.form
        form.is_valid()
        chips = []
        for name, given in self.filterset.filters.items():
            label = str(given.label)
            if name in form.errors:
                fault = " ".join(form.errors[name])
                chips.append(Chip(label, "", given.of, self.without(name), fault))
            elif form.cleaned_data.get(name) not in (None, "") and name not in self.UNTOLD:  # fmt: skip
                words = given.words(form.cleaned_data[name])
                of = "" if given.of in self.UNPICKED else given.of
                chips.append(Chip(label, words, of, self.without(name)))
        if self.sort_fault:
            rest = self.without("sort")
            chips.append(Chip(_("Order"), "", "", rest, self.sort_fault))
        return chips

    def without(self, *names: str) -> str:
        """The query string without some parameters, on its first page."""
        params = self.params.copy()
        for name in (*names, *SHOWING):
            params.pop(name, None)
        return params.urlencode()

    @cached_property
    def selection_parameters(self) -> str:
        """What a saved selection keeps: everything that says which rows and in what order, empty values left out."""
        return canonical(self.params)

    # ── in what order ────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _order(self) -> tuple[Field | None, bool, str]:
        return self._asked_order()

    def _asked_order(self) -> tuple[Field | None, bool, str]:
        """The field sorted by, whether downwards, and why what was asked is ignored."""
        text = self.params.get("sort", "")
        field = self.sortable().get(text.removeprefix("-"))
        if text and field is None:
            return None, False, _("“%s” cannot be sorted by.") % text[:60]
        if field and own_fields.id_of(field.name) and self._is_long:
            most = number(own_fields.MOST_SORTED)
            return None, False, self.SORTS_FEW % {"field": field.label, "count": most}
        return field, text.startswith("-"), ""

    @property
    def _is_long(self) -> bool:
        """Values of own fields stand beside the rows: of many rows no index gives the first page of them in order."""
        most = own_fields.MOST_SORTED
        return keyset.capped_count(self.found, cap=most) > most

    def sortable(self) -> dict[str, Field]:
        return {f.name: f for f in registry.columns(self.ENTITY) if f.order_by}

    @property
    def sort_fault(self) -> str:
        return self._order[2]

    @property
    def sort(self) -> str:
        """The column sorted by, with a minus when downwards."""
        field, down, _fault = self._order
        if field is None:
            return f"-{self.NEWEST}"
        return f"-{field.name}" if down else field.name

    def parts(self) -> list[keyset.Part]:
        field, down, _fault = self._order
        order = field.order_by if field else (self.NEWEST, "pk")
        return self.dated(self.found, order, down=down or field is None)

    def dated(
        self, found: QuerySet, order: Sequence[str], *, down: bool
    ) -> list[keyset.Part]:
        """Those with a value first, in its order, up or down; those without behind them, the newest first."""
        signed = tuple(f"-{name}" if down else name for name in order)
        first = order[0]
        if not self.rows.model._meta.get_field(first).null:
            return [keyset.Part(found, signed)]
        return [
            keyset.Part(found.filter(**{f"{first}__isnull": False}), signed),
            keyset.Part(found.filter(**{f"{first}__isnull": True}), ("-pk",)),
        ]

    def by_own(
        self,
        found: QuerySet,
        field: Field,
        *,
        down: bool,
        then: Sequence[str],
        rest: Sequence[str],
    ) -> list[keyset.Part]:
        """By the value of an own field and `then`; those without one behind them, by `rest`."""
        own = own_fields.book().fields[own_fields.id_of(field.name) or 0]
        keyed, name = own_fields.ordered_by(found, own), own_fields.ORDER
        order = tuple(f"-{one}" if down else one for one in (name, *then))
        return [
            keyset.Part(keyed.filter(**{f"{name}__isnull": False}), order),
            keyset.Part(keyed.filter(**{f"{name}__isnull": True}), tuple(rest)),
        ]

    # ── with what columns ────────────────────────────────────────────────────────────────────────────────────────────

    @classmethod
    def columns_for(cls, user: User) -> list[Field]:
        return [
            f
            for f in registry.columns(cls.ENTITY)
            if not f.permission or user.has_perm(f.permission)
        ]

    @classmethod
    def chosen_columns(cls, user: User) -> list[Field]:
        """The columns that `user` chose, or the default ones; the first always leads."""
        names = user.list_columns.get(cls.NAME) or []
        known = {f.name: f for f in cls.columns_for(user)}
        first = known.pop(cls.FIRST)
        chosen = [known[name] for name in names if name in known]
        return [first, *(chosen or (f for f in known.values() if f.default_column))]

    @cached_property
    def columns(self) -> list[Field]:
        """The user's own choice of columns, less those that a filter makes the same in every row."""
        chosen = self.chosen_columns(self.user)
        return [f for f in chosen if f.name not in self._constant]

    @cached_property
    def _constant(self) -> set[str]:
        self.filterset.form.is_valid()
        cleaned = self.filterset.form.cleaned_data
        return {
            name
            for name in self.SEGMENTS
            if isinstance(cleaned.get(name), Chosen) and len(cleaned[name].values) == 1
        }

    @property
    def ids_first(self) -> bool:
        """Whether the ids of a page are looked for before its rows: see `keyset.page`."""
        return True

    def page(self, *, more: Sequence[str] = ()) -> keyset.Page:
        """One page of rows with the paths of its columns (and `more`); what a row has several of is not read yet."""
        page = keyset.page(
            self.parts(),
            self.asked(more),
            size=PAGE_SIZE,
            after=self.params.get("after", ""),
            before=self.params.get("before", ""),
            ids_first=self.ids_first,
        )
        for name in self._people:
            parts = [f"{name}__{part}" for part in reading.PERSON]
            for row in page.rows:
                person = people.parts_of_name(row[f"{name}_id"])
                row.update(zip(parts, person, strict=True))
        return page

    def asked(self, more: Sequence[str]) -> list[str]:
        """The paths that a page reads: of a person his id, for names of people are held."""
        held = {f"{name}__{part}" for name in self._people for part in reading.PERSON}
        paths = [path for path in paths_for(self.columns) if path not in held]
        ids = [f"{name}_id" for name in self._people]
        return list(dict.fromkeys((*paths, *ids, *more)))

    @cached_property
    def _people(self) -> list[str]:
        """Of the columns those that name a person whom the row itself names."""
        own = {f.name for f in self.rows.model._meta.fields if f.related_model is User}
        return [f.path for f in self.columns if f.type == FieldType.PERSON and f.path in own and not f.paths]  # fmt: skip

    def chunks(
        self, columns: Sequence[Field], *, size: int
    ) -> Iterator[list[keyset.Row]]:
        return keyset.chunks(self.parts(), paths_for(columns), size=size)


def paths_for(columns: Sequence[Field]) -> list[str]:
    return list(dict.fromkeys(p for f in columns for p in reading.paths_of(f)))


def gathered(
    columns: Sequence[Field], rows: Sequence[Mapping[str, Any]]
) -> dict[str, dict[int, Sequence[Any]]]:
    """For columns of several values and own fields: {column: {id: texts}}, one query a column however many rows."""
    ids = [row["pk"] for row in rows]
    found: dict[str, Any] = {}
    together: dict[Any, list[Field]] = {}
    for field in columns if ids else ():
        if field.together:
            together.setdefault(field.together, []).append(field)
        elif field.gather:
            found[field.name] = dict(field.gather(ids))
    for gather, several in together.items():
        values = gather(several, ids)
        found |= {f.name: values.get(f.name, {}) for f in several}
    return found


def canonical(params: QueryDict) -> str:
    """Parameters in one spelling: sorted, without empty values and without those that only say how to show."""
    kept = QueryDict(mutable=True)
    for name in sorted(params):
        if name not in SHOWING:
            values: list[Any] = [v for v in params.getlist(name) if v.strip()]
            if values:
                kept.setlist(name, values)
    return kept.urlencode()
