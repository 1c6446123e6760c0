from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from deals.choices import InvoiceState, ReceiptBasis
from deals.models.contract import Contract
from deals.models.deal import Deal
from deals.models.firm import FirmAccount, OwnFirm
from deals.models.money import CurrencyField, Line, MoneyField
from deals.querysets import OfDealQuerySet
from salesexpert.audit.tracking import tracked

USER = settings.AUTH_USER_MODEL
OWED = Q(state__in=[InvoiceState.ISSUED, InvoiceState.PARTLY_PAID])


@tracked(of=["client"])
class Invoice(models.Model):
    """What a client was asked to pay. Issued, it is a snapshot: `seller`, `buyer` and the lines are never changed.

    `paid` repeats the allocations of payments to it. Cancelling is a correcting row: `corrects` names the cancelled one,
    with the same sum; a cancelled invoice owes nothing. `seller` and `buyer` are the requisites as printed: name, inn,
    kpp, address, phone, account, bank, bic, correspondent, director, accountant.
    """

    client = models.ForeignKey(
        "clients.Client",
        on_delete=models.PROTECT,
        related_name="invoices",
        verbose_name=_("client"),
    )
    deal = models.ForeignKey(
        Deal,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invoices",
        verbose_name=_("deal"),
    )
    contract = models.ForeignKey(
        Contract,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invoices",
        verbose_name=_("contract"),
    )
    firm = models.ForeignKey(
        OwnFirm, on_delete=models.PROTECT, related_name="+", verbose_name=_("our firm")
    )
    account = models.ForeignKey(
        FirmAccount,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("our account"),
    )
    number = models.CharField(_("number"), max_length=40)
    year = models.PositiveSmallIntegerField(editable=False)
    issued_on = models.DateField(_("date"))
    due_on = models.DateField(_("pay by"))
    state = models.CharField(
        _("state"), max_length=10, choices=InvoiceState, default=InvoiceState.ISSUED
    )
    currency = CurrencyField()
    total = MoneyField(_("sum"))
    vat_total = MoneyField(_("VAT in it"), default=0)
    paid = MoneyField(_("paid"), default=0)
    basis = models.CharField(_("ground"), max_length=300, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    seller = models.JSONField(default=dict)
    buyer = models.JSONField(default=dict)
    corrects = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="correction",
        verbose_name=_("cancels the invoice"),
    )
    responsible = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("seller"),
        db_index=False,
    )
    made_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfDealQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-issued_on", "-pk"]
        indexes = [
            # All that sums of a period ask, so that they read nothing else: the rows carry copies of both sides' particulars.
            models.Index(
                fields=["-issued_on", "-id"],
                include=[
                    "responsible",
                    "currency",
                    "state",
                    "due_on",
                    "total",
                    "paid",
                    "corrects",
                ],
                name="invoice_by_day",
            ),
            models.Index(
                fields=["due_on", "id"],
                include=[
                    "client",
                    "responsible",
                    "currency",
                    "total",
                    "paid",
                    "corrects",
                ],
                condition=OWED,
                name="invoice_owed_by_due",
            ),
            # Of one person in the order in which the rows lie, and that is not the order of their numbers: a payment writes its invoice
            # anew elsewhere. An index alone asks the map of visible pages for each row, and touches a block whenever this row lies under
            # another block of the map than the one before.
            models.Index(
                fields=["responsible"],
                include=[
                    "id",
                    "due_on",
                    "client",
                    "currency",
                    "total",
                    "paid",
                    "issued_on",
                    "number",
                ],
                condition=OWED,
                name="invoice_owed_of_person",
            ),
            models.Index(
                fields=["client", "due_on"],
                include=["currency", "total", "paid"],
                condition=OWED,
                name="invoice_owed_by_client",
            ),
            models.Index(
                fields=["deal", "due_on"],
                include=["currency", "total", "paid"],
                condition=OWED,
                name="invoice_owed_by_deal",
            ),
            # All that is told of how a person's invoices were paid.
            models.Index(
                fields=["responsible", "issued_on", "id"],
                include=["currency", "state", "due_on", "total", "paid", "corrects"],
                name="invoice_issued_of_person",
            ),
            models.Index(fields=["number"], name="invoice_by_number"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "year", "number"], name="invoice_number_unique"
            ),
            models.CheckConstraint(
                condition=Q(total__gt=0, vat_total__gte=0), name="invoice_sum_positive"
            ),
            models.CheckConstraint(
                condition=Q(paid__gte=0, paid__lte=F("total")),
                name="invoice_not_paid_over",
            ),
            models.CheckConstraint(
                condition=Q(state=InvoiceState.ISSUED, paid=0)
                | Q(state=InvoiceState.PARTLY_PAID, paid__gt=0, paid__lt=F("total"))
                | Q(state=InvoiceState.PAID, paid=F("total"))
                | Q(state=InvoiceState.CANCELLED, paid=0),
                name="invoice_state_is_what_is_paid",
            ),
        ]
        permissions = [
            ("cancel_invoice", _("Cancel invoices")),
            ("view_receivables", _("Read debts of all clients")),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("deals:invoice", args=[self.pk])

    @property
    def rest(self) -> Decimal:
        """What is still to be paid; a cancelled one owes nothing."""
        return (
            Decimal(0)
            if self.state == InvoiceState.CANCELLED
            else self.total - self.paid
        )


class InvoiceLine(Line):
    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")

    class Meta(Line.Meta):
        verbose_name = _("line of an invoice")
        verbose_name_plural = _("lines of an invoice")


class ReceiptSchedule(models.Model):
    """A template of planned receipts: “advance 30 %, the rest within 5 days of delivery”."""

    name = models.CharField(_("name in Russian"), max_length=120, unique=True)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("schedule of receipts")
        verbose_name_plural = _("schedules of receipts")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class ReceiptScheduleRow(models.Model):
    schedule = models.ForeignKey(
        ReceiptSchedule, on_delete=models.CASCADE, related_name="rows"
    )
    percent = models.DecimalField(_("percent"), max_digits=5, decimal_places=2)
    basis = models.CharField(_("counted from"), max_length=8, choices=ReceiptBasis)
    days = models.PositiveSmallIntegerField(_("working days after"), default=0)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.percent}%"


