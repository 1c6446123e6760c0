from typing import Any

from allauth.account.forms import LoginForm
from allauth.account.internal import flows
from allauth.account.models import Login
from django import forms
from django.contrib.auth import password_validation
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from salesexpert.accounts.lockout import attempts_left
from salesexpert.accounts.models import User
from salesexpert.core.forms import LookForm, LookMixin

LOGIN_LENGTH = 254
# Longer than any phrase a person types; a megabyte would only keep the hash busy.
PASSWORD_LENGTH = 200


class SignInForm(LookMixin, LoginForm):
    """User name or e-mail, and password. Unknown names and wrong passwords get one and the same answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.widget.attrs.pop("placeholder")
        password.widget.attrs.pop("placeholder")
        login.label = _("User name or e-mail")
        login.widget.attrs |= {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
            "maxlength": LOGIN_LENGTH,
            "autofocus": True,
        }
        password.help_text = ""
        password.label = _("Password")
        password.widget.attrs["maxlength"] = PASSWORD_LENGTH
        remember = self.fields["remember"]
        remember.label = _("Stay signed in on this computer for 30 days")
        remember.initial = True

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if len(password) > PASSWORD_LENGTH:
            raise forms.ValidationError(_("This password is too long."))
        return password

    def clean_login(self) -> str:
        login = super().clean_login()
        if len(login) > LOGIN_LENGTH:
            raise forms.ValidationError(_("This name is too long."))
        return login

    def _clean_with_password(self, credentials: dict[str, Any]) -> dict[str, Any]:
        user = flows.login.get_adapter(self.request).authenticate(
            self.request, **credentials
        )
        if user is None:
            self.add_error("password", self._refusal())
        else:
            self._login = Login(user=user, email=credentials.get("email"))
            self.user = user
        return self.cleaned_data

    def _refusal(self) -> str:
        # The name stays as typed, so the cursor waits where the mistake was.
        self.fields["login"].widget.attrs.pop("autofocus")
        self.fields["password"].widget.attrs["autofocus"] = True
        sentence = str(_("The name or the password did not match."))
        left = attempts_left(self.request)
        if left:
            sentence += " " + ngettext(
                "%(left)d attempt left.", "%(left)d attempts left.", left
            ) % {"left": left}
        return sentence

    def _login_with_password(
        self,
        request: HttpRequest,
        redirect_url: str | None,
        credentials: dict[str, Any],
    ) -> HttpResponse:
        """Who has just typed his password need not type it again to enrol his second factor."""
        self._login.redirect_url = redirect_url
        flows.login.record_authentication(
            request, self._login.user, method="password", reauthenticated=True
        )
        answer = flows.login.perform_login(request, self._login)
        # 0: until the browser is closed.
        request.session.set_expiry(None if self.cleaned_data["remember"] else 0)
        return answer


class NewPasswordForm(LookForm):
    """A new password twice, judged by the company's policy."""

    password1 = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=PASSWORD_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("New password again"),
        strip=False,
        max_length=PASSWORD_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password1(self) -> str:
        password = self.cleaned_data["password1"]
        password_validation.validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ."))
        return data


class ChangePasswordForm(NewPasswordForm):
    current = forms.CharField(
        label=_("Current password"),
        strip=False,
        max_length=PASSWORD_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["current", "password1", "password2"]

    def clean_current(self) -> str:
        if not self.user.check_password(self.cleaned_data["current"]):
            raise forms.ValidationError(_("The password did not match."))
        return self.cleaned_data["current"]


class AskResetForm(LookForm):
    login = forms.CharField(
        label=_("User name or e-mail"),
        max_length=LOGIN_LENGTH,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )
