"""Words for what people do with mailings."""

from django.utils.translation import gettext_lazy as _

from salesexpert.audit import subjects


def register() -> None:
    subjects.register_tasks({"mailing": _("mailing")})
    subjects.register_verbs(
        {
            "mail_template.saved": _("changed the template of a letter"),
            "mail_template.retired": _("retired the template of a letter"),
            "mail_template.offered": _("offered the template of a letter again"),
            "mailing.prepared": _("prepared the mailing"),
            "mailing.taken_out": _("left an addressee out by hand"),
            "mailing.approval_asked": _("asked to approve the mailing"),
            "mailing.approved": _("approved the mailing"),
            "mailing.sent_back": _("returned the mailing to its author"),
            "mailing.started": _("started the mailing, addressees: %(count)s"),
            "mailing.paused": _("paused the mailing"),
            "mailing.went_on": _("let the mailing go on"),
            "mailing.stopped": _("stopped the mailing"),
            "mailing.retried": _("sent failed letters again: %(count)s"),
            "mailing.taken_back": _("took the draft of a mailing back"),
            "mailing.thrown_away": _("threw the draft of a mailing away"),
            "mailing.exported": _("handed a group to an outside mailing service"),
            "mailing.outcome": _("loaded the answers of an outside mailing service"),
        }
    )
