from django.apps import AppConfig
from django.db.models.signals import post_migrate
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
            parts_of_base,
            query_tasks,
            receivers,
            settings_menu,
            telling,
            wording,
        )
        from analytics.actions import sendings
        from analytics.choices import BonusMeasure, PlanMeasure
        from analytics.queries import campaign_costs, ready

        receivers.connect()
        parts_of_base.watch()
        wording.register()
        fulfilment.declare()
        settings_menu.declare()
        telling.declare()
        query_tasks.declare()
        sendings.declare()
        campaign_costs.declare()
        post_migrate.connect(ready.install, sender=self)
        for measure in PlanMeasure.values:
            bonuses.register(f"plan_{measure}", fulfilment.percent_of(measure))
        bonuses.register(BonusMeasure.KPI, kpi.score_of)
