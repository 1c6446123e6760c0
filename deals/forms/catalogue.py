from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.dictionaries import BY_SLUG
from clients.forms.dictionaries import EntryForm
from clients.models import Product
from deals.choices import VatKind
from deals.models import ProductPrice
from salesexpert.core.forms import LookModelForm


class ProductForm(EntryForm):
    """A product with its terms of sale; a name that is taken is refused beside it."""

    dictionary = BY_SLUG["products"]
    vat_kind = forms.ChoiceField(label=_("VAT"), choices=VatKind.choices)
    is_service = forms.BooleanField(label=_("This is a service"), required=False)
    description = forms.CharField(
        label=_("Description for offers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data_wide": True}),
    )

    class Meta:
        model = Product
        fields = ["name", "name_en", "code", "category", "unit"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("category", "unit"):
            field: Any = self.fields[name]
            field.queryset = field.queryset.in_use()
        terms = getattr(self.instance, "terms", None) if self.instance.pk else None
        if terms is not None:
            for name in ("vat_kind", "is_service", "description"):
                self.fields[name].initial = getattr(terms, name)

    @property
    def terms(self) -> dict[str, Any]:
        return {n: self.cleaned_data[n] for n in ("vat_kind", "is_service", "description")}  # fmt: skip


class PriceForm(LookModelForm):
    class Meta:
        model = ProductPrice
        fields = ["price", "cost", "currency", "since"]
        widgets = {"since": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "price": _("With VAT"),
            "cost": _("What one costs us, without VAT"),
        }

    def __init__(self, *args: Any, sees_cost: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sees_cost:
            del self.fields["cost"]
        for name in {"price", "cost"} & set(self.fields):
            self.fields[name].min_value = 0  # type: ignore[attr-defined]

    def clean_price(self) -> Any:
        if self.cleaned_data["price"] < 0:
            raise forms.ValidationError(_("A price is not below nought."))
        return self.cleaned_data["price"]

    def clean_cost(self) -> Any:
        cost = self.cleaned_data["cost"]
        if cost is not None and cost < 0:
            raise forms.ValidationError(_("A cost is not below nought."))
        return cost

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).upper()
        if not (len(code) == 3 and code.isascii() and code.isalpha()):
            raise forms.ValidationError(_("Three letters: RUB, USD, EUR, CNY."))
        return code

    def validate_unique(self) -> None:
        """The price of a day given once more corrects it."""
