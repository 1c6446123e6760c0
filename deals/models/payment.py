from django.conf import settings
from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.choices import PaymentKind, PromiseState
from deals.models.deal import Deal
from deals.models.firm import FirmAccount, OwnFirm
from deals.models.invoice import Invoice
from deals.models.money import CurrencyField, MoneyField
from deals.querysets import OfDealQuerySet
from salesexpert.audit.tracking import tracked

USER = settings.AUTH_USER_MODEL


@tracked(exclude=["allocated"], of=["client"])
class Payment(models.Model):
    """Money that came, or went back. Never changed once recorded: a mistake is mended by a reversal and a new row.

    `allocated` repeats the allocations; what is left of a receipt is the client's advance. A refund takes from the
    advance, a reversal takes its payment (`corrects`) out of the invoices it had paid.
    """

    client = models.ForeignKey(
        "clients.Client",
        on_delete=models.PROTECT,
        related_name="payments",
        verbose_name=_("client"),
    )
    deal = models.ForeignKey(
        Deal,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="payments",
        verbose_name=_("deal"),
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
    kind = models.CharField(
        _("kind"), max_length=8, choices=PaymentKind, default=PaymentKind.RECEIPT
    )
    paid_on = models.DateField(_("date"))
    amount = MoneyField(_("amount"))
    allocated = MoneyField(_("of it on invoices"), default=0)
    currency = CurrencyField()
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    payer = models.CharField(_("payer"), max_length=300, blank=True)
    payer_inn = models.CharField(_("payer's INN"), max_length=20, blank=True)
    purpose = models.TextField(_("purpose"), blank=True)
    corrects = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="correction",
        verbose_name=_("corrects the payment"),
    )
    made_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfDealQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-paid_on", "-pk"]
        indexes = [
            # All that sums of a period ask, so that they read nothing else.
            models.Index(
                fields=["-paid_on", "-id"],
                include=["kind", "currency", "amount"],
                name="payment_by_day",
            ),
            models.Index(fields=["client", "-paid_on"], name="payment_by_client"),
            models.Index(
                fields=["client", "currency"],
                condition=Q(kind="receipt", allocated__lt=models.F("amount")),
                name="payment_with_advance",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive"),
            models.CheckConstraint(
                condition=Q(allocated__gte=0, allocated__lte=models.F("amount")),
                name="payment_not_allocated_twice",
            ),
            models.CheckConstraint(
                condition=Q(kind=PaymentKind.REVERSAL, corrects__isnull=False)
                | Q(kind__in=[PaymentKind.RECEIPT, PaymentKind.REFUND], corrects=None),
                name="payment_reversal_names_its_payment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_number} {self.amount}"


class Allocation(models.Model):
    """The part of a receipt that pays an invoice. Taken back, the row goes; the journal of the payment keeps it."""

    payment = models.ForeignKey(
        Payment, on_delete=models.CASCADE, related_name="allocations"
    )
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="allocations", db_index=False
    )
    amount = MoneyField(_("amount"))
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("part of a payment")
        verbose_name_plural = _("parts of payments")
        indexes = [
            models.Index(
                fields=["invoice"], include=["payment"], name="allocation_of_invoice"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "invoice"], name="allocation_once_per_invoice"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="allocation_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment} → {self.invoice}: {self.amount}"


class PaymentPromise(models.Model):
    """A client's word to pay by a day, taken by whoever collects the debt."""

    client = models.ForeignKey(
        "clients.Client", on_delete=models.PROTECT, related_name="payment_promises"
    )
    deal = models.ForeignKey(
        Deal, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    invoice = models.ForeignKey(
        Invoice,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="promises",
        verbose_name=_("invoice"),
    )
    promised_on = models.DateField(_("will pay by"))
    amount = MoneyField(_("amount"))
    currency = CurrencyField()
    comment = models.CharField(_("who promised, what he said"), max_length=500, blank=True)  # fmt: skip
    state = models.CharField(
        max_length=8, choices=PromiseState, default=PromiseState.WAITING
    )
    # `promise_of_person` begins with it.
    made_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    made_at = models.DateTimeField(auto_now_add=True)

    objects = OfDealQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise to pay")
        verbose_name_plural = _("promises to pay")
        ordering = ["promised_on", "pk"]
        indexes = [
            models.Index(
                fields=["promised_on", "id"],
                include=["client"],
                condition=Q(state="waiting"),
                name="promise_waits_by_day",
            ),
            # Whether a person's promises were kept is told from this alone.
            models.Index(
                fields=["made_by", "promised_on"],
                include=["id", "state"],
                name="promise_of_person",
            ),
            # Those of a page are found by day and looked up by their ids, each in one block.
            HashIndex(fields=["id"], name="promise_key"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="promise_positive")
        ]

    def __str__(self) -> str:
        return f"{self.promised_on}: {self.amount}"
