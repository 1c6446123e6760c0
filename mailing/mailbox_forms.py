"""What an administrator types about mailboxes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mailing.models import Mailbox
from salesexpert.core.forms import LookForm, LookModelForm

KEPT = _("Kept. Type a new one to change it.")


class MailboxForm(LookModelForm):
    """A password that is left empty stays as it is."""

    use_required_attribute = False
    password = forms.CharField(
        label=_("Password"),
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = Mailbox
        fields = (
            "name",
            "host",
            "port",
            "security",
            "username",
            "password",
            "folder",
            "is_active",
        )
        help_texts = {"security": _("Port 993 wants TLS, port 143 STARTTLS.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.password_sealed:
            self.fields["password"].help_text = KEPT

    def clean_host(self) -> str:
        host = self.cleaned_data["host"].strip()
        if not host or any(sign in host for sign in " /@:\\") or not host.isprintable():
            raise ValidationError(
                _("Give the name of the server alone, for example imap.firm.example.")
            )
        return host

    def clean_port(self) -> int:
        port = self.cleaned_data["port"]
        if not 1 <= port <= 65_535:
            raise ValidationError(_("Give a port from 1 to 65,535."))
        return int(port)

    def clean_folder(self) -> str:
        folder = self.cleaned_data["folder"].strip()
        if any(sign in folder for sign in '"\\\r\n') or not folder.isascii():
            raise ValidationError(_("Give the folder as the server names it, for example INBOX."))  # fmt: skip
        return folder


class ClearForm(LookForm):
    """An address that letters may go to again."""

    address = forms.EmailField(label=_("Letters may go again to"))
