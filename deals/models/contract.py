from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from deals.choices import ContractState
from deals.models.deal import Deal
from deals.models.firm import OwnFirm
from deals.models.money import CurrencyField, MoneyField
from deals.querysets import OfDealQuerySet
from salesexpert.audit.tracking import tracked

USER = settings.AUTH_USER_MODEL


@tracked(of=["client"])
class Contract(models.Model):
    """A contract with a client, of one deal or over many."""

    client = models.ForeignKey(
        "clients.Client",
        on_delete=models.PROTECT,
        related_name="contracts",
        verbose_name=_("client"),
    )
    deal = models.ForeignKey(
        Deal,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contracts",
        verbose_name=_("deal"),
    )
    firm = models.ForeignKey(
        OwnFirm, on_delete=models.PROTECT, related_name="+", verbose_name=_("our firm")
    )
    number = models.CharField(_("number"), max_length=60)
    dated_on = models.DateField(_("date"))
    starts_on = models.DateField(_("valid from"), null=True, blank=True)
    ends_on = models.DateField(_("valid until"), null=True, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ContractState, default=ContractState.DRAFT
    )
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    amount = MoneyField(_("sum"), null=True, blank=True)
    currency = CurrencyField()
    lawyer = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lawyer"),
    )
    made_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfDealQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ["-dated_on", "-pk"]
        indexes = [models.Index(fields=["-dated_on", "-id"], name="contract_by_date")]
        constraints = [
            models.UniqueConstraint(
                "firm", "number", F("dated_on__year"), name="contract_number_unique"
            ),
            models.CheckConstraint(
                condition=~Q(state=ContractState.SIGNED) | Q(signed_on__isnull=False),
                name="contract_signed_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None)
                | Q(starts_on=None)
                | Q(ends_on__gte=F("starts_on")),
                name="contract_ends_after_it_starts",
            ),
        ]
        permissions = [("approve_contract", _("Approve or return contracts"))]

    def __str__(self) -> str:
        return self.number


class ContractStep(models.Model):
    """One deed in the agreement of a contract: sent to the lawyer, remarked, returned, approved, signed."""

    contract = models.ForeignKey(
        Contract, on_delete=models.CASCADE, related_name="steps"
    )
    state = models.CharField(max_length=10, choices=ContractState)
    comment = models.TextField(_("comment"), blank=True)
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("step of a contract")
        verbose_name_plural = _("steps of a contract")
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.contract}: {self.get_state_display()}"
