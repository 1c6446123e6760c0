from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.choices import LineState, PaymentWay, StatementState
from deals.models.money import CurrencyField, MoneyField
from deals.models.payment import Payment

USER = settings.AUTH_USER_MODEL


class BankStatement(models.Model):
    """A statement of the bank as it was loaded. One file is one row: its digest is unique."""

    file_name = models.CharField(_("file"), max_length=255, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    sender = models.CharField(_("sender"), max_length=300, blank=True)
    since = models.DateField(_("from the day"), null=True, blank=True)
    until = models.DateField(_("to the day"), null=True, blank=True)
    accounts = models.JSONField(_("our accounts"), default=list)
    # What the file holds: documents, incoming, outgoing, own_transfers, unknown, repeated, with counts and sums.
    figures = models.JSONField(default=dict)
    # Doubts told to whoever loaded it, each with its code and facts; `deals.bank.wording` makes sentences of them.
    warnings = models.JSONField(default=list)
    loaded_at = models.DateTimeField(_("loaded"))
    loaded_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        ordering = ["-loaded_at", "-pk"]
        indexes = [models.Index(fields=["-loaded_at", "-id"], name="statement_by_date")]
        default_permissions = ()
        permissions = [("load_statements", _("Load bank statements"))]

    def __str__(self) -> str:
        return self.file_name


class StatementFile(models.Model):
    """The file of a long statement, until a worker has taken in all its documents."""

    statement = models.OneToOneField(
        BankStatement, on_delete=models.CASCADE, primary_key=True, related_name="file"
    )
    content = models.BinaryField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.statement_id}"


class StatementBooking(models.Model):
    """Where a worker is with a long statement. A short one is booked while it is loaded and has no such row.

    First the documents of the file are taken in, `taken_in` of them so far, or None when all are. Then lines are gone through by the day they came on: all up to `upto` were looked at. `taken` holds what lines that wait
    for a person already claim of invoices, {invoice: sum}, so that a later line does not count on the same debt.
    """

    statement = models.OneToOneField(
        BankStatement, on_delete=models.CASCADE, related_name="booking"
    )
    state = models.CharField(
        _("state"), max_length=8, choices=StatementState, default=StatementState.QUEUED
    )
    by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    heartbeat_at = models.DateTimeField()
    # Times that a worker was lost since the last chunk: after some the rest is left to people.
    falls = models.PositiveSmallIntegerField(default=0)
    taken_in = models.PositiveIntegerField(null=True)
    upto = models.BigIntegerField(null=True)
    taken = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    booked = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["heartbeat_at"],
                condition=Q(state__in=("queued", "running")),
                name="statement_booking_at_work",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=StatementState.values),
                name="statement_booking_state_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.state}"

    @property
    def is_moving(self) -> bool:
        return self.state in {StatementState.QUEUED, StatementState.RUNNING}

    @property
    def percent(self) -> int:
        """Of the part of the work that is done now: taking in, or booking."""
        if self.taken_in is not None:
            return self.taken_in * 100 // self.statement.figures["documents"]
        return min(100, self.done * 100 // max(1, self.total))


class StatementLine(models.Model):
    """A document of a statement. `identity` is what the bank says about it, so that it is taken once, in whatever files.

    An incoming one waits until its payment is booked or a person sets it aside; the others are only kept.
    """

    statement = models.ForeignKey(
        BankStatement, on_delete=models.PROTECT, related_name="lines"
    )
    identity = models.CharField(max_length=64, unique=True, editable=False)
    way = models.CharField(_("direction"), max_length=8, choices=PaymentWay)
    state = models.CharField(
        _("state"), max_length=8, choices=LineState, default=LineState.KEPT
    )
    account = models.CharField(_("our account"), max_length=34, blank=True)
    kind = models.CharField(_("paper"), max_length=60, blank=True)
    payment_code = models.CharField(max_length=10, blank=True)
    number = models.CharField(_("number"), max_length=60, blank=True)
    dated_on = models.DateField(_("date"))
    booked_on = models.DateField(_("came on"))
    amount = MoneyField(_("amount"))
    currency = CurrencyField()
    payer = models.CharField(_("payer"), max_length=300, blank=True)
    payer_inn = models.CharField(_("payer's INN"), max_length=20, blank=True)
    payer_account = models.CharField(max_length=34, blank=True)
    payer_bank = models.CharField(max_length=200, blank=True)
    payer_bic = models.CharField(max_length=9, blank=True)
    recipient = models.CharField(_("recipient"), max_length=300, blank=True)
    recipient_inn = models.CharField(max_length=20, blank=True)
    recipient_account = models.CharField(max_length=34, blank=True)
    purpose = models.TextField(_("purpose"), blank=True)
    payment = models.ForeignKey(
        Payment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="statement_lines",
        verbose_name=_("payment"),
    )
    by_itself = models.BooleanField(default=False)
    reason = models.CharField(_("why set aside"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("line of a bank statement")
        verbose_name_plural = _("lines of bank statements")
        ordering = ["-booked_on", "-pk"]
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["-booked_on", "-id"],
                condition=Q(state="waiting"),
                name="statement_line_waiting",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(payment__isnull=False),
                name="statement_line_once_per_payment",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="statement_line_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(state=LineState.BOOKED, payment__isnull=False)
                | (~Q(state=LineState.BOOKED) & Q(payment=None)),
                name="statement_line_booked_iff_paid",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.amount}"
