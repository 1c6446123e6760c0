from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "salesexpert.audit"
    label = "audit"
    verbose_name = _("Journal")

    def ready(self) -> None:
        from salesexpert.audit import (
            receivers,  # noqa: F401  (listens)
            subjects,
        )
        from salesexpert.audit.models import (
            TrackedDepartment,
            TrackedRole,
            TrackedUser,
        )

        subjects.register_subject(TrackedUser)
        subjects.register_subject(TrackedRole)
        subjects.register_subject(TrackedDepartment)
        subjects.register_verbs({"password": _("password changed")})
