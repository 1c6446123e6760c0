from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "analytics"
    label = "analytics"
    verbose_name = _("Analytics")

    def ready(self) -> None:
        from analytics import (
            bonuses,
            fulfilment,
            kpi,
            receivers,
            settings_menu,
            telling,
            wording,
        )
        from analytics.actions import queries
        from analytics.choices import BonusMeasure, PlanMeasure

        receivers.connect()
        wording.register()
        fulfilment.declare()
        settings_menu.declare()
        telling.declare()
        queries.declare()
        for measure in PlanMeasure.values:
            bonuses.register(f"plan_{measure}", fulfilment.percent_of(measure))
        bonuses.register(BonusMeasure.KPI, kpi.score_of)
