"""What people type about calls and exchanges."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients import kinds
from clients.actions.activity_rules import Promise, Step
from clients.models import ActivityResult, Client
from salesexpert.accounts.models import User
from salesexpert.core.forms import LookForm, LookModelForm
from salesexpert.telephony import matching
from salesexpert.telephony.actions.settling import the_call
from salesexpert.telephony.choices import Waits
from salesexpert.telephony.models import Call, Connection
from salesexpert.telephony.providers.base import Provider

FARTHEST = timedelta(days=3660)
KEPT = _("Kept. Type a new one to change it.")


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SummaryForm(LookForm):
    """The résumé of a talk, with whose it was where the number alone does not tell, and the next step."""

    use_required_attribute = False
    client = forms.ModelChoiceField(
        Client.objects.none(),
        label=_("Whose call it was"),
        empty_label=_("Choose the card"),
        error_messages={"required": _("Choose the card, or open a new one."), "invalid_choice": _("Choose from the list.")},
    )  # fmt: skip
    summary = forms.CharField(
        label=_("What was agreed"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        error_messages={"required": _("Write a line on how it went.")},
    )
    result = forms.ModelChoiceField(
        ActivityResult.objects.none(),
        label=_("Result"),
        required=False,
        empty_label=_("Not chosen"),
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    promise = forms.CharField(label=_("Promised"), required=False, max_length=500)
    promise_until = forms.DateField(label=_("Until"), required=False, widget=_day(), error_messages={"invalid": _("Give a date, for example 20.11.2026.")})  # fmt: skip
    next_title = forms.CharField(label=_("Next step"), required=False, max_length=200)
    next_on = forms.DateField(label=_("Day"), required=False, widget=_day(), error_messages={"invalid": _("Give a date, for example 20.11.2026.")})  # fmt: skip
    next_at = forms.TimeField(
        label=_("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Give a time, for example 14:30.")},
    )
    next_performer = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who does it"),
        required=False,
        empty_label=_("I"),
        error_messages={"invalid_choice": _("This person no longer works here.")},
    )

    def __init__(self, data: Any = None, *, call: Call, user: User, at: datetime) -> None:  # fmt: skip
        super().__init__(data)
        self.call, self.at = call, at
        if call.waits == Waits.CARD:
            rows = matching.readable(matching.cards_of(call.number), user).select_related("legal_form")  # fmt: skip
            self.fields["client"].queryset = rows  # type: ignore[attr-defined]
            self.initial["client"] = rows.first() if len(rows) == 1 else None
        else:
            del self.fields["client"]
        results = kinds.book().results_of(the_call())
        self.fields["result"].queryset = ActivityResult.objects.filter(pk__in=[r.pk for r in results])  # type: ignore[attr-defined]  # fmt: skip
        if user.has_perm("clients.plan_for_others"):
            self.fields["next_performer"].queryset = User.objects.active().exclude(pk=user.pk).order_by("last_name", "first_name")  # type: ignore[attr-defined]  # fmt: skip
        else:
            del self.fields["next_performer"]

    @property
    def has_cards(self) -> bool:
        field: Any = self.fields.get("client")
        return field is None or bool(field.queryset)

    def clean(self) -> None:
        cleaned, today = self.cleaned_data, timezone.localdate(self.at)
        for name in ("promise_until", "next_on"):
            day: date | None = cleaned.get(name)
            if day and day < today:
                self.add_error(name, _("This day has passed: choose today or later."))
            elif day and day > today + FARTHEST:
                self.add_error(name, _("This is more than ten years away."))
        if cleaned.get("promise_until") and not cleaned.get("promise"):
            self.add_error("promise", _("Write what was promised."))
        planned = cleaned.get("next_title") or cleaned.get("next_at") or cleaned.get("next_performer")  # fmt: skip
        if planned and not cleaned.get("next_on") and "next_on" not in self.errors:
            self.add_error("next_on", _("Give the day."))

    def promised(self) -> Promise | None:
        text = self.cleaned_data["promise"].strip()
        return Promise(text=text, due_on=self.cleaned_data.get("promise_until")) if text else None  # fmt: skip

    def step(self) -> Step | None:
        day = self.cleaned_data.get("next_on")
        if day is None:
            return None
        clock = self.cleaned_data.get("next_at") or time(10, 0)
        return Step(
            kind=the_call(),
            planned_at=timezone.make_aware(datetime.combine(day, clock)),
            performer=self.cleaned_data.get("next_performer"),
            title=self.cleaned_data.get("next_title") or "",
        )


class ConnectionForm(LookModelForm):
    """An exchange, with what its provider asks for. A secret that is left empty stays as it is."""

    use_required_attribute = False

    class Meta:
        model = Connection
        fields = ("name", "city_code", "responsible")

    def __init__(self, data: Any = None, *, instance: Connection, provider: Provider) -> None:  # fmt: skip
        super().__init__(data, instance=instance)
        self.provider = provider
        people: Any = self.fields["responsible"]
        people.queryset = User.objects.active().order_by("last_name", "first_name")
        people.empty_label = _("Nobody")
        kept = instance.credentials
        for one in provider.credentials:
            is_kept = bool(kept.get(one.name))
            self.fields[one.name] = forms.CharField(
                label=one.label,
                required=one.is_required and not (one.is_secret and is_kept),
                max_length=500,
                initial="" if one.is_secret else kept.get(one.name, one.default),
                help_text=KEPT if one.is_secret and is_kept else one.help,
                widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
                if one.is_secret
                else forms.TextInput(attrs={"autocomplete": "off"}),
            )
            css = self.fields[one.name].widget.attrs
            css["class"] = "form-control"

    def clean_city_code(self) -> str:
        code = self.cleaned_data["city_code"].strip()
        if code and not (code.isascii() and code.isdigit()):
            raise forms.ValidationError(_("Give digits alone, for example 495."))
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("callback_url", "api_url"):
            url = cleaned.get(name)
            if url and not url.startswith(("https://", "http://")):
                self.add_error(name, _("Give an address that begins with https://."))
            if url and name == "callback_url" and "{number}" not in url:
                self.add_error(name, _("Say where the number goes: {number}."))
        port = cleaned.get("port")
        if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
            self.add_error("port", _("Give a port from 1 to 65,535."))
        return cleaned

    def given(self) -> dict[str, str]:
        """What is kept from now on of what the provider asks for."""
        kept = dict(self.instance.credentials)
        for one in self.provider.credentials:
            value = (self.cleaned_data.get(one.name) or "").strip()
            if value or not one.is_secret:
                kept[one.name] = value
        return kept


class ExtensionForm(LookForm):
    use_required_attribute = False
    number = forms.RegexField(
        r"^[0-9A-Za-z_.*#+-]{1,20}$",
        label=pgettext_lazy("of an exchange", "Extension"),
        error_messages={"required": _("Give the extension."), "invalid": _("Up to twenty digits or Latin letters, without spaces.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )  # fmt: skip
    user = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Whose telephone"),
        empty_label=_("Choose the person"),
        error_messages={"required": _("Choose the person."), "invalid_choice": _("Choose from the list.")},
    )  # fmt: skip

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        people: Any = self.fields["user"]
        people.queryset = User.objects.active().order_by("last_name", "first_name")
