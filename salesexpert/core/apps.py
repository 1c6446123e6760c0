from pathlib import Path

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "salesexpert.core"
    label = "core"
    verbose_name = _("Core")

    def ready(self) -> None:
        from django.conf import settings

        from salesexpert.core import catalogues, checks, roles, statistics  # noqa: F401  (registers the checks)

        catalogues.compile_stale(map(Path, settings.LOCALE_PATHS))
        post_migrate.connect(roles.grant_application_role, sender=self)
        post_migrate.connect(statistics.gather_missing, sender=self)
