"""What a competitor asks: who, for what, how much, seen on which day and where."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Product
from deals.forms.deals import CURRENCIES, MoneyInput, day_input
from deals.models import Competitor, CompetitorPrice
from pipeline.forms import in_use
from salesexpert.core.forms import LookModelForm


class CompetitorPriceForm(LookModelForm):
    newcomer = forms.CharField(
        label=gettext_lazy("Or a new competitor"), max_length=160, required=False
    )

    class Meta:
        model = CompetitorPrice
        fields = ["competitor", "product", "price", "currency", "seen_on", "known_from"]

    field_order = ["competitor", "newcomer"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["competitor"].queryset = in_use(Competitor.objects.all(), self.instance.competitor_id)  # fmt: skip
        fields["competitor"].required = False
        fields["product"].queryset = in_use(Product.objects.all(), self.instance.product_id)  # fmt: skip
        fields["product"].empty_label = _("a whole order")
        fields["price"].widget = MoneyInput()
        fields["price"].widget.attrs["class"] = "form-control num"
        fields["seen_on"].label = _("Seen on")
        fields["seen_on"].widget = day_input()
        fields["seen_on"].widget.attrs["class"] = "form-control"
        currencies = [c for c, _label in CURRENCIES]
        if (own := self.instance.currency) not in currencies:
            currencies.append(own)
        fields["currency"].widget = forms.Select(choices=[(c, c) for c in currencies])
        fields["currency"].widget.attrs["class"] = "form-select"
        fields["known_from"].widget.attrs["data_wide"] = "1"

    def clean_price(self) -> Any:
        price = self.cleaned_data["price"]
        if price <= 0:
            raise forms.ValidationError(_("A price is more than nought."))
        return price

    def clean_currency(self) -> str:
        currency = self.cleaned_data["currency"]
        widget: Any = self.fields["currency"].widget
        known = dict(widget.choices)
        if currency not in known:
            raise forms.ValidationError(_("Choose a currency of the list."))
        return currency

    def clean_seen_on(self) -> Any:
        day = self.cleaned_data["seen_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("A price cannot have been seen in the future."))  # fmt: skip
        return day

    def clean(self) -> None:
        super().clean()
        self.cleaned_data["newcomer"] = " ".join(self.cleaned_data.get("newcomer", "").split())  # fmt: skip
        name = self.cleaned_data["newcomer"]
        if name and not any(letter.isalnum() for letter in name):
            self.add_error("newcomer", _("A name needs a letter or a digit."))
        elif not name and not self.cleaned_data.get("competitor") and "competitor" not in self.errors:  # fmt: skip
            self.add_error("competitor", _("Say whose price it is."))