class PlannedReceipt(models.Model):
    """Money expected on a day by the terms of a deal. What has come is seen from payments, never written here.

    Until the event it is counted from (`basis`) has happened, the day is a guess; then it is `days` working days later.
    """

    client = models.ForeignKey(
        "clients.Client", on_delete=models.PROTECT, related_name="+"
    )
    deal = models.ForeignKey(
        Deal,
        on_delete=models.CASCADE,
        related_name="planned_receipts",
        db_index=False,
    )
    invoice = models.ForeignKey(
        Invoice,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="planned_receipts",
        verbose_name=_("invoice"),
    )
    due_on = models.DateField(_("expected on"))
    amount = MoneyField(_("amount"))
    currency = CurrencyField()
    basis = models.CharField(
        _("counted from"),
        max_length=8,
        choices=ReceiptBasis,
        default=ReceiptBasis.DATE,
    )
    days = models.PositiveSmallIntegerField(
        _("working days after"), default=0, db_default=0
    )
    comment = models.CharField(_("comment"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = OfDealQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned receipt")
        verbose_name_plural = _("planned receipts")
        ordering = ["due_on", "position", "pk"]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                include=["deal", "currency", "amount"],
                name="planned_receipt_by_due",
            ),
            models.Index(
                fields=["deal"],
                include=["due_on", "currency", "amount", "invoice"],
                name="planned_receipt_of_deal",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="planned_receipt_positive"
            )
        ]

    def __str__(self) -> str:
        return f"{self.due_on}: {self.amount}"
