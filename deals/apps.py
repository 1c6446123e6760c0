from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DealsConfig(AppConfig):
    name = "deals"
    label = "deals"
    verbose_name = _("Deals")

    def ready(self) -> None:
        from clients.bulk import records
        from deals import (
            asking,
            binning,
            client_fields,
            dictionaries,
            fields,
            importing,
            journal,
            money_journal,
            palette,
            paper_journal,
            settings_menu,
            telling,
            vat,
        )
        from deals.bulk_ways import DEALS
        from deals.handing import notice
        from deals.team import notice as team_notice
        from pipeline import fields as process_fields
        from salesexpert.outbox import kinds

        kinds.register_kinds({"paper": _("paper from a deal")})
        records.declare(DEALS)
        settings_menu.declare()
        telling.declare()
        vat.watch()
        binning.declare()
        dictionaries.declare()
        fields.declare()
        process_fields.declare(asking.askable)
        palette.declare()
        journal.register()
        paper_journal.register()
        money_journal.register()
        client_fields.register()
        notice.declare()
        team_notice.declare()
        importing.declare()
