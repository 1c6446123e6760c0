from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ClientsConfig(AppConfig):
    name = "clients"
    label = "clients"
    verbose_name = _("Clients")

    def ready(self) -> None:
        from clients import (
            about,
            completeness,
            erasure_sql,
            filters,
            frozen,
            inquiry_fields,
            inquiry_journal,
            inquiry_notices,
            inquiry_palette,
            intake_preferences,
            journal,
            kinds,
            layout,
            legal_forms,
            own_fields,
            own_filters,
            preferences,
            settings_menu,
            telling,
        )
        from clients.bulk import client_records, records
        from salesexpert.core import roles

        records.declare(client_records.CLIENTS)
        journal.register()
        preferences.declare()
        about.watch()
        kinds.watch()
        completeness.watch()
        post_migrate.connect(completeness.install, sender=self)
        layout.watch()
        legal_forms.watch()
        own_fields.watch()
        own_filters.declare()
        filters.own_filters.append(frozen.filters_of)
        roles.allow_function(erasure_sql.SIGNATURE)
        roles.allow_function("purge_relationship_moves(bigint)")
        settings_menu.declare()
        intake_preferences.declare()
        inquiry_fields.declare()
        inquiry_journal.register()
        inquiry_notices.declare()
        inquiry_palette.declare()
        telling.declare()
