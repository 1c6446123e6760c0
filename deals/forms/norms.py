"""Forms of norms."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from deals.norms_from_history import PERCENTILES, SEGMENTS
from pipeline.forms import LONGEST_NORM, SegmentMixin
from pipeline.models import Norm
from salesexpert.core.forms import LookForm, LookModelForm


class TypedForm(LookForm):
    """The stage's own norm; empty, no clock runs."""

    days = forms.IntegerField(min_value=1, max_value=LONGEST_NORM, required=False)


class ProposalForm(LookForm):
    """Which proposal is taken or declined: the page asks history again, so the days come from there."""

    percentile = forms.TypedChoiceField(choices=[(p, p) for p in PERCENTILES], coerce=int)  # fmt: skip
    segment = forms.ChoiceField(choices=[("", ""), *((s, s) for s in SEGMENTS)], required=False)  # fmt: skip
    entry = forms.IntegerField(min_value=1, max_value=2**62, required=False)


class SegmentNormForm(SegmentMixin, LookModelForm):
    class Meta:
        model = Norm
        fields = ["region", "industry", "group", "days"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit_segments()

    def clean_days(self) -> int:
        days = self.cleaned_data["days"]
        if not 0 < days <= LONGEST_NORM:
            raise forms.ValidationError(
                _("A norm is from 1 to %d working days.") % LONGEST_NORM
            )
        return days

    def clean(self) -> None:
        super().clean()
        if not self.errors and not any(self.cleaned_data.get(n) for n in SEGMENTS):
            self.add_error(None, _("Choose a region, an industry or a group: for all clients the norm stands in the row of the stage."))  # fmt: skip
