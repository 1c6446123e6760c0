"""What the journals of invoices and payments show; papers of money outlive the erasure of a person."""

from django.utils.translation import gettext_lazy as _

from clients import bonds
from clients.erasing import keep_papers
from deals.models import Delivery, Invoice, Payment
from salesexpert.audit import subjects


def register() -> None:
    subjects.register_subject(Invoice)
    subjects.register_subject(Payment)
    subjects.register_subject(Delivery)
    subjects.register_verbs(
        {
            "invoice.issued": _("issued invoice No. %(number)s"),
            "invoice.cancelled": _("cancelled invoice No. %(number)s"),
            "invoice.paid_from_advance": _("paid the invoice from the client's advance: %(amount)s"),
            "payment.recorded": _("recorded a payment: %(amount)s"),
            "payment.refunded": _("recorded a refund: %(amount)s"),
            "payment.reversed": _("took a payment back: %(amount)s"),
            "payment.promised": _("noted a promise to pay %(amount)s by %(on)s"),
            "delivery.recorded": _("recorded a delivery by No. %(number)s"),
            "delivery.papers_closed": _("noted that signed papers No. %(number)s are back"),
            "delivery.cancelled": _("cancelled the delivery by No. %(number)s"),
            "deal.receipts_planned": _("put a schedule of receipts into the deal"),
            "deal.receipt_planned": _("planned a receipt: %(amount)s"),
            "deal.receipt_dropped": _("took a planned receipt away: %(amount)s"),
            "statement.loaded": _("loaded a bank statement: %(documents)s documents, %(matched)s booked"),
            "statement.booked": _("went through a long bank statement: %(matched)s booked"),
            "statement.booking_stopped": _("stopped the booking of a bank statement"),
            "firm.account_added": _("added account %(account)s to an own firm"),
            "schedule.saved": _("saved the schedule of receipts “%(name)s”"),
            "schedule.retired": _("offers the schedule of receipts “%(name)s” no more"),
            "schedule.restored": _("offers the schedule of receipts “%(name)s” again"),
            "invoices.exported": _("exported the list of invoices"),
            "payments.exported": _("exported the list of payments"),
            "receivables.exported": _("exported the receivables"),
        }
    )  # fmt: skip
    bonds.bind("deals", but=("deals.deal.copied_from", "deals.discussionseen.deal"))
    # By law they stay as they were (402-FZ, art. 29), whoever asks to be forgotten.
    keep_papers(
        "deals.contract",
        "deals.invoice",
        "deals.invoiceline",
        "deals.payment",
        "deals.delivery",
        "deals.deliveryline",
        "deals.document.content",
        "deals.document.context",
        "deals.document.title",
        "deals.bankstatement",
        "deals.statementline",
        "deals.bankcounterparty",
    )
