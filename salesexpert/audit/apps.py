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
        subjects.register_verbs(
            {
                "password": _("password changed"),
                "user.added": _("added to the users"),
                "user.changed": _("data of the user changed"),
                "user.invited": _("invitation sent"),
                "user.deactivated": _("may no longer sign in"),
                "user.reactivated": _("may sign in again"),
                "user.reset_asked": _("password reset asked for"),
                "user.password_set": _("new password set"),
                "user.second_factor_removed": _("second factor removed"),
                "company.changed": _("settings of the company changed"),
                "login.unlocked": _("let in again after failed attempts: %(login)s"),
                "letter.sent_again": _("failed letter no. %(letter)s sent again"),
                "mail_server.saved": _("mail server set up: %(name)s"),
                "mail_server.default": _("letters go by another server: %(name)s"),
                "mail.leaves": _("letters were let out to real mail servers"),
                "mail.stays": _("letters are kept on this machine"),
                "mail.key_made": _("key of signatures made: %(name)s"),
                "mail.key_used": _("letters are signed from now on: %(name)s"),
                "mail.key_rests": _("letters are no longer signed: %(name)s"),
                "role.removed": _("role removed: %(name)s"),
                "department.removed": _("department removed: %(name)s"),
            }
        )
