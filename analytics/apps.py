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
            kept_ladder,
            kept_work,
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
        from clients import base_reports

        receivers.connect()
        parts_of_base.watch()
        base_reports.tell_by_months(kept_ladder.climbed, kept_work.met)
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
