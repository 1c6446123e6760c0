"""Pages of the settings that papers and money add."""

from django.utils.translation import gettext_lazy as _

from salesexpert.core import settings_pages
from salesexpert.core.settings_pages import SettingsPage


def declare() -> None:
    settings_pages.declare(
        SettingsPage(
            "deals:firms",
            _("Own firms"),
            _("Requisites, accounts, stamps and signatures of the firms that sell; rates of VAT"),
            "building",
            "deals.manage_own_firms",
        ),
        SettingsPage(
            "deals:schedules",
            _("Schedules of receipts"),
            _("Templates of advance and rest with their terms, put into a deal in one step"),
            "cash",
            "deals.manage_own_firms",
        ),
        SettingsPage(
            "deals:templates",
            _("Templates of papers"),
            _("Offers, contracts, invoices, acts: what they consist of, with a preview"),
            "template",
            "deals.manage_templates",
        ),
    )  # fmt: skip
