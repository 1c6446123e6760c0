from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PipelineConfig(AppConfig):
    name = "pipeline"
    label = "pipeline"
    verbose_name = _("Pipeline")

    def ready(self) -> None:
        from clients import distribution
        from pipeline import book, schedules
        from salesexpert.audit import subjects
        from salesexpert.core import settings_pages
        from salesexpert.core.settings_pages import SettingsPage

        book.watch()
        distribution.declare_away(schedules.away_at)
        settings_pages.declare(
            SettingsPage(
                "pipeline:processes",
                _("Processes and stages"),
                _("The ways that deals go: stages, norms, checklists, performers"),
                "arrow-right",
                "pipeline.manage_processes",
            ),
            SettingsPage(
                "plan:company_hours",
                _("Working hours"),
                _("When the company works; people may have hours of their own"),
                "clock",
                "accounts.manage_company",
            ),
        )
        subjects.register_tasks({"series.plan": _("planning of repeating work")})
        subjects.register_verbs(
            {
                "process.added": _("process added: %(name)s"),
                "process.changed": _("process changed: %(name)s"),
                "process.retired": _("process retired: %(name)s"),
                "process.restored": _("process taken back: %(name)s"),
                "process.removed": _("process removed: %(name)s"),
                "stage.added": _("stage added: %(name)s"),
                "stage.changed": _("stage changed: %(name)s"),
                "stage.retired": _("stage retired: %(name)s"),
                "stage.restored": _("stage taken back: %(name)s"),
                "stage.removed": _("stage removed: %(name)s"),
                "norm.set": _("norm set: %(name)s"),
                "norm.removed": _("norm of a segment removed: %(name)s"),
                "norm.declined": _("norm from history declined: %(name)s"),
                "series.begun": _("let work repeat"),
                "series.changed": _("changed repeating work"),
                "series.stopped": _("stopped repeating work"),
                "series.ended": _("repeating work ended by itself"),
                "absence.set": _("absence set"),
                "absence.changed": _("absence changed"),
                "absence.approved": _("absence approved"),
                "absence.declined": _("absence declined"),
                "absence.removed": _("absence removed"),
                "feed.opened": _("calendar subscription opened"),
                "feed.revoked": _("calendar subscription closed"),
                "hours.set": _("working hours set"),
                "hours.removed": _("working hours removed"),
            }
        )
