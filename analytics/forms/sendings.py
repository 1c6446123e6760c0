"""A sending of a report as a person types it."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from analytics import query_reading, reading
from analytics.choices import Files, Rhythm
from analytics.models import ReportSending
from analytics.scope import scope_of
from salesexpert.accounts.models import User
from salesexpert.core.forms import LookForm

MOST_RECEIVERS = 300
PLAIN = ("name", "rhythm", "weekday", "month_day", "hour")


class SendingForm(LookForm):
    """Receivers are the owner and those whose figures he may see: each of them gets his own part."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    receivers = forms.ModelMultipleChoiceField(label=gettext_lazy("To whom"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple)  # fmt: skip
    rhythm = forms.ChoiceField(label=gettext_lazy("How often"), choices=Rhythm.choices)
    weekday = forms.TypedChoiceField(label=pgettext_lazy("day of the week", "On"), choices=[(n + 1, name) for n, name in WEEKDAYS.items()], coerce=int)  # fmt: skip
    month_day = forms.IntegerField(label=gettext_lazy("Day of the month"), min_value=1, max_value=31)  # fmt: skip
    hour = forms.TimeField(label=gettext_lazy("At what time"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))  # fmt: skip
    formats = forms.MultipleChoiceField(label=gettext_lazy("Files"), choices=Files.choices, required=False, widget=forms.CheckboxSelectMultiple)  # fmt: skip

    def __init__(self, *args: Any, sending: ReportSending, **kwargs: Any) -> None:
        initial: dict[str, Any] = {name: getattr(sending, name) for name in PLAIN}  # fmt: skip
        kept = sending.receivers.values_list("pk", flat=True) if sending.pk else [sending.owner_id]  # fmt: skip
        initial |= {"receivers": list(kept), "formats": sending.files}
        super().__init__(*args, initial=initial, **kwargs)
        self.sending = sending
        able = User.objects.with_permission("deals.view_deal").exclude(email="")
        seen = scope_of(sending.owner).users()
        people = able.filter(pk__in=seen.values("pk")) | able.filter(pk__in=[sending.owner_id, *kept])  # fmt: skip
        found = people.order_by("last_name", "first_name", "pk")
        fields: Any = self.fields
        fields["receivers"].queryset = found
        self.people = list(found[:MOST_RECEIVERS])

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_receivers(self) -> Any:
        found = self.cleaned_data["receivers"]
        if len(found) > MOST_RECEIVERS:
            raise forms.ValidationError(_("Not more than %d receivers.") % MOST_RECEIVERS)  # fmt: skip
        blind = [str(p) for p in found if not reading.is_known(p, self.sending.report, QueryDict())] if query_reading.number_of(self.sending.report) is not None else []  # fmt: skip
        if blind:
            raise forms.ValidationError(_("They do not see this query: %s. Save it for everyone or for their roles first.") % ", ".join(blind[:5]))  # fmt: skip
        return found

    def clean(self) -> dict[str, Any]:
        """A day that the rhythm does not ask for is not seen: it stays as it was, whatever stands in its field."""
        data: dict[str, Any] = super().clean() or {}
        for name, rhythm in (("weekday", Rhythm.WEEK), ("month_day", Rhythm.MONTH)):
            if name in self.errors and data.get("rhythm") not in (None, rhythm):
                del self.errors[name]
                data[name] = self.initial[name]
        return data

    def filled(self) -> ReportSending:
        """The sending with what was typed, not saved yet."""
        for name in PLAIN:
            setattr(self.sending, name, self.cleaned_data[name])
        self.sending.files = self.cleaned_data["formats"]
        return self.sending
