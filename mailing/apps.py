from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailingConfig(AppConfig):
    name = "mailing"
    label = "mailing"
    verbose_name = _("Mailing")

    def ready(self) -> None:
        from mailing import journal, limits, telling, topics, touching
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
        telling.declare()
        topics.declare()
        touching.declare()
        self._tell_of_answers()

    def _tell_of_answers(self) -> None:
        from mailing import receivers  # noqa: F401  (listens)
        from mailing.actions.incoming import REPLY_NOTICE
        from salesexpert.audit import subjects
        from salesexpert.core import settings_pages
        from salesexpert.core.settings_pages import SettingsPage
        from salesexpert.notices import kinds
        from salesexpert.notices.kinds import Kind
        from salesexpert.outbox.kinds import register_kinds

        subjects.register_verbs(
            {
                "mailbox.saved": _("mailbox set up: %(name)s"),
                "fax_line.saved": _("fax line set up: %(name)s"),
            }
        )
        register_kinds({"fax": _("fax by e-mail")})
        settings_pages.declare(
            SettingsPage(
                url="mailing:mailboxes",
                label=_("Mailboxes"),
                description=_(
                    "Where answers of clients and letters that came back are read."
                ),
                icon="inbox",
                permission="outbox.manage_mail",
            ),
            SettingsPage(
                url="mailing:fax_lines",
                label=_("Fax"),
                description=_("Lines that faxes go by, and what became of the last."),
                icon="printer",
                permission="outbox.manage_mail",
            ),
        )

        kinds.declare(
            Kind(
                code=REPLY_NOTICE,
                label=_("A client answers a letter"),
                sentence=_("%(client)s answers: %(subject)s"),
                icon="mail-opened",
            )
        )
