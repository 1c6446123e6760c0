import zoneinfo
from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils import timezone, translation

from salesexpert.core.http import htmx_of


class PreferencesMiddleware:
    """Activates the signed-in user's language and time zone; before signing in, the cookie's language or the company's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            language, zone = user.language, user.time_zone
        else:
            language, zone = self._asked_language(request), settings.TIME_ZONE
        try:
            current = zoneinfo.ZoneInfo(zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            current = zoneinfo.ZoneInfo(settings.TIME_ZONE)
        request.LANGUAGE_CODE = language
        with translation.override(language), timezone.override(current):
            response = self.get_response(request)
            if (
                isinstance(response, SimpleTemplateResponse)
                and not response.is_rendered
            ):
                response.render()
        response.headers.setdefault("Content-Language", language)
        return response

    def _asked_language(self, request: HttpRequest) -> str:
        """The cookie's choice, else the company's language: a Russian firm's login page is Russian whatever the browser says."""
        asked = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class SecondFactorMiddleware:
    """Leads people whose role requires a second factor to enrolment before anything else.

    The answer "has one" is kept in the session, so that pages do not ask the database each time.
    """

    ENROLLED = "second_factor"
    OPEN = {
        "mfa_activate_totp",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "account_logout",
        "accounts:language",
    }

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        user, match = request.user, request.resolver_match
        if (
            not user.is_authenticated
            or user.role is None
            or not user.role.requires_second_factor
            or request.session.get(self.ENROLLED) == user.pk
            or (match is not None and match.view_name in self.OPEN)
            or not getattr(view, "login_required", True)
        ):
            return None
        if is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            request.session[self.ENROLLED] = user.pk
            return None
        if htmx_of(request):
            answer = HttpResponse(status=204)
            answer["HX-Redirect"] = reverse("mfa_activate_totp")
            return answer
        return redirect("mfa_activate_totp")
