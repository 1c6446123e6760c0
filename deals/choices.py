from django.db import models
from django.utils.translation import gettext_lazy as _


class DealState(models.TextChoices):
    OPEN = "open", _("in work")
    WON = "won", _("success")
    LOST = "lost", _("refusal")


class Priority(models.IntegerChoices):
    LOW = 1, _("low")
    NORMAL = 2, _("normal")
    HIGH = 3, _("high")
    URGENT = 4, _("urgent")


class Outcome(models.TextChoices):
    """How a deal left a stage."""

    FORWARD = "forward", _("passed on")
    BACK = "back", _("taken back")
    WON = "won", _("success")
    LOST = "lost", _("refusal")


class TaxRegime(models.TextChoices):
    GENERAL = "general", _("with VAT")
    SIMPLIFIED_EXEMPT = "simplified_0", _("simplified, without VAT")
    SIMPLIFIED_5 = "simplified_5", _("simplified, VAT 5%")
    SIMPLIFIED_7 = "simplified_7", _("simplified, VAT 7%")


class VatKind(models.TextChoices):
    """What a product is taxed by; the percent of a kind on a day stands in the dated table of rates."""

    MAIN = "main", _("main rate")
    REDUCED = "reduced", _("reduced rate")
    ZERO = "zero", _("0%")
    SIMPLIFIED_5 = "simplified_5", _("5%, simplified")
    SIMPLIFIED_7 = "simplified_7", _("7%, simplified")
    EXEMPT = "exempt", _("without VAT")


class OfferKind(models.TextChoices):
    TECHNICAL = "technical", _("technical offer")
    FINANCIAL = "financial", _("financial offer")


class OfferState(models.TextChoices):
    DRAFT = "draft", _("being prepared")
    SENT = "sent", _("sent")
    COUNTERED = "countered", _("counter-offer")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")


class ContractState(models.TextChoices):
    DRAFT = "draft", _("being prepared")
    IN_REVIEW = "in_review", _("with the lawyer")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")
    SIGNED = "signed", _("signed")
    ENDED = "ended", _("ended")


class InvoiceState(models.TextChoices):
    """Overdue is not stored: it is an invoice not paid in full whose term has passed."""

    ISSUED = "issued", _("issued")
    PARTLY_PAID = "partly", _("partly paid")
    PAID = "paid", _("paid")
    CANCELLED = "cancelled", _("cancelled")


class ReceiptBasis(models.TextChoices):
    """The event from which the term of a planned receipt is counted."""

    CONTRACT = "contract", _("the contract")
    INVOICE = "invoice", _("the invoice")
    DELIVERY = "delivery", _("the delivery")
    DATE = "date", _("a date")


class PaymentKind(models.TextChoices):
    """Amounts are always positive; a refund and a reversal count against."""

    RECEIPT = "receipt", _("payment")
    REFUND = "refund", _("refund")
    REVERSAL = "reversal", _("correction")


class DeliveryKind(models.TextChoices):
    TORG12 = "torg12", _("ТОРГ-12")
    UPD = "upd", _("УПД")
    ACT = "act", _("act")
    OTHER = "other", _("other document")


class NumberedKind(models.TextChoices):
    """What has a series of numbers of its own, per year and own firm."""

    INVOICE = "invoice", _("invoice")
    CONTRACT = "contract", _("contract")
    OFFER = "offer", _("offer")
    ACT = "act", _("act")
    VAT_INVOICE = "vat_invoice", _("VAT invoice")
    UPD = "upd", _("УПД")


class PromiseState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    KEPT = "kept", _("kept")
    BROKEN = "broken", _("broken")


class PaymentWay(models.TextChoices):
    """Where the money of a document of a bank statement went."""

    INCOMING = "in", _("came to us")
    OUTGOING = "out", _("paid by us")
    OWN = "own", _("between our accounts")
    UNKNOWN = "unknown", _("not of our accounts")


class LineState(models.TextChoices):
    KEPT = "kept", _("nothing to do")
    WAITING = "waiting", _("to be decided")
    BOOKED = "booked", _("booked")
    ASIDE = "aside", _("set aside")


class StatementState(models.TextChoices):
    QUEUED = "queued", _("waiting for its turn")
    RUNNING = "running", _("being booked")
    STOPPED = "stopped", _("stopped")
    DONE = "done", _("done")


class DocumentKind(models.TextChoices):
    TECHNICAL_OFFER = "technical_offer", _("technical offer")
    FINANCIAL_OFFER = "financial_offer", _("financial offer")
    CONTRACT = "contract", _("contract")
    INVOICE = "invoice", _("invoice")
    ACT = "act", _("act")
    VAT_INVOICE = "vat_invoice", _("счёт-фактура")
    UPD = "upd", _("УПД")
    OTHER = "other", _("other paper")


class DocumentLanguage(models.TextChoices):
    RUSSIAN = "ru", _("Russian")
    ENGLISH = "en", _("English")


class DocumentState(models.TextChoices):
    QUEUED = "queued", _("waits")
    MAKING = "making", _("being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")


class BlockKind(models.TextChoices):
    HEADING = "heading", _("heading")
    TEXT = "text", _("text")
    IMAGE = "image", _("picture")
    BANK = "bank", _("bank details and QR code")
    PARTIES = "parties", _("seller and buyer")
    LINES = "lines", _("table of goods and services")
    TOTALS = "totals", _("totals and sum in words")
    CONDITIONS = "conditions", _("conditions")
    REQUISITES = "requisites", _("requisites of both sides")
    SIGNATURE = "signature", _("signature")
    FORM = "form", _("statutory form")
    PAGE_BREAK = "page_break", _("page break")


class MaterialKind(models.TextChoices):
    STANDARD = "standard", _("standard document")
    DEMO = "demo", _("demonstration material")


class HandoverOf(models.TextChoices):
    """What is handed over; all that hangs on it goes along."""

    ACTIVITY = "activity", _("planned work")
    STAGE = "stage", _("a stage of a deal")
    DEAL = "deal", _("a deal")
    CLIENT = "client", _("a client")
    PERSON = "person", _("all of a person")


class HandoverState(models.TextChoices):
    OFFERED = "offered", _("waits for an answer")
    RUNNING = "running", _("being handed over")
    DONE = "done", _("handed over")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
    RETURNING = "returning", _("being given back")
    RETURNED = "returned", _("given back")
    STUCK = "stuck", _("stopped halfway")


class Handed(models.TextChoices):
    """The things that change hands."""

    CLIENT = "client", _("client")
    DEAL = "deal", _("deal")
    STAGE = "stage", _("stage")
    ACTIVITY = "activity", _("planned work")


class HandedOutcome(models.TextChoices):
    WAITING = "waiting", _("not yet")
    MOVED = "moved", _("handed over")
    OTHER = "other", _("somebody else's by then")
    GONE = "gone", _("over by then")
    RETURNED = "returned", _("given back")
    KEPT = "kept", _("changed since, stays")


class BookingState(models.TextChoices):
    OPEN = "open", _("waits for the head")
    ASSIGNED = "assigned", _("assigned")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
