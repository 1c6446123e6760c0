"""What a head lets his people see of one another, as he ticks it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import rankings
from analytics.indicators import Indicator
from salesexpert.core.forms import LookForm


class RankingForm(LookForm):
    indicator = forms.MultipleChoiceField(label=gettext_lazy("Places by"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}))  # fmt: skip
    with_figures = forms.BooleanField(label=gettext_lazy("Show the figures beside the places"), required=False)  # fmt: skip

    def __init__(self, *args: Any, known: Mapping[str, Indicator], **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["indicator"].choices = [(name, one.label) for name, one in known.items()]

    def clean_indicator(self) -> list[str]:
        names: list[str] = self.cleaned_data["indicator"]
        if len(names) > rankings.MOST:
            raise forms.ValidationError(_("Choose at most %(most)d: more of them distract.") % {"most": rankings.MOST})  # fmt: skip
        return names
