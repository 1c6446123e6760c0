"""Lines of a deal and offers."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from deals.choices import OfferKind
from deals.models import DealLine
from deals.vat import percents_offered
from salesexpert.core.forms import LookForm
from salesexpert.core.money import trimmed
from salesexpert.core.templatetags.look import percents

_DAY = {"type": "date"}


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs=_DAY, format="%Y-%m-%d")


class NumberField(forms.DecimalField):
    """A number as people type it: “1 284 600,50” is one."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "".join(value.split()).replace("\xa0", "").replace(",", ".")
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off"}


def _vat_choices() -> list[tuple[str, str]]:
    return [
        ("" if p is None else str(trimmed(p)), str(_("without VAT")) if p is None else percents(p))
        for p in percents_offered(timezone.localdate())
    ]  # fmt: skip


class LineForm(LookForm):
    name = forms.CharField(label=_("Name"), max_length=300)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)
    quantity = NumberField(label=_("Quantity"), min_value=Decimal("0.001"), max_digits=14, decimal_places=3)  # fmt: skip
    price = NumberField(label=_("Price with VAT"), min_value=0, max_digits=14, decimal_places=2)  # fmt: skip
    discount = NumberField(label=_("Discount, %"), min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False)  # fmt: skip
    vat_percent = forms.ChoiceField(
        label=_("VAT"), required=False, choices=_vat_choices
    )
    cost = NumberField(label=_("Cost price of one, without VAT"), min_value=0, max_digits=14, decimal_places=2, required=False)  # fmt: skip

    def __init__(self, *args: Any, line: DealLine | None = None, sees_cost: bool = False, **kwargs: Any) -> None:  # fmt: skip
        if line is not None:
            kwargs.setdefault("initial", {
                "name": line.name, "unit": line.unit, "quantity": trimmed(line.quantity),
                "price": line.price, "discount": trimmed(line.discount), "cost": line.cost,
                "vat_percent": "" if line.vat_percent is None else str(trimmed(line.vat_percent)),
            })  # fmt: skip
        super().__init__(*args, **kwargs)
        if line is not None and line.vat_percent is not None:
            kept = str(trimmed(line.vat_percent))
            field: Any = self.fields["vat_percent"]
            choices = list(field.choices)
            if kept not in {value for value, _label in choices}:
                field.choices = [(kept, percents(line.vat_percent)), *choices]
        if not sees_cost:
            del self.fields["cost"]
        self.fields["name"].widget.attrs["data_wide"] = True

    def clean_discount(self) -> Decimal:
        return self.cleaned_data["discount"] or Decimal(0)

    def clean_vat_percent(self) -> Decimal | None:
        value = self.cleaned_data["vat_percent"]
        return Decimal(value) if value else None


class CellsForm(LookForm):
    """What is edited in the row itself."""

    quantity = NumberField(label=_("Quantity"), min_value=Decimal("0.001"), max_digits=14, decimal_places=3)  # fmt: skip
    price = NumberField(label=_("Price"), min_value=0, max_digits=14, decimal_places=2)
    discount = NumberField(label=_("Discount"), min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False)  # fmt: skip

    def clean_discount(self) -> Decimal:
        return self.cleaned_data["discount"] or Decimal(0)


class OfferForm(LookForm):
    kind = forms.ChoiceField(label=_("Offer"), choices=OfferKind.choices)
    discount = NumberField(label=_("Further discount, %"), min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False)  # fmt: skip
    made_on = forms.DateField(label=_("Date"), widget=day_input())
    valid_until = forms.DateField(
        label=_("Valid until"), required=False, widget=day_input()
    )
    terms = forms.CharField(
        label=_("Terms"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, "data_wide": True}),
    )

    def clean_discount(self) -> Decimal:
        return self.cleaned_data["discount"] or Decimal(0)

    def clean(self) -> None:
        super().clean()
        made, until = self.cleaned_data.get("made_on"), self.cleaned_data.get("valid_until")  # fmt: skip
        if made and until and until < made:
            self.add_error("valid_until", _("The last day is before the first one."))


class CounterForm(LookForm):
    total = NumberField(label=_("Client's sum"), min_value=0, max_digits=14, decimal_places=2, required=False)  # fmt: skip
    on = forms.DateField(label=_("Answered on"), widget=day_input())
    comment = forms.CharField(
        label=_("What he said"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4, "data_wide": True}),
    )

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("total") is None and not self.cleaned_data.get("comment"):  # fmt: skip
            self.add_error("comment", _("Give the client's sum or his words."))
