"""What an administrator types about fax lines."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mailing.actions.faxes import DRIVERS
from mailing.choices import FaxDriver
from mailing.mailbox_forms import KEPT
from mailing.models import FaxLine
from salesexpert.core.forms import LookForm, LookModelForm


class FaxLineForm(LookModelForm):
    use_required_attribute = False

    class Meta:
        model = FaxLine
        fields = (
            "name",
            "number_format",
            "quiet_from",
            "quiet_until",
            "attempts",
            "per_hour",
            "is_default",
            "is_active",
        )
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = DRIVERS[self.instance.driver].options
        for name, (label, example) in self.own.items():
            self.fields[name] = forms.CharField(
                label=label,  # type: ignore[arg-type]
                required=name in {"address", "host"},
                max_length=200,
                initial=self.instance.options.get(name, ""),
                help_text=example and _("For example: %s") % example,
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )
        if secret := DRIVERS[self.instance.driver].secret:
            label, purpose = secret
            self.fields["secret"] = forms.CharField(
                label=label,  # type: ignore[arg-type]
                required=False,
                max_length=200,
                help_text=KEPT if self.instance.secret_sealed else purpose,  # type: ignore[arg-type]
                widget=forms.PasswordInput(
                    attrs={"autocomplete": "new-password", "class": "form-control"}
                ),
            )
        self.order_fields(["name", *self.own, "secret"])

    def clean_attempts(self) -> int:
        attempts = self.cleaned_data["attempts"]
        if not 1 <= attempts <= 12:
            raise ValidationError(_("Give a number from %(least)s to %(most)s.") % {"least": 1, "most": 12})  # fmt: skip
        return int(attempts)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("quiet_from")) != bool(cleaned.get("quiet_until")):
            self.add_error("quiet_until", _("Give both times or neither."))
        address = cleaned.get("address")
        if self.instance.driver == FaxDriver.GATEWAY and address:
            if "{number}" not in address or address.count("@") != 1:
                self.add_error("address", _("Say where the number goes: {number}@fax.example"))  # fmt: skip
        host = cleaned.get("host")
        if host and (host.startswith("-") or any(sign in host for sign in " /\\") or not host.isprintable()):  # fmt: skip
            self.add_error("host", _("Give the name of the server alone, for example fax.firm.example."))  # fmt: skip
        if str(cleaned.get("sender", "")).startswith("-"):
            self.add_error("sender", _("It may not begin with a dash."))
        return cleaned

    def clean_secret(self) -> str:
        secret = str(self.cleaned_data["secret"])
        if not secret.isprintable():
            raise ValidationError(_("It may hold no line breaks and other signs that cannot be seen."))  # fmt: skip
        return secret

    def given(self) -> dict[str, str]:
        return {name: str(self.cleaned_data.get(name) or "").strip() for name in self.own}  # fmt: skip


class TrialForm(LookForm):
    number = forms.CharField(label=_("Fax number for a trial page"), max_length=40)
