from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "salesexpert.audit"
    label = "audit"
    verbose_name = _("Journal")

    def ready(self) -> None:
        from salesexpert.audit import receivers  # noqa: F401  (listens)
