"""allauth's forms in the look, with labels that say what to type."""

from typing import Any

from allauth.account.forms import ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.utils.translation import gettext_lazy as _

from salesexpert.core.forms import LookMixin


class CodeMixin(LookMixin):
    label: Any = _("Code from the app, or a recovery code")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = self.label
        code.widget.attrs.pop("placeholder", None)
        code.widget.attrs |= {
            "inputmode": "numeric",
            "autofocus": True,
            "spellcheck": "false",
            "maxlength": 20,
        }


class CodeForm(CodeMixin, AuthenticateForm):
    pass


class ConfirmByCodeForm(CodeMixin, CodeAgainForm):
    pass


class EnrolForm(CodeMixin, ActivateTOTPForm):
    label = _("Code from the app")


class ConfirmByPasswordForm(LookMixin, ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        password = self.fields["password"]
        password.label = _("Password")
        password.help_text = ""
        password.widget.attrs.pop("placeholder", None)
        password.widget.attrs |= {"autofocus": True, "maxlength": 200}
