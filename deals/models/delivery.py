from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.choices import DeliveryKind
from deals.models.deal import Deal
from deals.models.firm import OwnFirm
from deals.models.invoice import Invoice
from deals.models.money import CurrencyField, Line, MoneyField
from deals.querysets import OfDealQuerySet
from salesexpert.audit.tracking import tracked


@tracked(of=["client"])
class Delivery(models.Model):
    """Goods handed over or work done, with the number of its waybill as text. `closed_on`: the signed papers came back."""

    client = models.ForeignKey(
        "clients.Client", on_delete=models.PROTECT, related_name="deliveries"
    )
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="deliveries")
    invoice = models.ForeignKey(
        Invoice,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deliveries",
        verbose_name=_("invoice"),
    )
    firm = models.ForeignKey(
        OwnFirm, on_delete=models.PROTECT, related_name="+", verbose_name=_("our firm")
    )
    kind = models.CharField(_("paper"), max_length=6, choices=DeliveryKind)
    number = models.CharField(_("waybill number"), max_length=60)
    delivered_on = models.DateField(_("date"))
    total = MoneyField(_("sum"))
    vat_total = MoneyField(_("VAT in it"), default=0)
    currency = CurrencyField()
    comment = models.TextField(_("comment"), blank=True)
    closed_on = models.DateField(_("signed papers back on"), null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfDealQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-delivered_on", "-pk"]
        indexes = [
            models.Index(fields=["-delivered_on", "-id"], name="delivery_by_date")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(total__gte=0), name="delivery_sum_not_negative"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class DeliveryLine(Line):
    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="lines"
    )

    class Meta(Line.Meta):
        verbose_name = _("line of a delivery")
        verbose_name_plural = _("lines of a delivery")
