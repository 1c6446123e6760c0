from deals.models.bank import (
    BankStatement,
    StatementBooking,
    StatementFile,
    StatementLine,
)
from deals.models.booking import BookingRequest
from deals.models.catalogue import DealLine, ProductPrice, ProductTerms
from deals.models.contract import Contract, ContractStep
from deals.models.deal import (
    LEFT_OUT,
    CheckMark,
    Deal,
    DealParticipant,
    PassagePause,
    StagePassage,
)
from deals.models.delivery import Delivery, DeliveryLine
from deals.models.discussion import DiscussionSeen, Mention, Remark
from deals.models.documents import (
    Document,
    DocumentTemplate,
    Material,
    TemplateBlock,
)
from deals.models.firm import BankCounterparty, FirmAccount, NumberSeries, OwnFirm
from deals.models.handover import Handover, HandoverItem
from deals.models.invoice import (
    Invoice,
    InvoiceLine,
    PlannedReceipt,
    ReceiptSchedule,
    ReceiptScheduleRow,
)
from deals.models.money import Line, VatRate
from deals.models.offer import Offer, OfferLine
from deals.models.payment import Allocation, Payment, PaymentPromise
from deals.models.refusal import Competitor, CompetitorPrice, Refusal, RefusalReason
from deals.models.stays import ChangedStay, StageDay, Standing, StandingChange
from deals.models.worked import WorkedChange, WorkedDay

__all__ = [
    "LEFT_OUT",
    "Allocation",
    "BankCounterparty",
    "BankStatement",
    "BookingRequest",
    "ChangedStay",
    "CheckMark",
    "Competitor",
    "CompetitorPrice",
    "Contract",
    "ContractStep",
    "Deal",
    "DealLine",
    "DealParticipant",
    "Delivery",
    "DeliveryLine",
    "DiscussionSeen",
    "Document",
    "DocumentTemplate",
    "FirmAccount",
    "Handover",
    "HandoverItem",
    "Invoice",
    "InvoiceLine",
    "Line",
    "Material",
    "Mention",
    "NumberSeries",
    "Offer",
    "OfferLine",
    "OwnFirm",
    "PassagePause",
    "Payment",
    "PaymentPromise",
    "PlannedReceipt",
    "ProductPrice",
    "ProductTerms",
    "ReceiptSchedule",
    "ReceiptScheduleRow",
    "Refusal",
    "RefusalReason",
    "Remark",
    "StageDay",
    "StagePassage",
    "Standing",
    "StandingChange",
    "StatementBooking",
    "StatementFile",
    "StatementLine",
    "TemplateBlock",
    "VatRate",
    "WorkedChange",
    "WorkedDay",
]
