"""Settings of the company that concern people and signing in."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from salesexpert.core import preferences, settings_pages
from salesexpert.core.preferences import Declared
from salesexpert.core.settings_pages import SettingsPage


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
    settings_pages.declare(
        SettingsPage(
            "accounts:users",
            _("Users"),
            _("Who may sign in, with which role, in which department"),
            "users",
            "accounts.manage_users",
        ),
        SettingsPage(
            "accounts:departments",
            _("Departments"),
            _("The tree of departments, by which teams see records"),
            "sitemap",
            "accounts.manage_users",
        ),
        SettingsPage(
            "accounts:roles",
            _("Roles"),
            _("What kinds of employees may do and whose records they see"),
            "key",
            "accounts.manage_roles",
        ),
        SettingsPage(
            "accounts:lockouts",
            _("Locked logins"),
            _("Names locked after wrong passwords, and unlocking"),
            "lock",
            "accounts.manage_users",
        ),
        SettingsPage(
            "accounts:company",
            _("Company"),
            _("Name, time zone and rules of work"),
            "adjustments",
            "accounts.manage_company",
        ),
    )
