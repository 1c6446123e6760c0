import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils import timezone, translation


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
