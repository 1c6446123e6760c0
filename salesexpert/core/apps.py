from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from salesexpert.core import catalogues


class CoreConfig(AppConfig):
    name = "salesexpert.core"
    label = "core"
    verbose_name = _("Core")

    def __init__(self, app_name: str, app_module: Any) -> None:
        super().__init__(app_name, app_module)
        # Before any model is imported: the first word translated reads the catalogue, once for the life of the process.
        catalogues.compile_stale(map(Path, settings.LOCALE_PATHS))

    def ready(self) -> None:
        from salesexpert.core import checks, roles, statistics  # noqa: F401  (registers the checks)

        post_migrate.connect(roles.grant_application_role, sender=self)
        post_migrate.connect(statistics.gather_missing, sender=self)
