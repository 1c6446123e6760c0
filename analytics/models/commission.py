from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from analytics.choices import (
    BonusMeasure,
    Counted,
    Every,
    PayState,
    RuleBase,
    RuleClients,
    RuleKind,
    VersionState,
)
from deals.models.money import CurrencyField, MoneyField

USER = settings.AUTH_USER_MODEL


class Scheme(models.Model):
    """A way of paying sellers. What it says stands in its versions; people are put on it from a month on."""

    name = models.CharField(_("name in Russian"), max_length=120, unique=True)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    currency = CurrencyField()
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("scheme of pay")
        verbose_name_plural = _("schemes of pay")
        ordering = ["name"]
        default_permissions = ()
        permissions = [
            ("view_own_pay", _("See what one has earned")),
            ("view_pay", _("See what one's people have earned")),
            ("approve_pay", _("Approve and close months of pay")),
            ("manage_schemes", _("Change schemes of pay")),
        ]

    def __str__(self) -> str:
        return self.name_en if self.name_en and translation.get_language() == "en" else self.name  # fmt: skip


class SchemeVersion(models.Model):
    """The terms of a scheme from a month on. In force it is never changed: a month keeps the version it began with.

    `with_vat`: percents are of sums with VAT, else without it.
    """

    scheme = models.ForeignKey(
        Scheme, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(
        max_length=8, choices=VersionState, default=VersionState.DRAFT
    )
    since = models.DateField(_("in force from the month"), null=True, blank=True)
    with_vat = models.BooleanField(_("count percents of sums with VAT"), default=False)
    note = models.CharField(_("what is new in it"), max_length=300, blank=True)
    made_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("version of a scheme")
        verbose_name_plural = _("versions of a scheme")
        ordering = ["-number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "number"], name="scheme_version_numbered_once"
            ),
            models.UniqueConstraint(
                fields=["scheme", "since"],
                condition=Q(state="active"),
                name="scheme_one_version_from_a_month",
            ),
            models.CheckConstraint(
                condition=Q(state=VersionState.DRAFT)
                | Q(state=VersionState.ACTIVE, since__isnull=False, since__day=1),
                name="scheme_version_in_force_from_a_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}, {self.number}"


class SchemeRule(models.Model):
    """One rule of a version.

    `steps` are pairs of texts: from what base which percent, or from what value which amount (of a bonus).
    A bonus without steps pays `amount` in proportion to its measure, up to the whole of it.
    """

    version = models.ForeignKey(
        SchemeVersion, on_delete=models.CASCADE, related_name="rules"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=RuleKind)
    position = models.PositiveSmallIntegerField(default=0)
    base = models.CharField(_("percent"), max_length=8, choices=RuleBase, blank=True)
    clients = models.CharField(
        _("clients"), max_length=8, choices=RuleClients, default=RuleClients.ANY
    )
    category = models.ForeignKey(
        "clients.ProductCategory",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product category"),
    )
    steps = models.JSONField(default=list, blank=True)
    amount = MoneyField(_("amount"), null=True, blank=True)
    activity_kind = models.ForeignKey(
        "clients.ActivityKind",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("activity kind"),
    )
    measure = models.CharField(
        _("bonus for"), max_length=14, choices=BonusMeasure, blank=True
    )
    every = models.CharField(
        _("paid"), max_length=7, choices=Every, default=Every.MONTH
    )

    class Meta:
        verbose_name = _("rule of pay")
        verbose_name_plural = _("rules of pay")
        ordering = ["position", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=RuleKind.FIXED, amount__isnull=False)
                | (Q(kind=RuleKind.PERCENT) & ~Q(base=""))
                | Q(kind=RuleKind.PIECE, amount__isnull=False, activity_kind__isnull=False)
                | (Q(kind=RuleKind.BONUS) & ~Q(measure="")),
                name="rule_has_what_its_kind_needs",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.get_kind_display()


class SchemeAssignment(models.Model):
    """Who is paid by which scheme: from the month `since` to the month before `until`."""

    user = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="pay_schemes", verbose_name=_("seller")
    )  # fmt: skip
    scheme = models.ForeignKey(
        Scheme,
        on_delete=models.PROTECT,
        related_name="assignments",
        verbose_name=_("scheme of pay"),
    )
    since = models.DateField(_("from the month"))
    until = models.DateField(_("until the month"), null=True, blank=True)
    set_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("person on a scheme")
        verbose_name_plural = _("people on schemes")
        ordering = ["user", "since"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "since"], name="one_scheme_from_a_month"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(until=None), name="one_scheme_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(since__day=1)
                & (Q(until=None) | Q(until__day=1, until__gt=F("since"))),
                name="scheme_holds_whole_months",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.scheme}"


