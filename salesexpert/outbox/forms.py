"""What an administrator types about mail servers."""

from email.utils import parseaddr
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from salesexpert.core.forms import LookModelForm
from salesexpert.outbox.models import MailAccount

KEPT = _("Kept. Type a new one to change it.")


class MailAccountForm(LookModelForm):
    """A password that is left empty stays as it is."""

    use_required_attribute = False
    password = forms.CharField(
        label=_("Password"),
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = MailAccount
        fields = (
            "name",
            "from_address",
            "host",
            "port",
            "security",
            "username",
            "password",
            "per_minute",
            "per_day",
            "connections",
            "timeout",
            "bounce_address",
            "is_active",
        )
        help_texts = {
            "from_address": _(
                "For example: sales@firm.example, or with a name: Sales department &lt;sales@firm.example&gt;"
            ),
            "security": _("Port 587 wants STARTTLS, port 465 TLS."),
            "per_minute": _("Empty: as many as the server takes."),
            "bounce_address": _(
                "Its mailbox is read on the page “Mailboxes”. It must take letters to name+anything@…"
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.password_sealed:
            self.fields["password"].help_text = KEPT
        limits = {"port": (1, 65_535), "connections": (1, 20), "timeout": (1, 120)}
        for name, (least, most) in limits.items():
            self.fields[name].min_value, self.fields[name].max_value = least, most  # type: ignore[attr-defined]
            self.fields[name].widget.attrs |= {"min": least, "max": most}
        self._limits = limits

    def clean_from_address(self) -> str:
        text = " ".join(self.cleaned_data["from_address"].split())
        try:
            validate_email(parseaddr(text)[1])
        except ValidationError as error:
            raise ValidationError(
                _("Give an address, for example: Sales department <sales@firm.example>")
            ) from error
        return text

    def clean_host(self) -> str:
        host = self.cleaned_data["host"].strip()
        if not host or any(sign in host for sign in " /@:\\") or not host.isprintable():
            raise ValidationError(_("Give the name of the server alone, for example smtp.firm.example."))  # fmt: skip
        return host

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, (least, most) in self._limits.items():
            value = cleaned.get(name)
            if value is not None and not least <= value <= most:
                self.add_error(name, _("Give a number from %(least)s to %(most)s.") % {"least": least, "most": most})  # fmt: skip
        for name in ("per_minute", "per_day"):
            if cleaned.get(name) == 0:
                self.add_error(name, _("Nothing would ever go out: give at least 1, or leave it empty."))  # fmt: skip
        return cleaned
