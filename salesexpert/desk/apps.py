from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "salesexpert.desk"
    label = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        from clients import layout
        from salesexpert.desk.panels import PANELS

        layout.declare_panels((panel.name, panel.title) for panel in PANELS)
