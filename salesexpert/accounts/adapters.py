"""What allauth asks of us."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _

from salesexpert.accounts.network import client_ip
from salesexpert.core import preferences


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _(
            "Too many wrong attempts from your network. Try again in a few minutes."
        ),
        "incorrect_password": _("The password did not match."),
        "incorrect_code": _("The code did not match."),
        "rate_limited": _("Too many attempts. Try again in a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: an administrator invites."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Limit wrong passwords by address; the count per person is axes' (`accounts.lockout`).

        allauth's own limit per person would lock a colleague out of every computer of the office.
        """
        self._login_failed_rl_usage = ratelimit.consume(
            request,
            app="allauth.account",
            action="password_failed",
        )
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    def add_message(
        self, request: HttpRequest, level: int, *args: Any, **kwargs: Any
    ) -> None:
        """Only what the page itself does not show; allauth would greet at every sign-in."""
        sentence = self.said.get(
            kwargs.get("message_template") or (args[0] if args else "")
        )
        if sentence:
            messages.add_message(request, level, sentence)

    said = {
        "mfa/messages/totp_activated.txt": _("The second factor is on."),
        "mfa/messages/totp_deactivated.txt": _("The second factor is off."),
        "mfa/messages/recovery_codes_generated.txt": _(
            "The new codes are ready. The old ones work no more."
        ),
    }

    def respond_user_inactive(
        self, request: HttpRequest, user: AbstractBaseUser
    ) -> HttpResponse:
        return HttpResponseRedirect(resolve_url("account_login"))


def _fernet() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(
                base64.urlsafe_b64encode(
                    hashlib.sha256(f"totp:{force_str(key)}".encode()).digest()
                )
            )
            for key in keys
        ]
    )


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The code did not match."),
        "cannot_delete_authenticator": _(
            "Your role requires the second factor: it cannot be switched off."
        ),
    }

    def encrypt(self, text: str) -> str:
        """Secrets of second factors lie in the database under a key of the installation: a copy of the base is not enough."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        company = preferences.get("company_name")
        return f"Sales Expert {company}".strip()

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        role = authenticator.user.role
        return not (
            role
            and role.requires_second_factor
            and authenticator.type == Authenticator.Type.TOTP
        )
