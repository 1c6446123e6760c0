"""What the journal of a deal shows, and the words for what people do with it."""

from django.utils.translation import gettext_lazy as _

from clients.models import OwnValue
from deals.models import Deal
from salesexpert.audit import subjects


def register() -> None:
    subjects.register_subject(Deal, related=[(OwnValue, "deal", "field")])
    subjects.register_tasks(
        {
            "deals.bulk": _("bulk change of deals"),
            "deals.handover": _("handover"),
            "deals.statement": _("booking of a bank statement"),
        }
    )
    subjects.register_verbs(
        {
            "competitor_price.added": _("price of a competitor recorded: %(name)s"),
            "competitor_price.changed": _("price of a competitor corrected: %(name)s"),
            "competitor_price.removed": _("price of a competitor removed: %(name)s"),
            "deals.exported": _("exported deals"),
            "deals.bulk_changed": _("many deals changed at once: %(count)s"),
            "deals.bulk_undone": _("bulk change undone, deals: %(count)s"),
            "deals.bulk_stopped": _("bulk change stopped"),
            "deal.opened": _("opened the deal"),
            "deal.moved": _("moved the deal to another stage"),
            "deal.paused": _("stopped the clock: waiting for the client"),
            "deal.resumed": _("let the clock run again"),
            "deal.won": _("ended the deal in success"),
            "deal.refused": _("closed the deal as a refusal"),
            "deal.reopened": _("took the deal up again"),
            "deal.handed_over": _("handed the deal over"),
            "deal.stage_handed_over": _("handed the stage over"),
            "activity.handed_over": _("handed planned work over"),
            "activity.booked": _("booked a colleague's time"),
            "booking.asked": _("asked for a colleague's time: %(name)s"),
            "booking.assigned": _("assigned a request for time: %(name)s"),
            "booking.declined": _("declined a request for time: %(name)s"),
            "booking.withdrawn": _("withdrew a request for time: %(name)s"),
            "handover.made": _("handed work over: %(name)s"),
            "handover.accepted": _("accepted a handover: %(name)s"),
            "handover.declined": _("declined a handover: %(name)s"),
            "handover.withdrawn": _("withdrew a handover: %(name)s"),
            "handover.resumed": _("let a handover go on: %(name)s"),
            "handover.returned": _("gave a handover back: %(name)s"),
            "deal.participants_set": _("changed the participants"),
            "bin.deal.thrown": _("deal deleted into the bin"),
            "bin.deal.taken_back": _("deal taken back from the bin"),
            "bin.deal.removed": _("deal removed for ever"),
        }
    )
