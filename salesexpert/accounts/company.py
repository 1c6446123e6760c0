"""Settings of the company that concern people and signing in."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from salesexpert.core import preferences
from salesexpert.core.preferences import Declared


def declare() -> None:
    preferences.declare(
        Declared("company_name", _("Company name"), "text", ""),
        Declared(
            "help_contact",
            _("Whom to ask for access"),
            "text",
            "",
            help=_("An e-mail address or a phone; stands on the login page."),
        ),
        Declared(
            "default_language",
            _("Language of new users"),
            "choice",
            settings.LANGUAGE_CODE,
            choices=(("ru", "Русский"), ("en", "English")),
        ),
        Declared(
            "default_time_zone",
            _("Time zone of new users"),
            "time_zone",
            settings.TIME_ZONE,
        ),
    )
