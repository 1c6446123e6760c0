"""Filters by sums and by debt, of the list of deals and of the list of clients."""

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from clients.list_filters import (
    NONE,
    Chosen,
    ChosenFilter,
    DaysField,
    ListFilter,
    WordsField,
)
from deals import debts
from salesexpert.core.registry import Field
from salesexpert.core.templatetags.look import number

MAY_SEE = "deals.view_invoice"


class SumField(forms.Field):
    """A sum as people type it."""

    def to_python(self, value: Any) -> Decimal | None:
        text = "".join(str(value or "").replace("\x00", "").split()).replace(",", ".")
        if not text:
            return None
        try:
            found = Decimal(text[:40])
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite() or abs(found) >= Decimal(10) ** 13:
            raise ValidationError(_("“%s” is not a sum.") % text[:60])
        return found


class AmountFromFilter(ListFilter):
    field_class = SumField
    control = ("number", pgettext_lazy("sum", "From"))

    def words(self, value: Decimal) -> str:
        return _("from %s") % number(value)

    def filter(self, qs: QuerySet, value: Decimal | None) -> QuerySet:
        return qs if value is None else qs.filter(**{f"{self.field_name}__gte": value})


class AmountToFilter(ListFilter):
    field_class = SumField
    control = ("number", pgettext_lazy("sum", "To"))

    def words(self, value: Decimal) -> str:
        return _("to %s") % number(value)

    def filter(self, qs: QuerySet, value: Decimal | None) -> QuerySet:
        return qs if value is None else qs.filter(**{f"{self.field_name}__lte": value})


# ── debt: `field_name` is the key of an invoice, “deal” or “client” ──────────────────────────────────────────────────


class DebtFilter(ChosenFilter):
    """Who owes, who is late, who owes nothing. Nobody is found for those who may not read invoices."""

    field_class = WordsField
    WORDS = (
        ("owes", gettext_lazy("there is one")),
        ("overdue", gettext_lazy("overdue")),
        (NONE, gettext_lazy("no debt")),
    )

    def chosen(self, qs: QuerySet, value: Chosen) -> QuerySet:
        if not self.parent.user.has_perm(MAY_SEE):
            return qs.none()
        owed, key = debts.open_invoices().order_by(), self.field_name
        late = owed.filter(due_on__lt=timezone.localdate())
        meanings: dict[str, Any] = {
            "owes": Q(pk__in=owed.exclude(**{key: None}).values(key)),
            "overdue": Q(pk__in=late.exclude(**{key: None}).values(key)),
            NONE: ~Exists(owed.filter(**{key: OuterRef("pk")})),
        }
        wanted = Q()
        for word in value.values:
            wanted |= meanings[word]
        return qs.filter(wanted)


class DebtFromFilter(ListFilter):
    """So much or more in one currency."""

    field_class = SumField
    control = ("number", pgettext_lazy("sum", "From"))

    def words(self, value: Decimal) -> str:
        return _("from %s") % number(value)

    def filter(self, qs: QuerySet, value: Decimal | None) -> QuerySet:
        if value is None:
            return qs
        if not self.parent.user.has_perm(MAY_SEE):
            return qs.none()
        owing = (
            debts.open_invoices()
            .exclude(**{self.field_name: None})
            .order_by()
            .values(self.field_name, "currency")
            .annotate(owes=Sum(debts.REST))
            .filter(owes__gte=value)
        )
        return qs.filter(pk__in=owing.values(self.field_name))


class DebtDaysFilter(ListFilter):
    """The oldest unpaid term passed so many days ago or more."""

    field_class = DaysField
    control = ("days", gettext_lazy("Days, or more"))

    def words(self, value: int) -> str:
        return ngettext("%d day or more", "%d days or more", value) % value

    def filter(self, qs: QuerySet, value: int | None) -> QuerySet:
        if value is None:
            return qs
        if not self.parent.user.has_perm(MAY_SEE):
            return qs.none()
        late = debts.open_invoices().filter(
            due_on__lte=timezone.localdate() - timedelta(days=value)
        )
        late = late.exclude(**{self.field_name: None}).order_by()
        return qs.filter(pk__in=late.values(self.field_name))


def debt_filters(field: Field, key: str) -> dict[str, ListFilter] | None:
    """Filters of the fields “debt” and “debt_days” of what an invoice names by `key`; None for any other field."""
    common: dict[str, Any] = {"label": field.label, "required": False, "field_name": key}  # fmt: skip
    match field.name:
        case "debt":
            return {
                "debt": DebtFilter(choices=DebtFilter.WORDS, **common),
                "debt_from": DebtFromFilter(**common),
            }
        case "debt_days":
            return {"debt_days": DebtDaysFilter(**common)}
    return None
