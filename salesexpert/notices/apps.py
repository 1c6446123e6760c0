from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "salesexpert.notices"
    label = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from salesexpert.notices.letters import LETTER
        from salesexpert.outbox.kinds import register_kinds

        register_kinds({LETTER: _("notice")})
