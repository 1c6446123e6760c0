"""The inbox as one question: filters, search, order and columns read from an address. Page and export ask through it."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from clients import inquiry_filters, phones
from clients.inquiry_querysets import InquiryQuerySet
from clients.list_filters import SHOWING, Chosen
from clients.listing import Chip, canonical, paths_for
from salesexpert.accounts.models import User
from salesexpert.core import keyset
from salesexpert.core.folding import fold
from salesexpert.core.registry import Field, registry

PAGE_SIZE = 25
COUNT_CAP = 10_000
LIST = "inquiries"
FIRST = "who"


class InquiryListing:
    """What `user` sees of `inquiries` (already narrowed by `visible_to`) under the parameters of an address."""

    def __init__(
        self, params: QueryDict, inquiries: InquiryQuerySet, *, user: User
    ) -> None:
        self.params, self.user, self.inquiries = params, user, inquiries
        self.filterset = inquiry_filters.filterset(params, inquiries, user=user)
        self.typed = " ".join(params.get("q", "").replace("\x00", " ").split())[:200]

    @cached_property
    def found(self) -> QuerySet:
        rows = self.filterset.narrowed
        numbers = [n.e164.lstrip("+") for n in phones.read(self.typed) if n.e164]
        for words in numbers or fold(self.typed).split():
            rows = rows.filter(folded__contains=words)
        return rows

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chips) or bool(self.typed)

    @cached_property
    def count(self) -> int:
        return keyset.capped_count(self.found, cap=COUNT_CAP)

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
            elif form.cleaned_data.get(name) not in (None, "") and name != "state":
                words = given.words(form.cleaned_data[name])
                of = "" if given.of in inquiry_filters.HIDDEN else given.of
                chips.append(Chip(label, words, of, self.without(name)))
        if self.sort_fault:
            chips.append(Chip(_("Order"), "", "", self.without("sort"), self.sort_fault))  # fmt: skip
        return chips

    def without(self, *names: str) -> str:
        params = self.params.copy()
        for name in (*names, *SHOWING):
            params.pop(name, None)
        return params.urlencode()

    @cached_property
    def selection_parameters(self) -> str:
        return canonical(self.params)

    # ── in what order ────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _order(self) -> tuple[Field | None, bool, str]:
        text = self.params.get("sort", "")
        known = {f.name: f for f in registry.columns("inquiry") if f.order_by}
        field = known.get(text.removeprefix("-"))
        if text and field is None:
            return None, False, _("“%s” cannot be sorted by.") % text[:60]
        return field, text.startswith("-"), ""

    @property
    def sort_fault(self) -> str:
        return self._order[2]

    @property
    def sort(self) -> str:
        field, down, _fault = self._order
        if field is None:
            return "-received_at"
        return f"-{field.name}" if down else field.name

    def parts(self) -> list[keyset.Part]:
        """Those with a value first, in its order; those without behind them, the newest first."""
        field, down, _fault = self._order
        order = field.order_by if field else ("received_at", "pk")
        sign = "-" if down or field is None else ""
        signed = tuple(f"{sign}{name}" for name in order)
        if order[0] == "received_at":
            return [keyset.Part(self.found, signed)]
        return [
            keyset.Part(self.found.filter(**{f"{order[0]}__isnull": False}), signed),
            keyset.Part(self.found.filter(**{f"{order[0]}__isnull": True}), ("-pk",)),
        ]

    # ── with what columns ────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def columns(self) -> list[Field]:
        return [f for f in chosen_columns(self.user) if f.name not in self._constant]

    @cached_property
    def _constant(self) -> set[str]:
        self.filterset.form.is_valid()
        cleaned = self.filterset.form.cleaned_data
        return {
            name
            for name in ("channel", "responsible", "form", "campaign", "source")
            if isinstance(cleaned.get(name), Chosen) and len(cleaned[name].values) == 1
        }

    def page(self, *, more: Sequence[str] = ()) -> keyset.Page:
        return keyset.page(
            self.parts(),
            [*paths_for(self.columns), *more],
            size=PAGE_SIZE,
            after=self.params.get("after", ""),
            before=self.params.get("before", ""),
            ids_first=True,
        )

    def chunks(
        self, columns: Sequence[Field], *, size: int
    ) -> Iterator[list[keyset.Row]]:
        return keyset.chunks(self.parts(), paths_for(columns), size=size)


def columns_for(user: User) -> list[Field]:
    return registry.columns("inquiry")


def chosen_columns(user: User) -> list[Field]:
    """The columns that `user` chose, or the default ones; who asked leads."""
    names = user.list_columns.get(LIST) or []
    known = {f.name: f for f in columns_for(user)}
    chosen = [known[name] for name in names if name in known and name != FIRST]
    if not chosen:
        chosen = [f for f in known.values() if f.default_column and f.name != FIRST]
    return [known[FIRST], *chosen]
