"""What telephony declares to the rest of the house."""

from django.utils.translation import gettext_lazy as _

from salesexpert.notices import kinds
from salesexpert.notices.choices import Way

MISSED, CALLBACK = "missed_call", "callback"


def declare() -> None:
    from clients.palette import palette
    from salesexpert.audit import subjects
    from salesexpert.core import settings_pages
    from salesexpert.core.settings_pages import SettingsPage
    from salesexpert.telephony import fields

    fields.declare()
    kinds.declare(
        kinds.Kind(
            MISSED,
            _("Missed calls"),
            {
                "known": _("Missed call: %(client)s, %(number)s, %(at)s"),
                "unknown": _("Missed call: %(number)s, %(at)s"),
                "hidden": _("Missed call from a hidden number, %(at)s"),
            },
            icon="phone",
            ways=(Way.PAGE, Way.BROWSER),
            permission="telephony.view_call",
        ),
        kinds.Kind(
            CALLBACK,
            _("Calls that the exchange did not make"),
            _("The exchange did not call %(number)s: %(why)s"),
            icon="phone",
            permission="telephony.view_call",
        ),
    )
    settings_pages.declare(
        SettingsPage(
            "telephony:connections",
            _("Telephony"),
            _("Exchanges that tell of calls, whose telephone has which number, what could not be taken"),
            "phone",
            "telephony.manage_telephony",
        )
    )  # fmt: skip
    palette.pages.append(("telephony.view_call", "Calls", "telephony:calls", "phone"))
    subjects.register_verbs(
        {
            "telephony.connected": _("connected the telephone exchange “%(name)s”"),
            "telephony.changed": _("changed the connection of the exchange “%(name)s”"),
            "telephony.secret_changed": _("changed the secret of the exchange “%(name)s”"),
            "telephony.retired": _("switched the exchange “%(name)s” off"),
            "telephony.restored": _("switched the exchange “%(name)s” on"),
            "telephony.extension_given": _("gave the extension %(number)s of “%(name)s” to %(person)s"),
            "telephony.extension_taken": _("took the extension %(number)s of “%(name)s” from %(person)s"),
            "call.put_to_card": _("said whose call it was: %(number)s"),
            "call.dismissed": _("put the call aside: %(number)s"),
            "calls.exported": _("exported the list of calls"),
        }
    )  # fmt: skip
    subjects.register_tasks(
        {
            "telephony.hook": _("telephone exchange"),
            "telephony.listen": _("telephone exchange"),
            "telephony.forgotten": _("telephone exchange"),
        }
    )