class PayMonth(models.Model):
    """What a person earns in a month, by the version that the month began with.

    While open, the sums and `statement` (how each rouble came about) are worked out anew whenever `StalePay` says that
    something they depend on changed. Approved, it is what the head agreed to; closed, it is never touched again.
    """

    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="pay_months")
    month = models.DateField(_("month"))
    version = models.ForeignKey(
        SchemeVersion, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=8, choices=PayState, default=PayState.OPEN
    )
    currency = CurrencyField()
    earned = MoneyField(_("earned"), default=0)
    expected = MoneyField(_("expected"), default=0)
    possible = MoneyField(_("possible"), default=0)
    statement: Any = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    worked_out_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    approved_sum = MoneyField(null=True)
    closed_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("month of pay")
        verbose_name_plural = _("months of pay")
        ordering = ["-month", "user"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "month"], name="pay_month_once_per_person"
            ),
            models.CheckConstraint(
                condition=Q(month__day=1), name="pay_month_named_by_its_first"
            ),
            models.CheckConstraint(
                condition=Q(state=PayState.CLOSED, closed_at__isnull=False)
                | (~Q(state=PayState.CLOSED) & Q(closed_at=None)),
                name="pay_month_closed_iff_at_a_moment",
            ),
        ]
        indexes = [models.Index(fields=["month", "state"], name="pay_month_by_state")]

    def __str__(self) -> str:
        return f"{self.user}, {self.month:%m.%Y}"


class CountedMoney(models.Model):
    """Money as commission counts it: written once, with the shares and the margin as they were then, never changed.

    A receipt counts when it is laid on an invoice, by the day on which both were there; what is taken off the invoice
    again is a row of its own with negative sums. `lines` are the parts on the lines of the invoice: gross, net, margin
    (null: the cost was not known), category. `gross` of all rows of a payment and an invoice is what lies there now.
    """

    kind = models.CharField(max_length=8, choices=Counted)
    day = models.DateField()
    # A deal that has papers or money is never purged; what counted of another goes with it.
    deal = models.ForeignKey(
        "deals.Deal", on_delete=models.CASCADE, null=True, related_name="+"
    )
    invoice = models.ForeignKey(
        "deals.Invoice", on_delete=models.PROTECT, null=True, related_name="+"
    )
    payment = models.ForeignKey(
        "deals.Payment", on_delete=models.PROTECT, null=True, related_name="+"
    )
    # The refund or correction that took money back.
    cause = models.ForeignKey(
        "deals.Payment", on_delete=models.PROTECT, null=True, related_name="+"
    )
    currency = CurrencyField()
    gross = MoneyField()
    net = MoneyField()
    lines = models.JSONField(default=list)
    is_new = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("money counted for pay")
        verbose_name_plural = _("money counted for pay")
        ordering = ["day", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["receipt", "back"], invoice__isnull=False, payment__isnull=False)
                | Q(kind__in=["win", "reopened"], deal__isnull=False, invoice=None, payment=None),
                name="counted_money_names_its_papers",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["receipt", "win"], gross__gte=0)
                | Q(kind__in=["back", "reopened"], gross__lte=0),
                name="counted_money_has_its_sign",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.day}: {self.gross}"


class CountedShare(models.Model):
    """A person's share of counted money, and the month of his pay in which it counts: that of its day while it was open."""

    money = models.ForeignKey(
        CountedMoney, on_delete=models.CASCADE, related_name="shares"
    )
    user = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    position = models.PositiveSmallIntegerField(default=0)
    month = models.DateField()

    class Meta:
        verbose_name = _("share of counted money")
        verbose_name_plural = _("shares of counted money")
        ordering = ["position", "pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["user", "month"], name="counted_by_person_and_month")
        ]
        constraints = [
            models.UniqueConstraint(fields=["money", "user"], name="counted_share_once")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.percent}%"


class MoneyToCount(models.Model):
    """Payments of an invoice changed, or a deal ended, and it is not counted yet: whoever next asks for a figure counts it.

    So recording a payment waits for nothing, and no figure is shown without it.
    """

    invoice = models.ForeignKey(
        "deals.Invoice",
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_index=False,
    )
    deal = models.ForeignKey(
        "deals.Deal",
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_index=False,
    )
    cause = models.ForeignKey(
        "deals.Payment",
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(invoice__isnull=False) | Q(deal__isnull=False),
                name="money_to_count_is_of_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id or self.deal_id}"


class StalePay(models.Model):
    """Something that this person's pay depends on has changed. Triggers of the database write it, working out removes it."""

    user = models.ForeignKey(
        USER,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,  # a mark, written at every change of a deal: nothing to look up for it
    )

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["user", "id"], name="stale_pay_by_person")]

    def __str__(self) -> str:
        return str(self.user_id)
