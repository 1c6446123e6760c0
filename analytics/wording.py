"""What the journal says of pay, plans and KPI."""

from django.utils.translation import gettext_lazy as _

from analytics.actions import alarms, sendings
from salesexpert.audit import subjects
from salesexpert.outbox.kinds import register_kinds


def register() -> None:
    subjects.register_verbs(
        {
            "scheme.added": _("scheme of pay added: %(name)s"),
            "scheme.published": _("version %(number)s of the scheme “%(name)s” put in force"),
            "scheme.assigned": _("put on the scheme of pay “%(name)s” from %(since)s"),
            "scheme.retired": _("scheme of pay retired: %(name)s"),
            "pay.approved": _("pay for %(month)s approved: %(amount)s"),
            "pay.closed": _("pay for %(month)s closed: %(amount)s"),
            "pay.exported": _("pay taken out as a file"),
            "plans.set": _("sales plans set: %(count)s"),
            "kpi.set": _("KPI of the role “%(name)s” set"),
            "limits.set": _("limits of indicators set"),
            "ranking.set": _("team ranking set"),
            "report.exported": _("report taken out as a file"),
            "report.sent": _("report “%(report)s” sent by letter"),
            "report.sending_set": _("sending of a report set up: %(name)s"),
            "indicator.saved": _("own indicator saved: %(name)s"),
        }
    )  # fmt: skip
    subjects.register_tasks({sendings.TASK: _("sending of reports")})
    register_kinds(
        {sendings.LETTER: _("report by schedule"), alarms.LETTER: _("what turned red")}
    )
