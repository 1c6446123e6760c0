from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClientsConfig(AppConfig):
    name = "clients"
    label = "clients"
    verbose_name = _("Clients")

    def ready(self) -> None:
        from clients import erasure_sql, journal, kinds, preferences
        from salesexpert.core import roles

        journal.register()
        preferences.declare()
        kinds.watch()
        roles.allow_function(erasure_sql.SIGNATURE)
