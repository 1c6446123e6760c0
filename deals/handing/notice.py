"""What people are told of handovers."""

from django.utils.translation import gettext_lazy as _

from salesexpert.notices import kinds
from salesexpert.notices.choices import Way

NOTICE = "deals.handover"


def declare() -> None:
    kinds.declare(
        kinds.Kind(
            NOTICE,
            _("Work is handed over"),
            {
                "offered": _("%(who)s hands over to you: %(what)s"),
                "imposed": _("Handed over from %(who)s: %(what)s"),
                "accepted": _("%(who)s accepted: %(what)s"),
                "declined": _("%(who)s declined: %(what)s"),
                "withdrawn": _("%(who)s withdrew the offer: %(what)s"),
                "returned": _("Given back to %(who)s: %(what)s"),
                "stuck": _(
                    "Stopped halfway, look what hinders it: %(what)s, from %(who)s"
                ),
                "late": _("Nobody has answered in time: %(what)s, from %(who)s"),
            },
            icon="arrows-exchange",
            ways=(Way.PAGE, Way.BROWSER, Way.EMAIL),
        )
    )
