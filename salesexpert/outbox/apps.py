from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    name = "salesexpert.outbox"
    label = "outbox"
    verbose_name = _("Outbox")

    def ready(self) -> None:
        from salesexpert.core import settings_pages
        from salesexpert.core.settings_pages import SettingsPage

        settings_pages.declare(
            SettingsPage(
                url="outbox:letters",
                label=_("Letters"),
                description=_(
                    "What was sent, what waits and what failed, with a second try."
                ),
                icon="mail",
                permission="outbox.view_outbox",
            )
        )
