from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    name = "salesexpert.outbox"
    label = "outbox"
    verbose_name = _("Outbox")

    def ready(self) -> None:
        from salesexpert.core import preferences, settings_pages
        from salesexpert.core.preferences import Declared
        from salesexpert.core.settings_pages import SettingsPage
        from salesexpert.outbox.wires import REALLY_LEAVES

        preferences.declare(
            Declared(
                REALLY_LEAVES,
                _("letters leave this machine"),
                "yes_no",
                False,
                page="mail",
            )
        )
        settings_pages.declare(
            SettingsPage(
                url="outbox:servers",
                label=_("Mail"),
                description=_(
                    "Mail servers and their limits, signatures, SPF and DMARC."
                ),
                icon="send",
                permission="outbox.manage_mail",
            ),
            SettingsPage(
                url="outbox:letters",
                label=_("Letters"),
                description=_(
                    "What was sent, what waits and what failed, with a second try."
                ),
                icon="mail",
                permission="outbox.view_outbox",
            ),
        )
