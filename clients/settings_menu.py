"""Pages of the settings that the client base adds."""

from django.utils.translation import gettext_lazy as _

from salesexpert.core import settings_pages
from salesexpert.core.settings_pages import SettingsPage


def declare() -> None:
    settings_pages.declare(
        SettingsPage(
            "clients:dictionaries",
            _("Dictionaries"),
            _("Regions, industries, products, kinds of work: the words by which records are sorted"),
            "list",
            "clients.manage_dictionaries",
        ),
        SettingsPage(
            "clients:personal_data",
            _("Personal data"),
            _("Requests of persons with their terms, texts of consents, acts of erasure"),
            "lock",
            "clients.manage_personal_data",
        ),
        SettingsPage(
            "clients:bin",
            _("Bin"),
            _("What was deleted in the last thirty days, and taking it back"),
            "trash",
            "clients.use_bin",
        ),
    )  # fmt: skip
