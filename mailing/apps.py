from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailingConfig(AppConfig):
    name = "mailing"
    label = "mailing"
    verbose_name = _("Mailing")

    def ready(self) -> None:
        from mailing import journal, limits
        from mailing.actions.digest import LETTER
        from salesexpert.outbox.kinds import register_kinds

        register_kinds(
            {
                LETTER: _("plan of the day"),
                "mailing": _("mailing"),
                "mailing-test": _("test of a template"),
                "letter": _("single letter"),
            }
        )
        limits.declare()
        journal.register()
