"""KPI of a role and own indicators as a person types them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from analytics import formulas, kpi
from analytics.choices import Good, Unit
from analytics.models import OwnIndicator
from salesexpert.core.folding import fold
from salesexpert.core.form_fields import SumField
from salesexpert.core.forms import LookForm, LookFormSet

WRONG_TARGET = {
    "invalid": gettext_lazy("Write a number, for example 1500."),
    "min_value": gettext_lazy("A target is above nought."),
    "max_digits": gettext_lazy("This is more than can be kept."),
    "max_whole_digits": gettext_lazy("This is more than can be kept."),
    "max_decimal_places": gettext_lazy("Two digits of a fraction are enough."),
}
WRONG_WEIGHT = dict.fromkeys(("invalid", "min_value", "max_value"), gettext_lazy("A whole number from 1 to 100."))  # fmt: skip
HOW_MANY = gettext_lazy("Choose three to five: more of them distract, fewer say too little.")  # fmt: skip


class KpiRow(LookForm):
    """One KPI; a row in which nothing is chosen and nothing typed is none."""

    indicator = forms.ChoiceField(label=gettext_lazy("indicator"), required=False)
    target = SumField(label=gettext_lazy("target for a month"), min_value=Decimal("0.01"), required=False, error_messages=WRONG_TARGET)  # fmt: skip
    weight = forms.IntegerField(label=gettext_lazy("weight"), min_value=1, max_value=100, initial=1, required=False, error_messages=WRONG_WEIGHT)  # fmt: skip

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["indicator"].choices = [("", "—"), *choices]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("indicator") and data.get("target") is None and "target" not in self.errors:  # fmt: skip
            self.add_error("target", _("What is to be reached?"))
        if not data.get("indicator") and data.get("target") is not None and "indicator" not in self.errors:  # fmt: skip
            self.add_error("indicator", _("Of which indicator is this the target?"))
        return data


class KpiRows(LookFormSet):
    default_error_messages = {"too_many_forms": HOW_MANY}

    def clean(self) -> None:
        if any(self.errors):
            return
        chosen = [f.cleaned_data["indicator"] for f in self.forms if f.cleaned_data.get("indicator")]  # fmt: skip
        if len(chosen) != len(set(chosen)):
            raise forms.ValidationError(_("One indicator stands here twice."))
        if chosen and not kpi.FEWEST <= len(chosen) <= kpi.MOST:
            raise forms.ValidationError(HOW_MANY)

    def rows(self) -> list[tuple[str, Decimal, int]]:
        return [
            (f.cleaned_data["indicator"], f.cleaned_data["target"], f.cleaned_data.get("weight") or 1)
            for f in self.forms
            if f.cleaned_data.get("indicator")
        ]  # fmt: skip


KpiForms = forms.formset_factory(KpiRow, formset=KpiRows, extra=0, min_num=kpi.MOST, max_num=kpi.MOST, absolute_max=kpi.MOST)  # fmt: skip


class IndicatorForm(LookForm):
    name = forms.CharField(label=gettext_lazy("name in Russian"), max_length=120)
    name_en = forms.CharField(label=gettext_lazy("name in English"), max_length=120, required=False)  # fmt: skip
    formula = forms.CharField(
        label=gettext_lazy("formula"),
        max_length=formulas.LONGEST_IN_WORDS,
        widget=forms.Textarea(attrs={"rows": 3, "data_wide": True}),
        help_text=gettext_lazy("Numbers, names of indicators, + − × ÷ and brackets. Where something cannot be divided, a dash is shown."),
    )  # fmt: skip
    definition = forms.CharField(label=gettext_lazy("what it says"), max_length=300, required=False, widget=forms.TextInput(attrs={"data_wide": True}))  # fmt: skip
    unit = forms.ChoiceField(label=pgettext_lazy("of an indicator", "unit"), choices=Unit.choices)  # fmt: skip
    good = forms.ChoiceField(label=gettext_lazy("direction"), choices=Good.choices)

    def __init__(self, *args: Any, own: OwnIndicator | None = None, **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.own = own
        self.known = kpi.ready()

    def clean_name(self) -> str:
        return self._not_taken(self.cleaned_data["name"])

    def clean_name_en(self) -> str:
        return self._not_taken(self.cleaned_data["name_en"])

    def _not_taken(self, name: str) -> str:
        others = OwnIndicator.objects.filter(retired_at=None).exclude(pk=self.own.pk if self.own else 0)  # fmt: skip
        taken = {fold(n) for pair in others.values_list("name", "name_en") for n in pair if n}  # fmt: skip
        if name and fold(name) in {*taken, *kpi.codes_of(self.known)}:
            raise forms.ValidationError(_("There is an indicator with this name."))
        return name

    def clean_formula(self) -> str:
        """As it is kept: with codes for names."""
        text = self.cleaned_data["formula"].strip()
        labels = kpi.labels_of(self.known)
        try:
            kept = formulas.coded(text, kpi.codes_of(self.known))
            node = formulas.parse(kept, labels)
        except formulas.WrongFormula as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        if not formulas.names(kept):
            raise forms.ValidationError(_("Name at least one indicator."))
        if formulas.divides_by_nought(node):
            raise forms.ValidationError(_("It divides by nought: there would never be a value."))  # fmt: skip
        return kept
