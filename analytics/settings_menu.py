"""Pages of the settings that pay and plans add."""

from django.utils.translation import gettext_lazy as _

from salesexpert.core import settings_pages
from salesexpert.core.settings_pages import SettingsPage


def declare() -> None:
    settings_pages.declare(
        SettingsPage(
            "analytics:schemes",
            _("Schemes of pay"),
            _("What sellers are paid for, who is on which scheme, how a draft would have paid"),
            "cash",
            "analytics.manage_schemes",
        ),
    )  # fmt: skip
