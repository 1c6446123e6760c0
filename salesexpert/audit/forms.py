from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesexpert.accounts.models import User
from salesexpert.audit import subjects


class JournalFilter(forms.Form):
    person = forms.ModelChoiceField(
        label=_("Who"),
        queryset=User.objects.all(),
        required=False,
        empty_label=_("anyone"),
    )
    kind = forms.ChoiceField(label=_("What"), required=False)
    since = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=pgettext_lazy("period", "To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [
            ("", _("everything")),
            *((s.kind, s.label) for s in subjects.subjects()),
        ]
        for name in ("person", "kind"):
            self.fields[name].widget.attrs["class"] = "form-select"
        for name in ("since", "until"):
            self.fields[name].widget.attrs["class"] = "form-control"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("since", "until"):
            if cleaned.get(name) and not 1970 <= cleaned[name].year <= 2200:
                self.add_error(name, _("There is no journal for such a year."))
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The period ends before it begins."))
        return cleaned

    def question(self) -> dict[str, Any]:
        """Arguments for `reading.journal`: days of the reader's time zone made into moments, the last day included."""
        asked = self.cleaned_data
        person = asked["person"]
        return {
            "person": person.pk if person else None,
            "kind": asked["kind"],
            "since": _midnight(asked["since"]),
            "until": _midnight(asked["until"] and asked["until"] + timedelta(days=1)),
        }


def _midnight(day: Any) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
