"""What the journal says of inquiries and campaigns."""

from django.utils.translation import gettext_lazy as _

from salesexpert.audit import subjects


def register() -> None:
    subjects.register_verbs(
        {
            "inquiry.received": _("inquiry received"),
            "inquiry.given": _("inquiry given to a person"),
            "inquiry.taken": _("inquiry taken into work"),
            "inquiry.corrected": _("inquiry corrected"),
            "inquiry.joined": _("inquiry joined to a client"),
            "inquiry.converted": _("inquiry closed as a client's"),
            "inquiry.put_aside": _("inquiry put aside"),
            "inquiry.reopened": _("inquiry taken up again"),
            "inquiry.late": _("head told of a late answer to an inquiry"),
            "inquiries.exported": _("inquiries exported"),
            "intake.form_saved": _("form of a site saved: %(name)s"),
            "intake.form_key_changed": _("key of a site's form changed: %(name)s"),
            "intake.form_retired": _("form of a site switched off: %(name)s"),
            "intake.form_restored": _("form of a site switched on: %(name)s"),
            "intake.rule_saved": _("rule of distribution saved: %(name)s"),
            "intake.rule_removed": _("rule of distribution removed: %(name)s"),
            "campaign.cost_added": _("line of the budget of “%(name)s” added: RUB %(amount)s"),
            "campaign.cost_changed": _("line of the budget of “%(name)s” changed: RUB %(amount)s"),
            "campaign.cost_removed": _("line of the budget of “%(name)s” removed: RUB %(amount)s"),
            "campaign.file_added": _("material of “%(name)s” added: %(file)s"),
            "campaign.file_removed": _("material of “%(name)s” removed: %(file)s"),
            "intake.terms_saved": _("terms of answers to inquiries saved"),
        }
    )  # fmt: skip
    subjects.register_tasks({"inquiries.late": _("watch over terms of answers")})
